/**
 * HKDF-SHA-256 (RFC 5869) from keys that are already strong. The salt is empty and the info is a frame that begins with
 * a namespace: one purpose, one key.
 */
import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { subtle } from './subtle.ts'

const EMPTY = new Uint8Array(0)
const USAGES: KeyUsage[] = ['deriveKey', 'deriveBits']

/** Strong bytes as a non-extractable key to derive from. The caller wipes the bytes. */
export async function importDerivationKey(bytes: Bytes): Promise<CryptoKey> {
  return subtle().importKey('raw', bytes, LS1.kdf, false, USAGES)
}

/** 32 bytes for the purpose that `info` names. */
export async function deriveBytes(key: CryptoKey, info: Bytes, length = 32): Promise<Bytes> {
  return new Uint8Array(await subtle().deriveBits(params(info), key, length * 8))
}

/** A non-extractable AES-256-GCM key for the purpose that `info` names. */
export async function deriveAeadKey(key: CryptoKey, info: Bytes, usages: readonly KeyUsage[]): Promise<CryptoKey> {
  return subtle().deriveKey(params(info), key, LS1.aead, false, [...usages])
}

/** An HMAC key for the purpose that `info` names: non-extractable, unless it is derived to be wrapped at once. */
export async function deriveMacKey(key: CryptoKey, info: Bytes, isExtractable = false): Promise<CryptoKey> {
  return subtle().deriveKey(params(info), key, LS1.mac, isExtractable, ['sign', 'verify'])
}

/** A non-extractable input key of c2sp.org/chunked-encryption for the purpose that `info` names. */
export async function deriveChunkedKey(key: CryptoKey, info: Bytes): Promise<CryptoKey> {
  return subtle().deriveKey(params(info), key, LS1.chunked.mac, false, ['sign'])
}

function params(info: Bytes): HkdfParams {
  return { name: LS1.kdf, hash: LS1.hash, salt: EMPTY, info }
}
