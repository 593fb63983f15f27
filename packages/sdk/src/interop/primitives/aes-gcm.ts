/** AES-GCM (NIST SP 800-38D) with the IV lengths that the systems use and a tag of 16 bytes, never a shorter one. */
import type { Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { TAG_BYTES } from '../../format/constants.ts'
import { subtle } from '../../crypto/subtle.ts'
import { NAMES } from './names.ts'

/** The parameters of one call. */
export interface Gcm {
  readonly key: Bytes
  readonly iv: Bytes
  readonly aad?: Bytes | undefined
}

/** Keys to open with that are imported already, by the very array of their bytes. */
export type ImportedKeys = Map<Bytes, Promise<CryptoKey>>

/**
 * Opens ciphertext and tag.
 *
 * @param imported Where the key is looked for before it is imported, and kept.
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openGcm(gcm: Gcm, sealed: Bytes, imported: ImportedKeys = new Map()): Promise<Bytes> {
  const known = imported.get(gcm.key) ?? importKey(gcm.key, 'decrypt')
  imported.set(gcm.key, known)
  const key = await known
  try {
    return new Uint8Array(await subtle().decrypt(params(gcm), key, sealed))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** Ciphertext and tag behind one another. The IV must never have been used before with this key. */
export async function sealGcm(gcm: Gcm, plaintext: Bytes): Promise<Bytes> {
  const key = await importKey(gcm.key, 'encrypt')
  return new Uint8Array(await subtle().encrypt(params(gcm), key, plaintext))
}

async function importKey(key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return subtle().importKey('raw', key, NAMES.gcm, false, [usage])
}

function params({ iv, aad }: Gcm): AesGcmParams {
  const additional = aad === undefined ? {} : { additionalData: aad }
  return { name: NAMES.gcm, iv, tagLength: TAG_BYTES * 8, ...additional }
}
