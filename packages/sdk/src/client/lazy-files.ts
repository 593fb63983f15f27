import type { Vault } from '../vault/api.ts'
import type { Files } from '../vault/files-api.ts'
import { loadPiece } from './load-piece.ts'

const NAMES: readonly (keyof Files)[] = ['seal', 'open', 'upload', 'download', 'remove']

/**
 * The calls of files over a vault's `files`: what is a stream for the app goes through a port. A `Blob` is handed over as it
 * is, without a byte being read here. Their code is loaded when one of them is made.
 */
export function createFiles(run: Vault['files']): Files {
  const lazy =
    (name: keyof Files) =>
    async (...args: never[]) =>
      ((await loadPiece(import('./files.ts'))).fileCalls(run)[name] as (...given: never[]) => Promise<unknown>)(...args)
  return Object.fromEntries(NAMES.map((name) => [name, lazy(name)])) as unknown as Files
}
