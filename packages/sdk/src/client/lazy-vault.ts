import type { Transport } from '../vault/transport.ts'
import type { ConnectedVault } from './connect-vault.ts'
import { loadPiece } from './load-piece.ts'
import type { WorkerOptions } from './start-worker.ts'

/**
 * Starts a worker and gives its vault. What talks to a worker is loaded with the first one: before, nobody needs it.
 *
 * @param onGone Called when the worker ended by itself, or with the account that was destroyed in it.
 * @throws LockstitchError `ERR_WORKER_START`, `ERR_ENVIRONMENT`.
 */
export async function connectVault(
  options: WorkerOptions,
  transport: Transport,
  onGone: (reason?: 'worker-gone') => void,
): Promise<ConnectedVault> {
  const piece = await loadPiece(import('./connect-vault.ts'))
  return piece.connectVault(options, transport, onGone)
}
