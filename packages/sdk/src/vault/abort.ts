import { LockstitchError } from '../errors.ts'

/**
 * Stops a call that its caller gave up.
 *
 * @throws LockstitchError `ERR_ABORTED` when the signal is aborted.
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LockstitchError('ERR_ABORTED')
}
