import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { allocateBriefly } from './arena.ts'

/** Up to here a loop is faster than the platform: to write ASCII, and to read it. */
const MAX_LOOP_CHARS = 512
const MAX_READ_BYTES = 64
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Text to UTF-8.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` when the text has a lone surrogate, which UTF-8 would silently replace.
 */
export function encodeUtf8(text: string): Bytes {
  if (!isWellFormed(text)) throw new LockstitchError('ERR_TEXT_INVALID')
  return encoder.encode(text)
}

/**
 * Text to UTF-8, for the time of one call.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID`, as {@link encodeUtf8}.
 */
export function encodeUtf8Briefly(text: string): Bytes {
  if (!isWellFormed(text)) throw new LockstitchError('ERR_TEXT_INVALID')
  // No UTF-16 code unit takes more than three bytes.
  const room = allocateBriefly(text.length * 3)
  return room.subarray(0, encoder.encodeInto(text, room).written)
}

/**
 * UTF-8 to text; a byte order mark is kept as the character it is.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` for anything that is not UTF-8 (overlong forms, surrogates, cut sequences).
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length <= MAX_READ_BYTES && isAscii(bytes)) return String.fromCharCode.apply(null, bytes as never)
  try {
    return decoder.decode(bytes)
  } catch {
    throw new LockstitchError('ERR_TEXT_INVALID')
  }
}

function isAscii(bytes: Uint8Array): boolean {
  let seen = 0
  for (const byte of bytes) seen |= byte
  return seen < 0x80
}

/**
 * Writes a text of ASCII characters, one byte each. Gives false for any other, and then what it wrote means nothing: nearly
 * every text is one, and looking first would cost as much as writing.
 */
export function writeAscii(target: Uint8Array, offset: number, text: string): boolean {
  const { length } = text
  if (length > MAX_LOOP_CHARS) {
    const { read, written } = encoder.encodeInto(text, target.subarray(offset, offset + length))
    return read === length && written === length
  }
  let seen = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    seen |= code
    target[offset + i] = code
  }
  return seen < 0x80
}

/** True when the text has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}
