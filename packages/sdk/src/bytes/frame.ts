/**
 * Length-prefixed encoding of a list: for each part its length as 4 bytes big-endian, then its bytes.
 *
 * Two different lists never give the same bytes, so a frame can stand in an AAD, a MAC, a signature or an HKDF info
 * without one part flowing into the next. The first part is always a namespace (see `format/labels.ts`).
 */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { concat } from './concat.ts'
import { encodeUtf8 } from './utf8.ts'

/** Parts of a frame: text is taken as UTF-8. */
export type FramePart = string | Uint8Array

/**
 * The frame of the parts, in order.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` when a text part has a lone surrogate.
 */
export function encodeFrame(parts: readonly FramePart[]): Bytes {
  const pieces: Uint8Array[] = []
  for (const part of parts) {
    const bytes = typeof part === 'string' ? encodeUtf8(part) : part
    pieces.push(encodeUint32(bytes.length), bytes)
  }
  return concat(...pieces)
}

/**
 * The parts of a frame that has exactly `count` of them.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the bytes are not such a frame.
 */
export function decodeFrame(bytes: Bytes, count: number): Bytes[] {
  const parts: Bytes[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let offset = 0
  for (let i = 0; i < count; i++) {
    if (offset + 4 > bytes.length) throw new LockstitchError('ERR_FORMAT_INVALID')
    const length = view.getUint32(offset)
    offset += 4
    if (offset + length > bytes.length) throw new LockstitchError('ERR_FORMAT_INVALID')
    parts.push(bytes.subarray(offset, offset + length))
    offset += length
  }
  if (offset !== bytes.length) throw new LockstitchError('ERR_FORMAT_INVALID')
  return parts
}

/** A number of 0 to 2^32 - 1 as 4 bytes, big-endian. */
export function encodeUint32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** A safe non-negative integer as 8 bytes, big-endian. */
export function encodeUint64(value: number): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/**
 * The safe non-negative integer in 8 bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for another length or a number past 2^53 - 1.
 */
export function decodeUint64(bytes: Bytes): number {
  if (bytes.length !== 8) throw new LockstitchError('ERR_FORMAT_INVALID')
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return Number(value)
}
