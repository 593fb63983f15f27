/** AES-CBC with PKCS #7 padding, all of whose bytes are checked. It authenticates nothing. */
import type { Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { subtle } from '../../crypto/subtle.ts'
import { NAMES } from './names.ts'

/** Bytes of a block and of an IV. */
export const BLOCK_BYTES = 16

/** True for the length of a padded ciphertext: whole blocks, at least one. */
export function isWholeBlocks(ciphertext: Uint8Array): boolean {
  return ciphertext.length > 0 && ciphertext.length % BLOCK_BYTES === 0
}

/**
 * Decrypts and takes off the padding.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function decryptCbc(key: Bytes, iv: Bytes, ciphertext: Bytes): Promise<Bytes> {
  const cryptoKey = await subtle().importKey('raw', key, NAMES.cbc, false, ['decrypt'])
  try {
    return new Uint8Array(await subtle().decrypt({ name: NAMES.cbc, iv }, cryptoKey, ciphertext))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** Pads and encrypts. */
export async function encryptCbc(key: Bytes, iv: Bytes, plaintext: Bytes): Promise<Bytes> {
  const cryptoKey = await subtle().importKey('raw', key, NAMES.cbc, false, ['encrypt'])
  return new Uint8Array(await subtle().encrypt({ name: NAMES.cbc, iv }, cryptoKey, plaintext))
}
