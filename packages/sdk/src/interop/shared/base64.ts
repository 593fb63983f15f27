/**
 * Base64 with padding (RFC 4648), standard and URL-safe, with exactly one text per byte string. The systems' own decoders
 * skip white space, stray characters and whatever follows the padding.
 */
import type { Bytes } from '../../assert.ts'
import { decodeBase64url, encodeBase64url } from '../../bytes/base64url.ts'
import { LockstitchError } from '../../errors.ts'

/** Bytes to standard base64. */
export function encodeBase64(bytes: Uint8Array): string {
  return encodeBase64urlPadded(bytes).replaceAll('-', '+').replaceAll('_', '/')
}

/**
 * Standard base64 to bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for any text that {@link encodeBase64} does not write.
 */
export function decodeBase64(text: string): Bytes {
  if (/[-_]/.test(text)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return decodeBase64urlPadded(text.replaceAll('+', '-').replaceAll('/', '_'))
}

/** Bytes to URL-safe base64 with padding, as Fernet writes it. */
export function encodeBase64urlPadded(bytes: Uint8Array): string {
  const text = encodeBase64url(bytes)
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}

/**
 * URL-safe base64 with padding to bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for any text that {@link encodeBase64urlPadded} does not write.
 */
export function decodeBase64urlPadded(text: string): Bytes {
  if (text.length % 4 !== 0) throw new LockstitchError('ERR_FORMAT_INVALID')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return decodeBase64url(text, 0, text.length - padding)
}
