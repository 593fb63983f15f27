/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce made inside and additional data that cannot be left out. */
import type { Bytes } from '../assert.ts'
import { concat } from '../bytes/concat.ts'
import { LockstitchError } from '../errors.ts'
import { NONCE_BYTES, TAG_BYTES } from '../format/constants.ts'
import { LS1 } from '../format/suites.ts'
import { randomBytes } from './random.ts'
import { subtle } from './subtle.ts'

/** Seals bytes: a fresh nonce, the ciphertext and the 16-byte tag behind one another. */
export async function sealBytes(key: CryptoKey, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
  const nonce = randomBytes(NONCE_BYTES)
  const ciphertext = await subtle().encrypt(params(nonce, aad), key, plaintext)
  return concat(nonce, new Uint8Array(ciphertext))
}

/**
 * Opens what {@link sealBytes} sealed under the same key and additional data.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openBytes(key: CryptoKey, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  try {
    const plaintext = await subtle().decrypt(
      params(sealed.subarray(0, NONCE_BYTES), aad),
      key,
      sealed.subarray(NONCE_BYTES),
    )
    return new Uint8Array(plaintext)
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** The parameters of one call: what a nonce may be used for is decided here alone. */
export function params(nonce: Bytes, aad: Bytes): AesGcmParams {
  return { name: LS1.aead.name, iv: nonce, additionalData: aad, tagLength: LS1.tagLength }
}
