import { expose, wrap } from 'comlink'
import { createMemoryStorage } from '../storage/memory-storage.ts'
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

/** Serves a vault over the ports of a start message. */
export function serveVault({ api, transport, database, storage, iterations, parts }: StartMessage): void {
  registerErrorHandler()
  const page = wrap<PageApi>(transport)
  const vault = createVault({
    database,
    ...(iterations === undefined ? {} : { iterations }),
    ...(storage === 'memory' ? { storage: createMemoryStorage() } : {}),
    transport: { send: (request) => page.send(request) },
    parts: loadPartFrom(parts),
  })
  const report: PageApi['progress'] = (call, progress) => void page.progress(call, progress)
  expose(createDispatch(vault, report), guardEndpoint(api, WORKER_METHODS))
}

/** The methods by name, on an object without a prototype: there is nothing on it but them. */
export function createDispatch(vault: Vault, report: PageApi['progress']): WorkerApi {
  const aborts = new Map<number, AbortController>()
  const dispatch = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(VAULT_METHODS) as VaultMethod[]) {
    const method = vault[name] as (...args: unknown[]) => Promise<unknown>
    dispatch[name] = (async (call, args, options) => {
      const abort = new AbortController()
      aborts.set(call, abort)
      try {
        const callOptions: LongCallOptions = {
          ...options,
          signal: abort.signal,
          onProgress: (progress) => report(call, progress),
        }
        return toWireResult(name, await method(...args, callOptions))
      } finally {
        aborts.delete(call)
      }
    }) satisfies WorkerMethod
  }
  dispatch['abort'] = (call: number): void => aborts.get(call)?.abort()
  return Object.freeze(dispatch) as unknown as WorkerApi
}
