/** Bytes and their texts, for tests. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'

/** Standard base64 to bytes; undefined for what is not base64 at all. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** Bytes to standard base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Hex to bytes. */
export function fromHex(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Bytes to hex. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Text to UTF-8. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}
