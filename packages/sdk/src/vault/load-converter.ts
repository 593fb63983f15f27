import type { convertBatch } from './convert.ts'
import type { write } from './outbox.ts'
import type { currentHead, load, openRowRecord } from './read.ts'
import type { sealBatch } from './seal.ts'

/**
 * The flows of the vault that conversion uses. They are handed over and not imported, because in a browser the code of
 * conversion is a file of its own, and a second copy of the vault in it would not be this vault.
 */
export interface VaultFlows {
  readonly sealBatch: typeof sealBatch
  readonly write: typeof write
  readonly load: typeof load
  readonly currentHead: typeof currentHead
  readonly openRowRecord: typeof openRowRecord
}

/** Converts one batch. */
export type ConvertBatch = typeof convertBatch

/** Loads the code of conversion, only when something is converted. `formats` are those that the mapping names. */
export type LoadConverter = (formats: ReadonlySet<string>) => Promise<ConvertBatch>

/** That code as modules beside this one. */
export const loadConverter: LoadConverter = async () => (await import('./convert.ts')).convertBatch
