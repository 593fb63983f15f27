/** Bytes as text, in the forms that documents and vector files use. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'

/** Hex to bytes. */
export function fromHex(hex: string): Bytes {
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new Error('a vector holds something that is not hex')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Bytes to hex. */
export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes as Uint8Array), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Standard base64 with padding, as RFCs print it, to bytes. */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** The PKCS #8 form (RFC 8410) of a 32-byte private key, the only raw form that WebCrypto imports. */
export function pkcs8(algorithm: 'Ed25519' | 'X25519', secret: Bytes): Bytes {
  const oid = algorithm === 'Ed25519' ? '70' : '6e'
  return fromHex(`302e020100300506032b65${oid}04220420${toHex(secret)}`)
}
