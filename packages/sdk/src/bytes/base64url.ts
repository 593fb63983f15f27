/**
 * base64url (RFC 4648 section 5) without padding, with exactly one text per byte string.
 *
 * Platform decoders skip white space, accept padding or non-zero trailing bits; this one accepts only what
 * {@link encodeBase64url} writes.
 */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { allocate, type Allocate } from './arena.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const INVALID = 255
const VALUES = new Uint8Array(128).fill(INVALID)
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i

type NativeEncoder = (options: { alphabet: 'base64url'; omitPadding: true }) => string
type NativeDecoder = (text: string, options: { alphabet: 'base64url' }) => { readonly written: number }
const { toBase64: nativeEncode, setFromBase64: nativeDecode } = Uint8Array.prototype as {
  toBase64?: NativeEncoder
  setFromBase64?: NativeDecoder
}

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
 * base64url text from `start` to `end`, to bytes.
 *
 * @param make Where the bytes stand; an array of their own unless said.
 * @throws LockstitchError `ERR_FORMAT_INVALID` for a character outside the alphabet, padding, white space, an impossible
 * length or trailing bits that are not zero.
 */
export function decodeBase64url(text: string, start = 0, end: number = text.length, make: Allocate = allocate): Bytes {
  checkBase64urlEnd(text, start, end)
  const length = end - start
  const out = make(Math.floor((length * 3) / 4))
  if (nativeDecode) decodeNatively(nativeDecode, text.slice(start, end), out)
  else decodeByTable(text, start, end, out)
  return out
}

/**
 * Refuses an impossible length, and bits that belong to no byte and are not zero: one byte string has one text.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID`
 */
export function checkBase64urlEnd(text: string, start: number, end: number): void {
  const tail = (end - start) % 4
  const unused = tail === 2 ? 15 : tail === 3 ? 3 : 0
  if (tail === 1 || (unused !== 0 && (value(text, end - 1) & unused) !== 0)) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
}

/** The platform skips white space and padding; both show, since then there are fewer bytes than the length promises. */
function decodeNatively(decode: NativeDecoder, text: string, out: Bytes): void {
  let written: number
  try {
    ;({ written } = decode.call(out, text, { alphabet: 'base64url' }))
  } catch {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  if (written !== out.length) throw new LockstitchError('ERR_FORMAT_INVALID')
}

function decodeByTable(text: string, start: number, end: number, out: Bytes): void {
  let seen = 0
  let offset = 0
  for (let i = start; i < end; i += 4) {
    const a = value(text, i)
    const b = value(text, i + 1)
    // Behind the end stand zeros; what they would write is outside the array, which is no write.
    const c = i + 2 < end ? value(text, i + 2) : 0
    const d = i + 3 < end ? value(text, i + 3) : 0
    seen |= a | b | c | d
    out[offset++] = (a << 2) | (b >> 4)
    out[offset++] = (b << 4) | (c >> 2)
    out[offset++] = (c << 6) | d
  }
  // Every valid value is below 64, so one invalid character shows in the OR of all of them.
  if (seen > 63) throw new LockstitchError('ERR_FORMAT_INVALID')
}

function character(value: number): string {
  return ALPHABET.charAt(value & 63)
}

function value(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? (VALUES[code] as number) : INVALID
}
