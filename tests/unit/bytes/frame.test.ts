import { expect, test } from 'vitest'
import {
  decodeFrame,
  decodeUint64,
  encodeFrame,
  encodeUint32,
  encodeUint64,
} from '../../../packages/sdk/src/bytes/frame.ts'
import { fromHex, outcome, toHex } from '../support/outcome.ts'

test('each part has its length before it, big-endian', () => {
  expect(toHex(encodeFrame(['ab', Uint8Array.of(1)]))).toBe('0000000261620000000101')
  expect(toHex(encodeFrame([]))).toBe('')
  expect(toHex(encodeFrame(['', '']))).toBe('0000000000000000')
  expect(toHex(encodeFrame(['\u00e9']))).toBe('00000002c3a9')
})

test('where one part ends is part of the bytes', () => {
  const lists = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['', 'abc'], ['abc'], ['a', 'b', 'c']]
  expect(new Set(lists.map((list) => toHex(encodeFrame(list)))).size).toBe(lists.length)
})

test('a lone surrogate is not silently replaced', async () => {
  expect(await outcome(() => encodeFrame(['\ud800']))).toBe('ERR_TEXT_INVALID')
})

test.each([
  ['nothing', '', 1],
  ['a length cut short', '000000', 1],
  ['a part cut short', '0000000261', 1],
  ['a byte left over', '000000016100', 1],
  ['a part left over', '00000001610000000162', 1],
  ['a part too few', '0000000161', 2],
  ['a length past everything', 'ffffffff61', 1],
  ['a byte where no part is expected', '00', 0],
])('refuses %s', async (_, hex, count) => {
  expect(await outcome(() => decodeFrame(fromHex(hex), count))).toBe('ERR_FORMAT_INVALID')
})

test('reads a frame that stands in the middle of a buffer', () => {
  const buffer = fromHex('ffffff0000000161ffff')
  expect(decodeFrame(buffer.subarray(3, 8), 1)).toEqual([fromHex('61')])
  expect(decodeUint64(fromHex('ff0000000000000005').subarray(1))).toBe(5)
})

test('integers are big-endian and exact', async () => {
  expect(toHex(encodeUint32(0x01020304))).toBe('01020304')
  expect(toHex(encodeUint64(Number.MAX_SAFE_INTEGER))).toBe('001fffffffffffff')
  expect(decodeUint64(fromHex('001fffffffffffff'))).toBe(Number.MAX_SAFE_INTEGER)
  expect(await outcome(() => decodeUint64(fromHex('0020000000000000')))).toBe('ERR_FORMAT_INVALID')
  expect(await outcome(() => decodeUint64(fromHex('00000000000001')))).toBe('ERR_FORMAT_INVALID')
})
