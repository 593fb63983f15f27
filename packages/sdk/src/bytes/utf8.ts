import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'

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
 * UTF-8 to text; a byte order mark is kept as the character it is.
 *
 * @throws LockstitchError `ERR_TEXT_INVALID` for anything that is not UTF-8 (overlong forms, surrogates, cut sequences).
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new LockstitchError('ERR_TEXT_INVALID')
  }
}

/** True when the text has no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed()
}
