import { expect, test } from 'vitest'
import { pad, paddedLength, unpad } from '../../../packages/sdk/src/format/padding.ts'
import { MAX_VALUE_BYTES } from '../../../packages/sdk/src/format/constants.ts'
import { outcome } from '../support/outcome.ts'

const PADDINGS = ['none', 'block', 'padme'] as const

test.each(PADDINGS)('%s: no bytes at all come back, too', (padding) => {
  const padded = pad(new Uint8Array(0), padding)
  expect(padded[0]).toBe(0x80)
  expect(unpad(padded)).toEqual(new Uint8Array(0))
})

test.each(PADDINGS)('%s: bytes that look like padding come back', (padding) => {
  for (const bytes of [[0x80], [0], [0x80, 0, 0], [0, 0, 0], [1, 0x80]]) {
    expect([...unpad(pad(Uint8Array.from(bytes), padding))]).toEqual(bytes)
  }
})

test('none adds the marker alone', () => {
  expect([...pad(Uint8Array.of(7), 'none')]).toEqual([7, 0x80])
})

test('blocks end 4 bytes short of a multiple of 16', () => {
  const lengths = [1, 12, 13, 28, 29, 44, 45].map((length) => paddedLength(length, 'block'))
  expect(lengths).toEqual([12, 12, 28, 28, 44, 44, 60])
})

test('Padme: 32 at least, then steps that grow with the length', () => {
  const lengths = [1, 2, 31, 32, 33, 36, 37, 64, 65, 100, 128, 129, 1000, 1024, 1025, 65_537]
  expect(lengths.map((length) => paddedLength(length, 'padme'))).toEqual([
    32, 32, 32, 32, 36, 36, 40, 64, 72, 104, 128, 144, 1024, 1024, 1088, 67_584,
  ])
})

test('Padme costs at most 12 % above 32 bytes, and leaves few lengths to tell apart', () => {
  const lengths = Array.from({ length: 70_000 }, (_, index) => 33 + index)
  const padded = lengths.map((length) => paddedLength(length, 'padme'))
  const costs = padded.map((bytes, index) => bytes / (lengths[index] as number))
  expect(Math.min(...costs)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...costs)).toBeLessThanOrEqual(1.12)
  expect(new Set(padded).size).toBe(155)
})

test.each(PADDINGS)('%s: a longer value is never shorter, and a padded length is its own', (padding) => {
  for (let length = 1; length < 5000; length++) {
    const padded = paddedLength(length, padding)
    expect(padded).toBeLessThanOrEqual(paddedLength(length + 1, padding))
    expect(paddedLength(padded, padding)).toBe(padded)
  }
})

test.each(PADDINGS)('%s: the limit is of the padded bytes', async (padding) => {
  expect(await outcome(() => pad(new Uint8Array(MAX_VALUE_BYTES), padding))).toBe('ERR_FORMAT_LIMIT')
  const longest = padding === 'block' ? MAX_VALUE_BYTES - 5 : MAX_VALUE_BYTES - 1
  expect(pad(new Uint8Array(longest), padding).length).toBeLessThanOrEqual(MAX_VALUE_BYTES)
  expect(await outcome(() => pad(new Uint8Array(longest + 1), padding))).toBe('ERR_FORMAT_LIMIT')
})
