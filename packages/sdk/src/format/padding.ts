import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { LockstitchError } from '../errors.ts'
import type { Padding } from './classification.ts'
import { MAX_VALUE_BYTES } from './constants.ts'

const MARKER = 0x80
const BLOCK = 16
/** Blocks end 4 bytes short of a multiple of 16, so that a short name is a 70-character envelope. */
const BLOCK_SHORT = 4
const PADME_MIN = 32

/**
 * The value, a marker byte 0x80, and as many zeros as the padding asks for (ISO/IEC 7816-4, so that the reader need not
 * know which padding was used).
 *
 * @throws LockstitchError `ERR_FORMAT_LIMIT` when the result would be larger than the format allows.
 */
export function pad(value: Uint8Array, padding: Padding): Bytes {
  const padded = allocatePadded(value.length, padding)
  padded.set(value)
  return padded
}

/**
 * The padding for a value of `length` bytes, which stands in front of it: zeros until it is written. For the time of one call.
 *
 * @throws LockstitchError `ERR_FORMAT_LIMIT`, as {@link pad}.
 */
export function allocatePadded(length: number, padding: Padding): Bytes {
  const total = paddedLength(length + 1, padding)
  if (total > MAX_VALUE_BYTES) throw new LockstitchError('ERR_FORMAT_LIMIT')
  const padded = allocateBriefly(total)
  padded[length] = MARKER
  return padded
}

/**
 * The value inside padded bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when there is no marker.
 */
export function unpad(padded: Bytes): Bytes {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  if (end < 0 || padded[end] !== MARKER) throw new LockstitchError('ERR_FORMAT_INVALID')
  return padded.subarray(0, end)
}

/** The length that `length` bytes get: the sizes an observer can tell apart. */
export function paddedLength(length: number, padding: Padding): number {
  if (padding === 'none') return length
  if (padding === 'block') return Math.ceil((length + BLOCK_SHORT) / BLOCK) * BLOCK - BLOCK_SHORT
  return padme(Math.max(PADME_MIN, length))
}

/** Padmé (Nikitin et al., PETS 2019): at most 12 % longer, and only O(log log n) bits of the length are left. */
function padme(length: number): number {
  const exponent = Math.floor(Math.log2(length))
  const bits = Math.floor(Math.log2(exponent)) + 1
  const unit = 2 ** Math.max(0, exponent - bits)
  return Math.ceil(length / unit) * unit
}
