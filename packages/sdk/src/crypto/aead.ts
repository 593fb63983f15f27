/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce made inside and additional data that cannot be left out. */
import type { Bytes } from '../assert.ts'
import { allocate, type Allocate, allocateBriefly } from '../bytes/arena.ts'
import { LockstitchError } from '../errors.ts'
import { NONCE_BYTES, TAG_BYTES } from '../format/constants.ts'
import { LS1 } from '../format/suites.ts'
import { fillRandom } from './random.ts'
import { subtle } from './subtle.ts'

/** One value to seal or to open. */
export interface AeadJob {
  readonly key: CryptoKey
  readonly aad: Bytes
  /** The plaintext, or what {@link sealBytes} gave. */
  readonly bytes: Bytes
}

/** Seals bytes: a fresh nonce, the ciphertext and the 16-byte tag behind one another. */
export async function sealBytes(key: CryptoKey, aad: Bytes, plaintext: Bytes): Promise<Bytes> {
  const [sealed] = await sealEach([{ key, aad, bytes: plaintext }], allocate)
  return sealed as Bytes
}

/**
 * Seals many at once, each with a nonce of its own: all calls are under way before the first is waited for.
 *
 * @param make Where the results stand; for the time of one call unless said.
 */
export async function sealEach(jobs: readonly AeadJob[], make: Allocate = allocateBriefly): Promise<Bytes[]> {
  const api = subtle()
  const all = jobs.map(({ bytes }) => make(NONCE_BYTES + bytes.length + TAG_BYTES))
  const ciphertexts = await Promise.all(
    jobs.map(({ key, aad, bytes }, index) => {
      const nonce = fillRandom((all[index] as Bytes).subarray(0, NONCE_BYTES))
      return api.encrypt(params(nonce, aad), key, bytes)
    }),
  )
  for (const [index, sealed] of all.entries()) {
    sealed.set(new Uint8Array(ciphertexts[index] as ArrayBuffer), NONCE_BYTES)
  }
  return all
}

/**
 * Opens what {@link sealBytes} sealed under the same key and additional data.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openBytes(key: CryptoKey, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  const [plaintext] = await openEach([{ key, aad, bytes: sealed }])
  return plaintext as Bytes
}

/**
 * Opens many at once, all or none.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openEach(jobs: readonly AeadJob[]): Promise<Bytes[]> {
  const api = subtle()
  if (jobs.some(({ bytes }) => bytes.length < NONCE_BYTES + TAG_BYTES)) throw new LockstitchError('ERR_OPEN_FAILED')
  try {
    const plaintexts = await Promise.all(
      jobs.map(({ key, aad, bytes }) =>
        api.decrypt(params(bytes.subarray(0, NONCE_BYTES), aad), key, bytes.subarray(NONCE_BYTES)),
      ),
    )
    return plaintexts.map((plaintext) => new Uint8Array(plaintext))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** The parameters of one call: what a nonce may be used for is decided here alone. */
export function params(nonce: Bytes, aad: Bytes): AesGcmParams {
  return { name: LS1.aead.name, iv: nonce, additionalData: aad, tagLength: LS1.tagLength }
}
