/** The field of seed 004: standard base64 of IV (12 bytes), tag (16 bytes) and ciphertext, the tag before the ciphertext. */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { LockstitchError } from '../../errors.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../format/constants.ts'
import { decodeBase64, encodeBase64 } from '../shared/base64.ts'

/** A parsed field. */
export interface SurgicaseField {
  readonly iv: Bytes
  readonly tag: Bytes
  readonly ciphertext: Bytes
}

/**
 * Reads a field.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is not canonical base64 of at least 28 bytes.
 */
export function parseSurgicase(text: string): SurgicaseField {
  const bytes = decodeBase64(text)
  const ciphertextStart = NONCE_BYTES + TAG_BYTES
  if (bytes.length < ciphertextStart) throw new LockstitchError('ERR_FORMAT_INVALID')
  return {
    iv: bytes.subarray(0, NONCE_BYTES),
    tag: bytes.subarray(NONCE_BYTES, ciphertextStart),
    ciphertext: bytes.subarray(ciphertextStart),
  }
}

/** Writes a field. */
export function serializeSurgicase({ iv, tag, ciphertext }: SurgicaseField): string {
  return encodeBase64(concat(iv, tag, ciphertext))
}
