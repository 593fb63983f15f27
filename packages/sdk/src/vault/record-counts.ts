import { arrayOf, integer, object, text } from '../format/reader.ts'
import type { Answer } from './server-answer.ts'
import type { ServerApi } from './server-api.ts'

/** How many records and files the server says there are. */
export interface RecordCounts {
  /** Under each key, by model. */
  readonly keys: readonly { readonly kid: string; readonly model: string; readonly records: number }[]
  /** Of each model, tombstones included. */
  readonly models: readonly { readonly model: string; readonly records: number }[]
  /** Files under each key, uploads that are open included. */
  readonly files: readonly { readonly kid: string; readonly files: number }[]
}

const MAX_COUNTS = 100_000
const records = integer(0, Number.MAX_SAFE_INTEGER)
const model = text(1, 64)
const countsAnswer: Answer<RecordCounts> = {
  read: object<RecordCounts>({
    keys: arrayOf(object<RecordCounts['keys'][number]>({ kid: text(11, 11), model, records }), 0, MAX_COUNTS),
    models: arrayOf(object<RecordCounts['models'][number]>({ model, records }), 0, MAX_COUNTS),
    files: arrayOf(object<RecordCounts['files'][number]>({ kid: text(11, 11), files: records }), 0, MAX_COUNTS),
  }),
  refusals: [],
}

/**
 * Asks the server what lies under which key.
 *
 * @throws LockstitchError the codes of the transport, `ERR_REJECTED_BY_SERVER` from a server that does not know.
 */
export function countRecords(server: ServerApi): Promise<RecordCounts> {
  return server.call(countsAnswer, 'GET', '/v1/keys')
}

/** How many files the server says lie under a key. */
export function filesUnder({ files }: RecordCounts, kid: string): number {
  return files.find((count) => count.kid === kid)?.files ?? 0
}

/** The records of some counts. */
export function sumOf(counts: readonly { readonly records: number }[]): number {
  return counts.reduce((sum, { records }) => sum + records, 0)
}
