import { LockstitchError } from '../errors.ts'
import type { ConvertBatch, LoadConverter } from '../vault/load-converter.ts'
import type { ConverterUrls } from './api.ts'

/**
 * Loads the code of conversion from the addresses that the page gave when it started the worker: a later message cannot name
 * another. OpenPGP is much larger than everything else together, so it comes only with a mapping that needs it.
 */
export function loadConverterFrom(urls: ConverterUrls): LoadConverter {
  return async (formats) => {
    try {
      const url = formats.has('pgcrypto') ? urls.pgcrypto : urls.others
      return ((await import(/* @vite-ignore */ url)) as { convertBatch: ConvertBatch }).convertBatch
    } catch {
      throw new LockstitchError('ERR_WORKER_START')
    }
  }
}
