/** The two BSON values that carry text and bytes (bsonspec.org): what stands behind their type and name in a document. */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { LockstitchError } from '../../errors.ts'

/** BSON types by their names. */
export const BSON = { string: 2, binary: 5 } as const

const LENGTH_BYTES = 4
const GENERIC_SUBTYPE = 0
const TERMINATOR = Uint8Array.of(0)

/**
 * The UTF-8 of a string value: its length with the terminator, the text, the terminator.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the value is not a string.
 */
export function decodeString(value: Bytes): Bytes {
  const text = value.subarray(LENGTH_BYTES, -1)
  if (lengthOf(value) !== text.length + 1 || value.at(-1) !== 0) throw new LockstitchError('ERR_FORMAT_INVALID')
  return text
}

/**
 * The bytes of a binary value of the generic subtype, or undefined for another subtype.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the value is not binary.
 */
export function decodeBinary(value: Bytes): Bytes | undefined {
  const bytes = value.subarray(LENGTH_BYTES + 1)
  if (lengthOf(value) !== bytes.length || value.length <= LENGTH_BYTES) throw new LockstitchError('ERR_FORMAT_INVALID')
  return value[LENGTH_BYTES] === GENERIC_SUBTYPE ? bytes : undefined
}

/** A string value. */
export function encodeString(utf8: Bytes): Bytes {
  return concat(encodeLength(utf8.length + 1), utf8, TERMINATOR)
}

/** A binary value of the generic subtype. */
export function encodeBinary(bytes: Bytes): Bytes {
  return concat(encodeLength(bytes.length), Uint8Array.of(GENERIC_SUBTYPE), bytes)
}

function lengthOf(value: Bytes): number {
  if (value.length < LENGTH_BYTES) return -1
  return new DataView(value.buffer, value.byteOffset).getInt32(0, true)
}

function encodeLength(length: number): Bytes {
  const bytes = new Uint8Array(LENGTH_BYTES)
  new DataView(bytes.buffer).setInt32(0, length, true)
  return bytes
}
