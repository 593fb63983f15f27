import { LockstitchError } from '../errors.ts'

const RECORD_ID = /^[A-Za-z0-9_-]{1,64}$/

/**
 * The text, once it is known to be a record id.
 *
 * @throws LockstitchError `ERR_RECORD_ID` when it is not 1 to 64 characters of `A-Z a-z 0-9 - _`.
 */
export function parseRecordId(id: unknown): string {
  if (typeof id !== 'string' || !RECORD_ID.test(id)) throw new LockstitchError('ERR_RECORD_ID')
  return id
}
