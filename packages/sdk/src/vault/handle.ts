import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { isWellFormed } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { LABELS } from '../format/labels.ts'
import { digest } from '../crypto/digest.ts'

/**
 * The one form of a handle: NFKC, lower case, NFKC again since lower case can undo it, trimmed.
 *
 * @throws LockstitchError `ERR_HANDLE_INVALID` when it has not 3 to 254 characters or is not well-formed text.
 */
export function normalizeHandle(handle: unknown): string {
  if (typeof handle !== 'string' || !isWellFormed(handle)) throw new LockstitchError('ERR_HANDLE_INVALID')
  const normal = handle.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
  if (normal.length < 3 || normal.length > 254) throw new LockstitchError('ERR_HANDLE_INVALID')
  return normal
}

/** What stands for a handle in the local database. */
export async function hashHandle(handle: string): Promise<string> {
  return encodeBase64url(await digest(encodeFrame([LABELS.localHandle, handle])))
}
