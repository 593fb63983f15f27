import { expose, wrap } from 'comlink'
import { LockstitchError } from '../errors.ts'
import type { CallOptions, Vault } from '../vault/api.ts'
import type { Transport } from '../vault/transport.ts'
import { VAULT_METHODS, type VaultMethod, type WorkerApi } from '../worker/api.ts'
import { fromWireResult, registerErrorHandler } from '../worker/errors.ts'
import { guardEndpoint } from '../worker/guard.ts'
import { startWorker, type WorkerOptions } from './start-worker.ts'

const DEADLINE_MS = 120_000

/** A vault behind a worker. Every call ends: with an answer, an error, its deadline, or the end of the worker. */
export interface ConnectedVault {
  readonly vault: Omit<Vault, 'lock'>
  /** Ends the worker; calls that are under way fail with `code`. */
  end(code: 'ERR_LOCKED' | 'ERR_WORKER_GONE'): void
}

/**
 * Starts a worker and gives its vault.
 *
 * @param onGone Called when the worker ended by itself.
 * @throws LockstitchError `ERR_WORKER_START`.
 */
export async function connectVault(
  options: WorkerOptions,
  transport: Transport,
  onGone: () => void,
): Promise<ConnectedVault> {
  registerErrorHandler()
  const { port1: pageEnd, port2: workerEnd } = new MessageChannel()
  expose(sender(transport), guardEndpoint(pageEnd, ['send']))
  const pending = new Set<(error: LockstitchError) => void>()
  let ended: LockstitchError | undefined
  const end = (code: 'ERR_LOCKED' | 'ERR_WORKER_GONE'): void => {
    ended = new LockstitchError(code)
    running.terminate()
    pageEnd.close()
    for (const reject of pending) reject(new LockstitchError(code))
    pending.clear()
  }
  const running = await startWorker(options, workerEnd, () => {
    end('ERR_WORKER_GONE')
    onGone()
  })
  const remote = wrap<WorkerApi>(running.api)
  const deadline = options.deadline ?? DEADLINE_MS
  let calls = 0

  const call = (name: VaultMethod, allArgs: readonly unknown[]): Promise<unknown> => {
    const number = ++calls
    const args = Array.from({ length: VAULT_METHODS[name] }, (_, index) => allArgs[index])
    const { signal, ...rest } = (allArgs[VAULT_METHODS[name]] ?? {}) as CallOptions
    return new Promise<unknown>((resolve, reject) => {
      const abort = (): void => {
        void remote.abort(number)
        reject(new LockstitchError('ERR_ABORTED'))
      }
      if (ended !== undefined) return reject(ended)
      if (signal?.aborted) return reject(new LockstitchError('ERR_ABORTED'))
      const timer = setTimeout(() => reject(new LockstitchError('ERR_WORKER_TIMEOUT')), deadline)
      pending.add(reject)
      signal?.addEventListener('abort', abort, { once: true })
      // What cannot be cloned to the worker is a value that no field can hold.
      const sent = remote[name](number, args, rest).catch((error: unknown) => {
        throw error instanceof DOMException ? new LockstitchError('ERR_VALUE_INVALID') : error
      })
      sent
        .then((result) => resolve(fromWireResult(name, result)), reject)
        .finally(() => {
          clearTimeout(timer)
          pending.delete(reject)
          signal?.removeEventListener('abort', abort)
        })
    })
  }
  const vault = Object.fromEntries(
    Object.keys(VAULT_METHODS).map((name) => [name, (...args: unknown[]) => call(name as VaultMethod, args)]),
  )
  return { vault: vault as unknown as ConnectedVault['vault'], end }
}

/** The transport as the worker sees it: one method on an object without a prototype. */
function sender(transport: Transport): object {
  const dispatch = Object.create(null) as { send: Transport['send'] }
  dispatch.send = (request) => transport.send(request)
  return Object.freeze(dispatch)
}
