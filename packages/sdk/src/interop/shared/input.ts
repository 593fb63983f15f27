/** What callers hand in, as the text or the bytes that a format is made of. */
import type { Bytes } from '../../assert.ts'
import { decodeUtf8 } from '../../bytes/utf8.ts'
import { LockstitchError } from '../../errors.ts'
import type { ForeignInput } from '../types.ts'
import { decodeBase64 } from './base64.ts'

const HEX_PREFIX = '\\x'

/**
 * The text of a text format.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for bytes that are not UTF-8, and for whatever else a column may hold.
 */
export function textOf(input: ForeignInput): string {
  if (typeof input === 'string') return input
  try {
    return decodeUtf8(asBytes(input))
  } catch {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
}

/**
 * A copy of the bytes of a binary format, so that nothing changes them between two steps. Text is their standard base64,
 * or PostgreSQL's hex output.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for text that is neither, and for whatever else a column may hold.
 */
export function bytesOf(input: ForeignInput): Bytes {
  if (typeof input === 'string') return isHex(input) ? decodeHex(input) : decodeBase64(input)
  return new Uint8Array(asBytes(input))
}

/** True for the text that PostgreSQL writes for a BYTEA value. */
export function isHex(text: string): boolean {
  return text.startsWith(HEX_PREFIX)
}

function asBytes(input: unknown): Uint8Array {
  if (!(input instanceof Uint8Array)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return input
}

function decodeHex(text: string): Bytes {
  const digits = text.slice(HEX_PREFIX.length)
  if (digits.length % 2 !== 0 || /[^0-9a-f]/.test(digits)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
}
