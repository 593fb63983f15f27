import { expose, type Remote, transfer, wrap } from 'comlink'
import { LockstitchError } from '../errors.ts'
import type { LongCallOptions, Progress, Vault } from '../vault/api.ts'
import type { AccountDestructionReport } from '../vault/destroy-api.ts'
import type { Transport, TransportRequest } from '../vault/transport.ts'
import { type PageApi, VAULT_METHODS, type VaultMethod, type WorkerApi } from '../worker/api.ts'
import { fromWireResult, registerErrorHandler } from '../worker/errors.ts'
import { guardEndpoint } from '../worker/guard.ts'
import { startWorker, type WorkerOptions } from './start-worker.ts'

const DEADLINE_MS = 120_000

/** A vault behind a worker. Every call ends: with an answer, an error, its deadline, or the end of the worker. */
export interface ConnectedVault {
  readonly vault: Omit<Vault, 'lock'>
  /** Ends the worker; calls that are under way fail with `code`. */
  readonly end: (code: 'ERR_LOCKED' | 'ERR_WORKER_GONE') => void
}

/**
 * Starts a worker and gives its vault.
 *
 * @param onGone Called when the worker ended by itself, or with the account that was destroyed in it.
 * @throws LockstitchError `ERR_WORKER_START`.
 */
export async function connectVault(
  options: WorkerOptions,
  transport: Transport,
  onGone: (reason?: 'worker-gone') => void,
): Promise<ConnectedVault> {
  registerErrorHandler()
  const { port1: pageEnd, port2: workerEnd } = new MessageChannel()
  const running = new Map<number, Call>()
  const page = pageApi(transport, (number, progress) => running.get(number)?.onProgress(progress))
  expose(page, guardEndpoint(pageEnd, Object.keys(page)))
  let ended: LockstitchError | undefined
  const end = (code: 'ERR_LOCKED' | 'ERR_WORKER_GONE'): void => {
    ended = new LockstitchError(code)
    worker.terminate()
    pageEnd.close()
    for (const call of running.values()) call.reject(new LockstitchError(code))
    running.clear()
  }
  const worker = await startWorker(options, workerEnd, () => {
    end('ERR_WORKER_GONE')
    onGone('worker-gone')
  })
  const remote = wrap<WorkerApi>(worker.api)
  const deadline = options.deadline ?? DEADLINE_MS
  let calls = 0

  // Nothing here but `send` sees what is asked: what waits for the answer would hold it, also when none comes any more.
  const follow = (
    number: number,
    name: VaultMethod,
    sent: Promise<unknown>,
    options: LongCallOptions,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { signal, onProgress } = options
      const settle = (): void => {
        clearTimeout(timer)
        running.delete(number)
        signal?.removeEventListener('abort', abort)
      }
      const fail = (error: unknown): void => {
        settle()
        reject(error)
      }
      const abort = (): void => {
        void remote.abort(number)
        fail(new LockstitchError('ERR_ABORTED'))
      }
      const expire = (): void => fail(new LockstitchError('ERR_WORKER_TIMEOUT'))
      let timer = setTimeout(expire, deadline)
      running.set(number, {
        reject: fail,
        onProgress(progress) {
          // A call that gets on is not one that hangs.
          clearTimeout(timer)
          timer = setTimeout(expire, deadline)
          onProgress?.(progress)
        },
      })
      signal?.addEventListener('abort', abort, { once: true })
      sent
        .then((result) => {
          settle()
          resolve(fromWireResult(name, result))
        })
        .catch(fail)
    })
  const call = async (name: VaultMethod, args: readonly unknown[]): Promise<unknown> => {
    const { signal, onProgress, ...rest } = (args[VAULT_METHODS[name]] ?? {}) as LongCallOptions
    if (ended !== undefined) throw ended
    if (signal?.aborted) throw new LockstitchError('ERR_ABORTED')
    const number = ++calls
    const sent = send(remote, number, name, args, rest)
    return follow(number, name, sent, { ...(signal && { signal }), ...(onProgress && { onProgress }) })
  }
  const vault = Object.fromEntries(
    Object.keys(VAULT_METHODS).map((name) => [name, (...args: unknown[]) => call(name as VaultMethod, args)]),
  ) as unknown as ConnectedVault['vault']
  const manage: Vault['manage'] = async (...args) => {
    const report = await call('manage', args)
    if (args[0] === 'keys.destroy' && (report as Partial<AccountDestructionReport>).isDeleted === true) {
      end('ERR_LOCKED')
      onGone()
      lockTabs(options.database)
    }
    return report
  }
  return { vault: { ...vault, manage }, end }
}

/** Tells every tab that is unlocked to lock: its account is gone. */
function lockTabs(database = 'lockstitch'): void {
  const channel = new BroadcastChannel(`lockstitch/${database}`)
  channel.postMessage('lock')
  channel.close()
}

function send(
  remote: Remote<WorkerApi>,
  number: number,
  name: VaultMethod,
  allArgs: readonly unknown[],
  options: object,
): Promise<unknown> {
  const args = firstOf(allArgs, VAULT_METHODS[name])
  const ports = args.flat().filter((value) => value instanceof MessagePort)
  return remote[name](number, transfer(args, ports), options).catch(translate)
}

/** So many, whether they were given or not. */
function firstOf(args: readonly unknown[], count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => args[index])
}

function translate(error: unknown): never {
  // What cannot be cloned to the worker is a value that no field can hold.
  throw error instanceof DOMException ? new LockstitchError('ERR_VALUE_INVALID') : error
}

/** A call that is under way. */
interface Call {
  reject(error: LockstitchError): void
  onProgress(progress: Progress): void
}

/** What the worker may call: on an object without a prototype there is nothing but that. */
function pageApi(transport: Transport, progress: (call: number, progress: Progress) => void): object {
  const api = Object.create(null) as Record<keyof PageApi, unknown>
  api.send = (request: TransportRequest) => transport.send(request)
  api.progress = progress
  return Object.freeze(api)
}
