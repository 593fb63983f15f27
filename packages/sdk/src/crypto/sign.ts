/** Ed25519 signatures (RFC 8032). The input is always a frame or a signature base that names its purpose. */
import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { subtle } from './subtle.ts'

/** A signing pair whose private half can be wrapped once; it is unwrapped non-extractable from then on. */
export async function generateSigningPair(): Promise<CryptoKeyPair> {
  return subtle().generateKey(LS1.signing, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
}

/** A receiving pair (X25519, RFC 7748) whose private half can be wrapped once. */
export async function generateReceivingPair(): Promise<CryptoKeyPair> {
  return subtle().generateKey(LS1.receiving, true, ['deriveBits']) as Promise<CryptoKeyPair>
}

/** An X25519 pair for one exchange: its private half never leaves the platform. */
export async function generateEphemeralPair(): Promise<CryptoKeyPair> {
  return subtle().generateKey(LS1.receiving, false, ['deriveBits']) as Promise<CryptoKeyPair>
}

/** The 32 bytes of a public key. */
export async function exportPublicKey(publicKey: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await subtle().exportKey('raw', publicKey))
}

/** The 64-byte signature of the input. */
export async function sign(signingKey: CryptoKey, input: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().sign(LS1.signing, signingKey, input))
}

/** True when `signature` is a signature of the input by the holder of the public key. Never throws on bad keys. */
export async function verifySignature(publicKey: Bytes, signature: Bytes, input: Bytes): Promise<boolean> {
  try {
    const key = await subtle().importKey('raw', publicKey, LS1.signing, true, ['verify'])
    return await subtle().verify(LS1.signing, key, signature, input)
  } catch {
    return false
  }
}
