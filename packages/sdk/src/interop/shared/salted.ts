/** The file of `openssl enc` and the text of CryptoJS: `Salted__`, a salt of 8 bytes, an AES-256-CBC ciphertext. No MAC. */
import type { Bytes } from '../../assert.ts'
import { equalBytes } from '../../bytes/equal.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { LockstitchError } from '../../errors.ts'
import { KEY_BYTES } from '../../format/constants.ts'
import { BLOCK_BYTES, isWholeBlocks } from '../primitives/aes-cbc.ts'

const MAGIC = encodeUtf8('Salted__')
const SALT_BYTES = 8

/** Bytes that a passphrase and a salt are turned into. */
export const KEY_AND_IV_BYTES: number = KEY_BYTES + BLOCK_BYTES

/** A parsed file. */
export interface Salted {
  readonly salt: Bytes
  readonly ciphertext: Bytes
}

/**
 * Reads a file.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when the header is another or the ciphertext is not whole blocks.
 */
export function parseSalted(bytes: Bytes): Salted {
  const start = MAGIC.length + SALT_BYTES
  const ciphertext = bytes.subarray(start)
  if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC) || !isWholeBlocks(ciphertext)) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  return { salt: bytes.subarray(MAGIC.length, start), ciphertext }
}

/** The key and the IV, which are derived together. */
export function splitKeyAndIv(bytes: Bytes): { key: Bytes; iv: Bytes } {
  return { key: bytes.subarray(0, KEY_BYTES), iv: bytes.subarray(KEY_BYTES) }
}
