import { LockstitchError } from '../errors.ts'
import { READY, type StartMessage } from '../worker/api.ts'
import type { PartName } from '../vault/parts.ts'
import type { ClientOptions } from './types.ts'

const START_TIMEOUT_MS = 15_000

/** The options of a client that a worker is started with, and whether its vault keeps nothing on the device. */
export type WorkerOptions = ClientOptions & { readonly shared?: boolean }

/** A worker that is ready. */
export interface RunningWorker {
  /** Calls go over this port. */
  readonly api: MessagePort
  /** Ends the worker at once; `onGone` is not called for it. */
  terminate(): void
}

interface Policy {
  createScriptURL(url: string): string
}

let policy: Policy | undefined

/**
 * Starts the worker and waits until it is ready.
 *
 * @param transport The page's end for the worker's requests.
 * @param onGone Called once when the worker ends by itself: a crash, a kill, an uncaught error.
 * @throws TypeError for another number of workers than 1 or 2.
 * @throws LockstitchError `ERR_ENVIRONMENT` outside a secure context, `ERR_WORKER_START` when its script cannot be loaded or it does not get ready in 15 seconds.
 */
export async function startWorker(
  options: WorkerOptions,
  transport: MessagePort,
  onGone: () => void,
): Promise<RunningWorker> {
  const { workers = 1 } = options
  if (workers !== 1 && workers !== 2) throw new TypeError('workers must be 1 or 2')
  if (globalThis.crypto?.subtle === undefined || globalThis.navigator?.locks === undefined) {
    throw new LockstitchError('ERR_ENVIRONMENT')
  }
  const worker = createWorker(options)
  const { port1: api, port2: remoteApi } = new MessageChannel()
  const lifeLock = `lockstitch/worker/${crypto.randomUUID()}`
  const watching = new AbortController()
  const terminate = (): void => {
    watching.abort()
    worker.terminate()
    api.close()
  }
  const start: StartMessage = {
    type: 'lockstitch/start',
    database: options.database ?? 'lockstitch',
    storage: options.shared === true ? 'memory' : 'device',
    lifeLock,
    ...(options.iterations === undefined ? {} : { iterations: options.iterations }),
    ...(workers === 2 && {
      second: partUrl(options, 'second-entry', new URL('../second-entry.js', import.meta.url)),
    }),
    parts: {
      convert: partUrl(options, 'convert', new URL('../convert.js', import.meta.url)),
      'convert-pgcrypto': partUrl(options, 'convert-pgcrypto', new URL('../convert-pgcrypto.js', import.meta.url)),
      manage: partUrl(options, 'manage', new URL('../manage.js', import.meta.url)),
      files: partUrl(options, 'files', new URL('../files.js', import.meta.url)),
      words: partUrl(options, 'words', new URL('../words.js', import.meta.url)),
      strength: partUrl(options, 'strength', new URL('../strength.js', import.meta.url)),
      second: partUrl(options, 'second', new URL('../second.js', import.meta.url)),
      'memory-storage': partUrl(options, 'memory-storage', new URL('../memory-storage.js', import.meta.url)),
    },
    api: remoteApi,
    transport,
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (): void => reject(new LockstitchError('ERR_WORKER_START'))
      const timer = setTimeout(fail, START_TIMEOUT_MS)
      worker.addEventListener('error', fail)
      worker.addEventListener('message', ({ data }) => {
        if (data !== READY) return
        clearTimeout(timer)
        resolve()
      })
      worker.postMessage(start, [remoteApi, transport])
    })
  } catch (error) {
    terminate()
    throw error
  }
  // The worker holds this lock for as long as it lives, so having it means that the worker is gone.
  navigator.locks
    .request(lifeLock, { signal: watching.signal }, () => {
      terminate()
      onGone()
    })
    .catch(() => undefined)
  return { api, terminate }
}

function createWorker({ worker, workerUrl }: ClientOptions): Worker {
  try {
    if (worker !== undefined) return worker()
    if (workerUrl !== undefined) return new Worker(trusted(new URL(workerUrl, location.href).href), { type: 'module' })
    return new Worker(trusted(new URL('../worker.js', import.meta.url).href), { type: 'module' })
  } catch {
    throw new LockstitchError('ERR_WORKER_START')
  }
}

function partUrl({ partsUrl }: ClientOptions, name: PartName | 'second-entry', beside: URL): string {
  return partsUrl === undefined ? beside.href : new URL(`${name}.js`, new URL(partsUrl, location.href)).href
}

/** The address as the page's Trusted Types want it; a page has one policy of a name, so it is made once and kept. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
  policy ??= trustedTypes?.createPolicy('lockstitch', { createScriptURL: (address) => address })
  return policy?.createScriptURL(url) ?? url
}
