import { LockstitchError } from '../errors.ts'
import type { LoadPart, Parts } from '../vault/parts.ts'
import type { PartUrls } from './api.ts'

/**
 * Loads parts of the vault from the addresses that the page gave when it started the worker: a later message cannot name
 * another.
 *
 * @returns What throws `ERR_WORKER_START` when a part cannot be loaded, and `ERR_OFFLINE` when the browser is offline.
 */
export function loadPartFrom(urls: PartUrls): LoadPart {
  return async (name) => {
    try {
      return (await import(/* @vite-ignore */ urls[name])) as Parts[typeof name]
    } catch {
      // Offline it may succeed later; what needs the part then waits as it would for the server.
      throw new LockstitchError(navigator.onLine === false ? 'ERR_OFFLINE' : 'ERR_WORKER_START')
    }
  }
}
