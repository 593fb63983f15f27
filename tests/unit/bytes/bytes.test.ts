import { expect, test } from 'vitest'
import { assertBytes, assertPlainObject, assertString, isPlainObject } from '../../../packages/sdk/src/assert.ts'
import { concat } from '../../../packages/sdk/src/bytes/concat.ts'
import { equalBytes } from '../../../packages/sdk/src/bytes/equal.ts'
import { decodeUtf8, encodeUtf8, isWellFormed } from '../../../packages/sdk/src/bytes/utf8.ts'
import { wipe } from '../../../packages/sdk/src/bytes/wipe.ts'
import { fromHex, outcome } from '../support/outcome.ts'

test('concat copies the parts behind one another', () => {
  const first = Uint8Array.of(1, 2)
  const whole = concat(first, new Uint8Array(0), Uint8Array.of(3))
  first[0] = 9
  expect(whole).toEqual(Uint8Array.of(1, 2, 3))
  expect(concat()).toEqual(new Uint8Array(0))
})

test('equalBytes sees every bit and the length', () => {
  const bytes = Uint8Array.of(0, 255, 7)
  expect(equalBytes(bytes, Uint8Array.of(0, 255, 7))).toBe(true)
  expect(equalBytes(bytes, Uint8Array.of(0, 255))).toBe(false)
  expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true)
  for (let bit = 0; bit < 24; bit++) {
    const changed = bytes.slice()
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(equalBytes(bytes, changed)).toBe(false)
  }
})

test('wipe leaves zeros', () => {
  const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(3)]
  wipe(a, b)
  expect([...a, ...b]).toEqual([0, 0, 0])
})

test('UTF-8 keeps a byte order mark and refuses what it would replace', async () => {
  expect(decodeUtf8(encodeUtf8('\ufeffa'))).toBe('\ufeffa')
  expect(isWellFormed('\u{1f9f5}')).toBe(true)
  for (const text of ['\ud800', '\udc00', 'a\ud83e', '\udef5\ud83e']) {
    expect(isWellFormed(text)).toBe(false)
    expect(await outcome(() => encodeUtf8(text))).toBe('ERR_TEXT_INVALID')
  }
  for (const hex of ['ff', 'fe41', 'c080', 'e08080', 'eda080', 'f4908080', 'f8888080', 'e282', '80']) {
    expect(await outcome(() => decodeUtf8(fromHex(hex)))).toBe('ERR_TEXT_INVALID')
  }
})

test('a wrong type is a TypeError, not a coded error', () => {
  expect(() => assertBytes([1], 'key')).toThrow(TypeError)
  expect(() => assertBytes(new Uint8Array(31), 'key', 32)).toThrow('key must have 32 bytes')
  expect(() => assertBytes(new Uint8Array(32), 'key', 32)).not.toThrow()
  expect(() => assertString(Object('a'), 'name')).toThrow(TypeError)
  expect(() => assertPlainObject([], 'record')).toThrow('record must be a plain object')
})

test.each([
  ['an object', {}, true],
  ['one without a prototype', Object.create(null), true],
  ['null', null, false],
  ['an array', [], false],
  ['a function', () => 1, false],
  ['an instance', new Date(), false],
  ['bytes', new Uint8Array(1), false],
  ['a text', 'a', false],
])('isPlainObject: %s', (_, value, expected) => {
  expect(isPlainObject(value)).toBe(expected)
})
