import type { Vault } from '../vault/api.ts'
import type { Files } from '../vault/files-api.ts'

const NAMES: readonly (keyof Files)[] = ['seal', 'open', 'upload', 'download', 'remove']

/** The calls of files, whose code is loaded when one of them is made. */
export function lazyFiles(run: Vault['files']): Files {
  const lazy =
    (name: keyof Files) =>
    async (...args: never[]) =>
      ((await import('./files.ts')).createFiles(run)[name] as (...given: never[]) => Promise<unknown>)(...args)
  return Object.fromEntries(NAMES.map((name) => [name, lazy(name)])) as unknown as Files
}
