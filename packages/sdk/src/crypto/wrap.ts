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
  checkWrappedLength(wrapped)
  return unwrap(wrappingKey, aad, wrapped, 'raw', LS1.kdf, ['deriveKey', 'deriveBits'])
}

/**
 * Wraps a symmetric key under another key: it is unwrapped and wrapped inside the platform, and its bytes never exist in
 * script.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function rewrapKey(
  from: { readonly key: CryptoKey; readonly aad: Bytes; readonly wrapped: Bytes },
  to: { readonly key: CryptoKey; readonly aad: Bytes },
): Promise<Bytes> {
  checkWrappedLength(from.wrapped)
  // Extractable is what can be wrapped again; this CryptoKey never leaves the function.
  const key = await unwrap(from.key, from.aad, from.wrapped, 'raw', LS1.aead, ['encrypt'], true)
  return wrap('raw', key, to.key, to.aad)
}

/** Wraps a symmetric key that was just derived to be wrapped, and is extractable for nothing else. */
export async function wrapDerived(wrappingKey: CryptoKey, aad: Bytes, key: CryptoKey): Promise<Bytes> {
  return wrap('raw', key, wrappingKey, aad)
}

/**
 * Unwraps a symmetric key straight to a non-extractable key for MACs.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapMacKey(wrappingKey: CryptoKey, aad: Bytes, wrapped: Bytes): Promise<CryptoKey> {
  checkWrappedLength(wrapped)
  return unwrap(wrappingKey, aad, wrapped, 'raw', LS1.mac, ['sign', 'verify'])
}

/** Wraps the private half of a pair that was just generated. */
export async function wrapPrivateKey(wrappingKey: CryptoKey, aad: Bytes, privateKey: CryptoKey): Promise<Bytes> {
  return wrap('pkcs8', privateKey, wrappingKey, aad)
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

/** Any other length would be a key that nobody wrapped here. */
function checkWrappedLength(wrapped: Bytes): void {
  if (wrapped.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
}

async function wrap(format: 'raw' | 'pkcs8', key: CryptoKey, wrappingKey: CryptoKey, aad: Bytes): Promise<Bytes> {
  const nonce = randomBytes(NONCE_BYTES)
  return concat(nonce, new Uint8Array(await subtle().wrapKey(format, key, wrappingKey, params(nonce, aad))))
}

async function unwrap(
  wrappingKey: CryptoKey,
  aad: Bytes,
  wrapped: Bytes,
  format: 'raw' | 'pkcs8',
  algorithm: string | AesKeyAlgorithm | HmacImportParams,
  usages: KeyUsage[],
  isExtractable = false,
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
      isExtractable,
      usages,
    )
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}
