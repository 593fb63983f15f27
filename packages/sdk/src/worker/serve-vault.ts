import { expose, wrap } from 'comlink'
import { createVault } from '../vault/create-vault.ts'
import type { LongCallOptions, Vault } from '../vault/api.ts'
import {
  type PageApi,
  type StartMessage,
  VAULT_METHODS,
  type VaultMethod,
  WORKER_METHODS,
  type WorkerApi,
  type WorkerMethod,
} from './api.ts'
import { registerErrorHandler, toWireResult } from './errors.ts'
import { guardEndpoint } from './guard.ts'
import { loadPartFrom } from './load-part.ts'

/**
 * Serves a vault over the ports of a start message.
 *
 * @throws LockstitchError `ERR_WORKER_START` when the storage of a shared computer cannot be loaded.
 */
export async function serveVault({
  api,
  transport,
  database,
  storage,
  iterations,
  parts,
  second,
}: StartMessage): Promise<void> {
  registerErrorHandler()
  const part = loadPartFrom(parts)
  const memory = storage === 'memory' ? (await part('memory-storage')).createMemoryStorage() : undefined
  const page = wrap<PageApi>(transport)
  const vault = createVault({
    database,
    ...(iterations === undefined ? {} : { iterations }),
    ...(memory && { storage: memory }),
    ...(second && { second: (await part('second')).createSecond(second) }),
    transport: { send: (request) => page.send(request) },
    parts: part,
  })
  const report: Report = async (call, progress) => page.progress(call, progress)
  expose(createDispatch(vault, report), guardEndpoint(api, WORKER_METHODS))
}

/** Tells the page how far a call is; resolves when the page knows. */
type Report = (call: number, progress: unknown) => Promise<void>

/** The methods by name, on an object without a prototype: there is nothing on it but them. */
export function createDispatch(vault: Vault, report: Report): WorkerApi {
  const aborts = new Map<number, AbortController>()
  const dispatch = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(VAULT_METHODS) as VaultMethod[]) {
    const method = vault[name] as (...args: unknown[]) => Promise<unknown>
    dispatch[name] = (async (call, args, options) => {
      const abort = new AbortController()
      aborts.set(call, abort)
      let reported: Promise<void> | undefined
      try {
        const callOptions: LongCallOptions = {
          ...options,
          signal: abort.signal,
          onProgress(progress) {
            reported = report(call, progress)
          },
        }
        const result = await method(...args, callOptions)
        // Results go over another port: none comes before the last that was said of how far it is.
        await reported
        return toWireResult(name, result)
      } finally {
        aborts.delete(call)
      }
    }) satisfies WorkerMethod
  }
  dispatch['abort'] = (call: number): void => aborts.get(call)?.abort()
  return Object.freeze(dispatch) as unknown as WorkerApi
}
