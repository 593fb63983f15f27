import { LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { type Classification, isClassification } from '../format/classification.ts'
import { FILE_PART_BYTES, MAX_FILE_BYTES } from '../format/constants.ts'
import { isSealedFileLength, paddedFileLength, sealedFileLength } from '../format/file-layout.ts'
import { type Kid, parseKid } from '../format/kid.ts'

/** The data key that a file is under. */
export interface FileKey {
  readonly kid: Kid
  readonly classification: Classification
}

/**
 * The key that a file is said to be under, once the account is known to write with it.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when none is named, `ERR_KEY_UNKNOWN` when the account does not have it for this
 * classification, `ERR_KEY_STATE` when it does not write with it.
 */
export function verifyFileKey(kid: unknown, classification: unknown, account: AccountState): FileKey {
  const known = { kid: parseKid(kid), classification }
  if (!isClassification(classification)) throw new LockstitchError('ERR_FORMAT_INVALID')
  const key = account.keyring.find((entry) => entry.kid === known.kid)
  if (key?.classification !== classification) throw new LockstitchError('ERR_KEY_UNKNOWN')
  if (key.state !== 'active') throw new LockstitchError('ERR_KEY_STATE')
  return { kid: known.kid, classification }
}

/** The most parts that a file can have. */
export const MAX_FILE_PARTS: number = Math.ceil(sealedFileLength(paddedFileLength(MAX_FILE_BYTES)) / FILE_PART_BYTES)

/**
 * Checks that parts of these lengths, in their order, can be a whole sealed file of `bytes` bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when they cannot.
 */
export function verifyFileParts(lengths: readonly number[], bytes: number): void {
  const isWhole =
    lengths.length > 0 &&
    lengths.length <= MAX_FILE_PARTS &&
    lengths.every((length, index) => length === FILE_PART_BYTES || (index === lengths.length - 1 && length > 0)) &&
    lengths.reduce((sum, length) => sum + length, 0) === bytes
  if (!isWhole || !isSealedFileLength(bytes)) throw new LockstitchError('ERR_FORMAT_INVALID')
}
