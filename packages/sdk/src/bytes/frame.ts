/**
 * Length-prefixed encoding of a list: for each part its length as 4 bytes big-endian, then its bytes.
 *
 * Two different lists never give the same bytes, so a frame can stand in an AAD, a MAC, a signature or an HKDF info
 * without one part flowing into the next. The first part is always a namespace (see `format/labels.ts`).
 */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { allocate, type Allocate } from './arena.ts'
import { encodeUtf8, writeAscii } from './utf8.ts'

/** Parts of a frame: text is taken as UTF-8. */
export type FramePart = string | Uint8Array

const LENGTH_BYTES = 4
const EMPTY = new Uint8Array(0)

/**
 * The frame of the parts, in order.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` when a text part has a lone surrogate.
 */
export function encodeFrame(parts: readonly FramePart[], make: Allocate = allocate): Bytes {
  return extendFrame(EMPTY, parts, make)
}

/**
 * The frame of the parts of another frame and then these: frames that begin alike share the work of beginning.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` when a text part has a lone surrogate.
 */
export function extendFrame(start: Bytes, parts: readonly FramePart[], make: Allocate = allocate): Bytes {
  let length = start.length
  for (const part of parts) length += LENGTH_BYTES + part.length
  const frame = make(length)
  frame.set(start)
  let offset = start.length
  for (const part of parts) {
    offset = writeUint32(frame, offset, part.length)
    if (typeof part !== 'string') frame.set(part, offset)
    else if (!writeAscii(frame, offset, part)) return extendFrame(start, parts.map(toBytes), make)
    offset += part.length
  }
  return frame
}

function toBytes(part: FramePart): Uint8Array {
  return typeof part === 'string' ? encodeUtf8(part) : part
}

/**
 * The parts of a frame; of exactly `count` of them where it is given.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the bytes are not such a frame.
 */
export function decodeFrame(bytes: Bytes, count?: number): Bytes[] {
  const parts: Bytes[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let offset = 0
  while (offset < bytes.length) {
    if (offset + LENGTH_BYTES > bytes.length) throw new LockstitchError('ERR_FORMAT_INVALID')
    const end = offset + LENGTH_BYTES + view.getUint32(offset)
    if (end > bytes.length) throw new LockstitchError('ERR_FORMAT_INVALID')
    parts.push(bytes.subarray(offset + LENGTH_BYTES, end))
    offset = end
  }
  if (count !== undefined && parts.length !== count) throw new LockstitchError('ERR_FORMAT_INVALID')
  return parts
}

/** A number of 0 to 2^32 - 1 as 4 bytes, big-endian. */
export function encodeUint32(value: number): Bytes {
  const bytes = new Uint8Array(LENGTH_BYTES)
  writeUint32(bytes, 0, value)
  return bytes
}

/** A safe non-negative integer as 8 bytes, big-endian. */
export function encodeUint64(value: number): Bytes {
  const bytes = new Uint8Array(8)
  writeUint32(bytes, writeUint32(bytes, 0, Math.floor(value / 2 ** 32)), value)
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

/** Writes the number; gives the offset behind it. */
function writeUint32(target: Bytes, offset: number, value: number): number {
  target[offset] = value >>> 24
  target[offset + 1] = value >>> 16
  target[offset + 2] = value >>> 8
  target[offset + 3] = value
  return offset + LENGTH_BYTES
}
