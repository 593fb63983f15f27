import { expect, test } from 'vitest'
import { canonicalJson, MAX_JSON_DEPTH, parseJson, stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import { outcome } from '../support/outcome.ts'

const cycle: { self?: unknown } = {}
cycle.self = cycle

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

test.each([
  ['undefined', undefined],
  ['a member that is undefined', { a: undefined }],
  ['an item that is undefined', [undefined]],
  ['a hole', Object.assign([], { 1: 1 })],
  ['a function', () => 1],
  ['a symbol', Symbol('a')],
  ['a member under a symbol', { a: 1, [Symbol('b')]: 2 }],
  ['a member that is not enumerable', Object.defineProperty({ a: 1 }, 'b', { value: 2 })],
  ['a bigint', 1n],
  ['NaN', Number.NaN],
  ['infinity', [Number.POSITIVE_INFINITY]],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
  ['a set', new Set([1])],
  ['bytes', new Uint8Array(1)],
  ['an error', new Error('a')],
  ['a regular expression', /a/],
  ['a boxed number', Object(1)],
  ['a boxed string', Object('a')],
  ['an instance of a class', new (class Patient {})()],
  ['an object with toJSON', { toJSON: () => 'x' }],
])('%s would not come back equal', async (_, value) => {
  expect(await outcome(() => stringifyJson(value))).toBe('ERR_VALUE_INVALID')
  expect(await outcome(() => canonicalJson(value))).toBe('ERR_VALUE_INVALID')
})

test('a lone surrogate is refused in a value and in a name', async () => {
  expect(await outcome(() => stringifyJson(['\ud800']))).toBe('ERR_TEXT_INVALID')
  expect(await outcome(() => stringifyJson({ '\udc00': 1 }))).toBe('ERR_TEXT_INVALID')
})

test('levels are limited, and a cycle is too many of them', async () => {
  expect(await outcome(() => stringifyJson(nested(MAX_JSON_DEPTH)))).toBe('ok')
  expect(await outcome(() => stringifyJson(nested(MAX_JSON_DEPTH + 1)))).toBe('ERR_FORMAT_LIMIT')
  expect(await outcome(() => stringifyJson(nested(100_000)))).toBe('ERR_FORMAT_LIMIT')
  expect(await outcome(() => stringifyJson(cycle))).toBe('ERR_FORMAT_LIMIT')
})

test('keeps the order of members, and minus zero', () => {
  expect(stringifyJson({ b: -0, a: [0, { d: null, c: true }] })).toBe('{"b":-0,"a":[0,{"d":null,"c":true}]}')
  expect(Object.is((parseJson('[-0]') as number[])[0], -0)).toBe(true)
})

test('keeps a member that is called __proto__', () => {
  const value = parseJson('{"__proto__":{"admin":true},"a":1}')
  expect(stringifyJson(value)).toBe('{"__proto__":{"admin":true},"a":1}')
  expect((value as { admin?: unknown }).admin).toBeUndefined()
})

test('canonical members are in the order of UTF-16 code units: the example of RFC 8785, section 3.2.3', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6']
  const value = Object.fromEntries(names.map((name, index) => [name, index]))
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33']
  expect(Object.keys(parseJson(canonicalJson(value)) as object)).toEqual([
    '1',
    ...sorted.filter((name) => name !== '1'),
  ])
  expect(canonicalJson(value)).toBe(
    `{${sorted.map((name) => `${JSON.stringify(name)}:${names.indexOf(name)}`).join(',')}}`,
  )
})

test.each([
  '',
  ' ',
  '{',
  '{"a":1,}',
  '[1 2]',
  "{'a':1}",
  'undefined',
  'NaN',
  '01',
  '"\u0001"',
  '\ufeff1',
  '1 1',
  '// 1',
])('%j is not JSON', async (text) => {
  expect(await outcome(() => parseJson(text))).toBe('ERR_FORMAT_INVALID')
})

test('an object from another realm, or without a prototype, is plain', () => {
  expect(stringifyJson(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}')
})
