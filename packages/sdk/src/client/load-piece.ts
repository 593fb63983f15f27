import { LockstitchError } from '../errors.ts'

/**
 * Waits for a piece of the page's code that is loaded only when it is used.
 *
 * @throws LockstitchError `ERR_WORKER_START` when it cannot be loaded.
 */
export async function loadPiece<T>(piece: Promise<T>): Promise<T> {
  return piece.catch(() => {
    throw new LockstitchError('ERR_WORKER_START')
  })
}
