import { expect, test } from 'vitest'
import { decodeValue, encodeValue, valueFromJson, valueToJson } from '../../../packages/sdk/src/format/value.ts'
import { VALUE_TYPES } from '../../../packages/sdk/src/format/value-type.ts'
import { outcome, toHex } from '../support/outcome.ts'

const SAMPLES = {
  string: 'a',
  number: 1.5,
  boolean: true,
  date: new Date(0),
  bigint: 5n,
  bytes: Uint8Array.of(1),
  json: { a: [null] },
} as const

test('the type bytes are 1 to 7 in the order of the names', () => {
  expect(VALUE_TYPES.map((type) => encodeValue(type, SAMPLES[type])[0])).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test.each(VALUE_TYPES)('a %s is read as no other type, and nothing is coerced', async (type) => {
  for (const other of VALUE_TYPES.filter((name) => name !== type)) {
    expect(await outcome(() => decodeValue(other, encodeValue(type, SAMPLES[type])))).toBe('ERR_FORMAT_INVALID')
    if (other === 'json') continue
    expect(await outcome(() => encodeValue(other, SAMPLES[type]))).toBe('ERR_VALUE_INVALID')
    expect(await outcome(() => valueToJson(other, SAMPLES[type]))).toBe('ERR_VALUE_INVALID')
  }
})

test.each([
  ['number', Number.NaN],
  ['number', Number.POSITIVE_INFINITY],
  ['number', '1'],
  ['number', Object(1)],
  ['boolean', 0],
  ['date', new Date(Number.NaN)],
  ['date', 0],
  ['date', '2026-11-22'],
  ['bigint', 1],
  ['bytes', [1]],
  ['bytes', new ArrayBuffer(1)],
  ['bytes', 'AA'],
  ['string', Object('a')],
  ['string', undefined],
  ['json', undefined],
  ['json', Number.NaN],
  ['json', { a: 1n }],
] as const)('%s: %o is not one', async (type, value) => {
  expect(await outcome(() => encodeValue(type, value))).toBe('ERR_VALUE_INVALID')
})

test('a lone surrogate is refused in either form', async () => {
  expect(await outcome(() => encodeValue('string', '\ud800'))).toBe('ERR_TEXT_INVALID')
  expect(await outcome(() => encodeValue('json', ['\ud800']))).toBe('ERR_TEXT_INVALID')
  expect(await outcome(() => valueToJson('string', '\ud800'))).toBe('ERR_TEXT_INVALID')
})

test('zero, minus zero, false and the empty text are values', () => {
  expect(Object.is(decodeValue('number', encodeValue('number', -0)), -0)).toBe(true)
  expect(Object.is(decodeValue('number', encodeValue('number', 0)), 0)).toBe(true)
  expect(decodeValue('boolean', encodeValue('boolean', false))).toBe(false)
  expect(decodeValue('string', encodeValue('string', ''))).toBe('')
  expect(decodeValue('json', encodeValue('json', null))).toBe(null)
})

test('a bigint has the fewest bytes', () => {
  expect([0n, 1n, -1n, 255n, 256n, -256n].map((value) => toHex(encodeValue('bigint', value)))).toEqual([
    '0500',
    '050001',
    '050101',
    '0500ff',
    '05000100',
    '05010100',
  ])
})

test('what is read is a copy: the sealed bytes and the value do not share memory', () => {
  const encoded = encodeValue('bytes', Uint8Array.of(1, 2))
  const value = decodeValue('bytes', encoded)
  encoded.fill(0)
  expect(value).toEqual(Uint8Array.of(1, 2))
})

test.each(VALUE_TYPES)('the clear form of a %s comes back equal', (type) => {
  expect(valueFromJson(type, valueToJson(type, SAMPLES[type]))).toEqual(SAMPLES[type])
})

test('a clear bigint that would not be read back is not written', async () => {
  const longest = 10n ** 5001n - 1n
  expect(valueFromJson('bigint', valueToJson('bigint', -longest))).toBe(-longest)
  expect(await outcome(() => valueToJson('bigint', longest + 1n))).toBe('ERR_FORMAT_LIMIT')
  // Sealed, where it has no decimal form, it is no problem.
  expect(decodeValue('bigint', encodeValue('bigint', longest + 1n))).toBe(longest + 1n)
})

test('a clear date has one spelling', async () => {
  expect(valueToJson('date', new Date(-1))).toBe('1969-12-31T23:59:59.999Z')
  expect(await outcome(() => valueFromJson('date', '1970-01-01'))).toBe('ERR_FORMAT_INVALID')
})
