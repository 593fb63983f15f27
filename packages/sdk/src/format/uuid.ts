import { LockstitchError } from '../errors.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * The text, once it is known to be a UUID in lower case (RFC 9562).
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` otherwise.
 */
export function parseUuid(text: unknown): string {
  if (typeof text !== 'string' || !UUID.test(text)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return text
}
