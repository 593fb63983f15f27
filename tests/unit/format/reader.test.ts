import { expect, test } from 'vitest'
import {
  arrayOf,
  base64url,
  boolean,
  integer,
  nullable,
  object,
  oneOf,
  text,
} from '../../../packages/sdk/src/format/reader.ts'
import { outcome } from '../support/outcome.ts'

const small = integer(0, 10)

test('an integer is a number, whole, within its bounds, and not minus zero', async () => {
  expect([0, 10].map(small)).toEqual([0, 10])
  for (const value of [-1, 11, 0.5, -0, Number.NaN, '1', null, [1], 1n, true, { valueOf: () => 1 }]) {
    expect(await outcome(() => small(value))).toBe('ERR_FORMAT_INVALID')
  }
})

test('an object has exactly its members, and all of them its own', async () => {
  const read = object<{ a: number; b: number | null }>({ a: small, b: nullable(small) })
  expect(read({ b: null, a: 1 })).toEqual({ a: 1, b: null })
  const inherited = Object.assign(Object.create({ b: 1 }) as object, { a: 1, c: 1 })
  const values = [
    { a: 1 },
    { a: 1, b: 1, c: 1 },
    { a: 1, c: 1 },
    { a: null, b: 1 },
    { a: 1, b: undefined },
    [],
    null,
    'a',
    inherited,
  ]
  for (const value of values) expect(await outcome(() => read(value))).toBe('ERR_FORMAT_INVALID')
  const toStringMember = object<{ toString: number }>({ toString: small as never })
  expect(await outcome(() => toStringMember({ x: 1 }))).toBe('ERR_FORMAT_INVALID')
})

test('an array has as many items as it may', async () => {
  const read = arrayOf(small, 1, 2)
  expect(read([1, 2])).toEqual([1, 2])
  for (const value of [[], [1, 2, 3], [11], { 0: 1, length: 1 }, '1', null]) {
    expect(await outcome(() => read(value))).toBe('ERR_FORMAT_INVALID')
  }
})

test('base64url has as many bytes as it may, and one spelling', async () => {
  expect(base64url(2)('AAA')).toBe('AAA')
  expect([base64url(1, 3)('AA'), base64url(1, 3)('AAAA')]).toEqual(['AA', 'AAAA'])
  for (const value of ['', 'AA', 'AAAA', 'AAB', 'AAA=', 'A A', 3, null]) {
    expect(await outcome(() => base64url(2)(value))).toBe('ERR_FORMAT_INVALID')
  }
  for (const value of ['', 'AAAAAA', '!!!!'])
    expect(await outcome(() => base64url(1, 3)(value))).toBe('ERR_FORMAT_INVALID')
})

test('texts, choices and booleans are what they say', async () => {
  expect([text(1, 2)('ab'), oneOf('a', 'b')('b'), boolean(false)]).toEqual(['ab', 'b', false])
  for (const value of ['', 'abc', 1, null]) expect(await outcome(() => text(1, 2)(value))).toBe('ERR_FORMAT_INVALID')
  for (const value of ['c', 'A', ['a'], null])
    expect(await outcome(() => oneOf('a', 'b')(value))).toBe('ERR_FORMAT_INVALID')
  for (const value of [0, 'true', null]) expect(await outcome(() => boolean(value))).toBe('ERR_FORMAT_INVALID')
})
