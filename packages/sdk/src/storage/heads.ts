/** The heads of the database: asked for together, kept when they are newer, forgotten. */
import type { IDBPObjectStore, IDBPTransaction } from 'idb'
import type { HeadRow, Schema } from './database.ts'

/** Fewer rows are asked for one by one. */
const MIN_RANGE = 4

type StoreName = 'accounts' | 'devices' | 'heads' | 'outbox' | 'uploads'
type HeadStore = Pick<IDBPObjectStore<Schema, StoreName[], 'heads'>, 'get' | 'getAll' | 'count'>
type WritingTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>

/**
 * Rows of a model by their ids. Asking for each by itself takes longer than all the rest of a batch, so that they are asked
 * for as one range where the range holds little else: records of one batch mostly stand together, or are all new.
 */
export async function readMany(
  heads: HeadStore,
  account: string,
  model: string,
  ids: readonly string[],
): Promise<(HeadRow | undefined)[]> {
  const each = (): Promise<(HeadRow | undefined)[]> => Promise.all(ids.map((id) => heads.get([account, model, id])))
  if (ids.length < MIN_RANGE) return each()
  const sorted = ids.toSorted()
  const range = IDBKeyRange.bound([account, model, sorted[0]], [account, model, sorted.at(-1)])
  if ((await heads.count(range)) > 2 * ids.length) return each()
  const rows = new Map((await heads.getAll(range)).map((row) => [row.id, row]))
  return ids.map((id) => rows.get(id))
}

/** Keeps the newest of each record, of rows that are all of one model. */
export async function raiseHeads(transaction: WritingTransaction, rows: readonly HeadRow[]): Promise<void> {
  const newest = new Map<string, HeadRow>()
  for (const row of rows) {
    if ((newest.get(row.id)?.revision ?? 0) < row.revision) newest.set(row.id, row)
  }
  const raised = [...newest.values()]
  const [first] = raised
  if (first === undefined) return
  const heads = transaction.objectStore('heads')
  const known = await readMany(heads, first.account, first.model, [...newest.keys()])
  const newer = raised.filter((row, index) => (known[index]?.revision ?? 0) < row.revision)
  await Promise.all(newer.map((row) => heads.put(row)))
}

/** Forgets heads, unless they are newer now. */
export async function forgetHeads(transaction: WritingTransaction, rows: readonly HeadRow[]): Promise<void> {
  const heads = transaction.objectStore('heads')
  for (const { account, model, id, hash } of rows) {
    if ((await heads.get([account, model, id]))?.hash === hash) await heads.delete([account, model, id])
  }
}
