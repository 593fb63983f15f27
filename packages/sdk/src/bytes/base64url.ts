/**
 * base64url (RFC 4648 section 5) without padding, with exactly one text per byte string.
 *
 * Platform decoders skip white space, accept padding or non-zero trailing bits; this one accepts only what
 * {@link encodeBase64url} writes.
 */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const INVALID = 255
const VALUES = new Uint8Array(128).fill(INVALID)
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i

type NativeEncoder = (options: { alphabet: 'base64url'; omitPadding: true }) => string
const nativeEncode = (Uint8Array.prototype as { toBase64?: NativeEncoder }).toBase64

/** Bytes to base64url text. */
export function encodeBase64url(bytes: Uint8Array): string {
  if (nativeEncode) return nativeEncode.call(bytes, { alphabet: 'base64url', omitPadding: true })
  let text = ''
  let i = 0
  for (; i + 2 < bytes.length; i += 3) {
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number)
    text += character(group >> 18) + character(group >> 12) + character(group >> 6) + character(group)
  }
  if (i + 1 === bytes.length) {
    const group = (bytes[i] as number) << 4
    text += character(group >> 6) + character(group)
  } else if (i + 2 === bytes.length) {
    const group = ((bytes[i] as number) << 10) | ((bytes[i + 1] as number) << 2)
    text += character(group >> 12) + character(group >> 6) + character(group)
  }
  return text
}

/**
 * base64url text from `start` to its end, to bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` for a character outside the alphabet, padding, white space, an impossible
 * length or trailing bits that are not zero.
 */
export function decodeBase64url(text: string, start = 0, end: number = text.length): Bytes {
  const length = end - start
  const tail = length % 4
  if (tail === 1) throw new LockstitchError('ERR_FORMAT_INVALID')
  const out = new Uint8Array(Math.floor((length * 3) / 4))
  let seen = 0
  let offset = 0
  const whole = end - tail
  let i = start
  for (; i < whole; i += 4) {
    const a = value(text, i)
    const b = value(text, i + 1)
    const c = value(text, i + 2)
    const d = value(text, i + 3)
    seen |= a | b | c | d
    out[offset++] = (a << 2) | (b >> 4)
    out[offset++] = (b << 4) | (c >> 2)
    out[offset++] = (c << 6) | d
  }
  if (tail >= 2) {
    const a = value(text, i)
    const b = value(text, i + 1)
    const c = tail === 3 ? value(text, i + 2) : 0
    seen |= a | b | c
    out[offset++] = (a << 2) | (b >> 4)
    if (tail === 3) out[offset++] = (b << 4) | (c >> 2)
    if (tail === 2 ? (b & 15) !== 0 : (c & 3) !== 0) throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  // Every valid value is below 64, so one invalid character shows in the OR of all of them.
  if (seen > 63) throw new LockstitchError('ERR_FORMAT_INVALID')
  return out
}

function character(value: number): string {
  return ALPHABET.charAt(value & 63)
}

function value(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? (VALUES[code] as number) : INVALID
}
