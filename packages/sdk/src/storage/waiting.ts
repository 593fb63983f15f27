import type { IDBPObjectStore, StoreNames } from 'idb'
import { LockstitchError } from '../errors.ts'
import type { HeadRow, OutboxRow, Schema } from './database.ts'

/**
 * Checks that the writes of a record that wait are these.
 *
 * @throws LockstitchError `ERR_CONFLICT`
 */
export function checkWaiting(rows: readonly OutboxRow[], expected: readonly OutboxRow[]): void {
  const waiting = rows.filter(({ delivery }) => delivery === 'waiting')
  const isExpected =
    waiting.length === expected.length &&
    waiting.every(({ sequence, hash }, index) => {
      const row = expected[index] as OutboxRow
      return sequence === row.sequence && hash === row.hash
    })
  if (!isExpected) throw new LockstitchError('ERR_CONFLICT')
}

/** Replaces writes of one record that wait, inside a transaction. */
export async function replaceWaiting(
  outbox: IDBPObjectStore<Schema, StoreNames<Schema>[], 'outbox', 'readwrite'>,
  before: readonly OutboxRow[],
  after: readonly OutboxRow[],
): Promise<void> {
  const [{ account, model, id }] = before as [OutboxRow]
  checkWaiting((await outbox.index('record').getAll([account, model, id])) as OutboxRow[], before)
  for (const { sequence } of before) await outbox.delete(sequence)
  for (const row of after) await outbox.put(row)
}

/** A write as it waits, with the revision that it follows: it may be needed when the server shows a newer one. */
export function waitingRow<R extends object>(
  row: R,
  base: HeadRow | undefined,
): R & Pick<OutboxRow, 'delivery' | 'base'> {
  if (base === undefined) return { ...row, delivery: 'waiting' }
  const { account, model, id, revision, hash, state, box } = base
  return { ...row, delivery: 'waiting', base: { account, model, id, revision, hash, state, box } }
}
