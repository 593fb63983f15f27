/** Keys sealed under keys: AES-256-GCM through `wrapKey` and `unwrapKey`, so that unwrapped bytes never exist in script. */
import type { Bytes } from '../assert.ts'
import { concat } from '../bytes/concat.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../format/constants.ts'
import { LS1 } from '../format/suites.ts'
import { params, sealBytes } from './aead.ts'
import { randomBytes } from './random.ts'
import { subtle } from './subtle.ts'

/** Usages of a key that wraps keys. `encrypt` is for raw bytes that are wrapped once, when they are generated. */
export const WRAPPING_USAGES: readonly KeyUsage[] = ['wrapKey', 'unwrapKey', 'encrypt']

/** Wraps the raw bytes of a symmetric key that was just generated. The caller wipes the bytes. */
export async function wrapBytes(wrappingKey: CryptoKey, aad: Bytes, bytes: Bytes): Promise<Bytes> {
  return sealBytes(wrappingKey, aad, bytes)
}

/**
 * Unwraps a symmetric key straight to a non-extractable key to derive from.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapDerivationKey(wrappingKey: CryptoKey, aad: Bytes, wrapped: Bytes): Promise<CryptoKey> {
  // Any other length would be a key that nobody wrapped here.
  if (wrapped.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  return unwrap(wrappingKey, aad, wrapped, 'raw', LS1.kdf, ['deriveKey', 'deriveBits'])
}

/** Wraps the private half of a pair that was just generated. */
export async function wrapPrivateKey(wrappingKey: CryptoKey, aad: Bytes, privateKey: CryptoKey): Promise<Bytes> {
  const nonce = randomBytes(NONCE_BYTES)
  const wrapped = await subtle().wrapKey('pkcs8', privateKey, wrappingKey, params(nonce, aad))
  return concat(nonce, new Uint8Array(wrapped))
}

/**
 * Unwraps an Ed25519 private key, non-extractable, for signing only.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapSigningKey(wrappingKey: CryptoKey, aad: Bytes, wrapped: Bytes): Promise<CryptoKey> {
  return unwrap(wrappingKey, aad, wrapped, 'pkcs8', LS1.signing, ['sign'])
}

/**
 * Unwraps an X25519 private key, non-extractable, for receiving only.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapReceivingKey(wrappingKey: CryptoKey, aad: Bytes, wrapped: Bytes): Promise<CryptoKey> {
  return unwrap(wrappingKey, aad, wrapped, 'pkcs8', LS1.receiving, ['deriveBits'])
}

async function unwrap(
  wrappingKey: CryptoKey,
  aad: Bytes,
  wrapped: Bytes,
  format: 'raw' | 'pkcs8',
  algorithm: string,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  const unwrapParams = params(wrapped.subarray(0, NONCE_BYTES), aad)
  try {
    return await subtle().unwrapKey(
      format,
      wrapped.subarray(NONCE_BYTES),
      wrappingKey,
      unwrapParams,
      algorithm,
      false,
      usages,
    )
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}
