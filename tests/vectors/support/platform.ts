/** Plain WebCrypto for parameters that the SDK does not offer, and keys for those functions of the SDK that take one. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { pkcs8 } from './hex.ts'

const { subtle } = globalThis.crypto

export async function importAead(key: Bytes): Promise<CryptoKey> {
  return subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export async function importMac(key: Bytes, hash: 'SHA-256' | 'SHA-512' = 'SHA-256'): Promise<CryptoKey> {
  return subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign', 'verify'])
}

export async function importSigning(secret: Bytes): Promise<CryptoKey> {
  return subtle.importKey('pkcs8', pkcs8('Ed25519', secret), 'Ed25519', false, ['sign'])
}

export async function pbkdf2Bits(password: Bytes, salt: Bytes, iterations: number, length: number): Promise<Bytes> {
  const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, length * 8))
}

export async function rawHkdf(ikm: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8))
}

export async function rawX25519(scalar: Bytes, u: Bytes): Promise<Bytes> {
  const key = await subtle.importKey('pkcs8', pkcs8('X25519', scalar), 'X25519', false, ['deriveBits'])
  const publicKey = await subtle.importKey('raw', u, 'X25519', false, [])
  return new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: publicKey }, key, 256))
}

export interface GcmCase {
  readonly key: Bytes
  readonly nonce: Bytes
  readonly aad: Bytes
  readonly ciphertext: Bytes
  readonly tag: Bytes
}

/** Opens with whatever nonce and tag lengths the platform takes. */
export async function rawOpen({ key, nonce, aad, ciphertext, tag }: GcmCase): Promise<Bytes> {
  const params = { name: 'AES-GCM', iv: nonce, additionalData: aad, tagLength: tag.length * 8 }
  return new Uint8Array(await subtle.decrypt(params, await importAead(key), new Uint8Array([...ciphertext, ...tag])))
}
