import { LockstitchError } from '../../errors.ts'
import type { OpenForeignOptions } from '../types.ts'

/**
 * Goes on only when the caller said that a value which may have been altered is acceptable.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` otherwise.
 */
export function requireConsent({ allowUnauthenticated }: OpenForeignOptions): void {
  if (allowUnauthenticated !== true) throw new LockstitchError('ERR_OPEN_FAILED')
}
