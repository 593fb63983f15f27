import { isLockstitchError } from '@lockstitch/sdk'
import { checkRevision, type StoredRevision, type VerifiedRecord } from '@lockstitch/sdk/server'
import { Problem } from '../http/problem.ts'
import { rememberEnvelopeNonces } from './envelope-nonces.ts'
import { replaceRecordKeys } from './record-keys.ts'
import type { Scope } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** A verified record with the row it becomes. */
export interface RecordRow {
  readonly verified: VerifiedRecord
  /** JSON text, sealed at rest where the server may read. */
  readonly body: string
  /** The paths in it that are sealed at rest. */
  readonly atRest: readonly string[]
}

interface Change {
  readonly row: RecordRow
  /** What was stored before the batch. */
  readonly from: StoredRevision | null
}

const ROWS = 500

/**
 * Stores a batch inside one transaction. Every record must follow what is stored, or be what is stored; no nonce may have
 * been used before. A record of the batch may follow another one of it. Which keys a record is sealed under is written down
 * beside it. Gives the indexes of the records that were not
 * stored already.
 *
 * @throws Problem `409 ERR_CONFLICT` or `422 ERR_NONCE_REUSED` with the index of the record at fault.
 */
export async function writeRecords(
  scope: Scope,
  account: string,
  rows: readonly RecordRow[],
  now: number,
): Promise<readonly number[]> {
  const stored = await storedRevisions(scope, account, rows)
  const { changes, fresh } = planChanges(rows, stored)
  const reused = await rememberEnvelopeNonces(
    scope,
    account,
    fresh.map((index) => (rows[index] as RecordRow).verified),
  )
  if (reused !== undefined) throw new Problem(422, 'ERR_NONCE_REUSED', { index: fresh[reused] as number })
  const added = changes.filter(({ from }) => from === null)
  for (let start = 0; start < added.length; start += ROWS) {
    await insertRows(scope, account, added.slice(start, start + ROWS), now)
  }
  for (const change of changes) if (change.from !== null) await updateRow(scope, account, change.row, change.from, now)
  await replaceRecordKeys(
    scope,
    account,
    changes.map(({ row }) => row.verified),
  )
  return fresh
}

const keyOf = ({ model, id }: VerifiedRecord): string => `${model}/${id}`

async function storedRevisions(
  { db, tenant }: Scope,
  account: string,
  rows: readonly RecordRow[],
): Promise<ReadonlyMap<string, StoredRevision>> {
  const stored = new Map<string, StoredRevision>()
  for (const [model, group] of Map.groupBy(rows, ({ verified }) => verified.model)) {
    const found = await db
      .selectFrom('records')
      .select(['id', 'revision', 'hash'])
      .where('tenant_id', '=', tenant)
      .where('account_id', '=', account)
      .where('model', '=', model)
      .where(
        'id',
        'in',
        group.map(({ verified }) => verified.id),
      )
      .execute()
    for (const { id, revision, hash } of found) stored.set(`${model}/${id}`, { revision: Number(revision), hash })
  }
  return stored
}

function planChanges(
  rows: readonly RecordRow[],
  stored: ReadonlyMap<string, StoredRevision>,
): { changes: readonly Change[]; fresh: readonly number[] } {
  const newest = new Map(stored)
  const changes = new Map<string, Change>()
  const fresh: number[] = []
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row.verified)
    if (decide(row.verified, newest.get(key) ?? null, index) === 'acknowledge') continue
    newest.set(key, row.verified)
    changes.set(key, { row, from: stored.get(key) ?? null })
    fresh.push(index)
  }
  return { changes: [...changes.values()], fresh }
}

function decide(record: VerifiedRecord, stored: StoredRevision | null, index: number): 'store' | 'acknowledge' {
  try {
    return checkRevision(record, stored)
  } catch (error) {
    if (isLockstitchError(error)) throw new Problem(409, error.code, { index })
    throw error
  }
}

function columnsOf({ verified, body, atRest }: RecordRow, updated: number) {
  const { revision, hash, state } = verified
  return { revision, hash, state, body, at_rest: JSON.stringify(atRest), updated }
}

async function insertRows(
  { db, tenant }: Scope,
  account: string,
  added: readonly Change[],
  now: number,
): Promise<void> {
  const values = added.map(({ row }) => ({
    tenant_id: tenant,
    account_id: account,
    model: row.verified.model,
    id: row.verified.id,
    ...columnsOf(row, now),
  }))
  const done = await db
    .insertInto('records')
    .values(values)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (done.numInsertedOrUpdatedRows !== BigInt(values.length)) throw new RetryTransaction()
}

async function updateRow({ db, tenant }: Scope, account: string, row: RecordRow, from: StoredRevision, now: number) {
  const done = await db
    .updateTable('records')
    .set(columnsOf(row, now))
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('model', '=', row.verified.model)
    .where('id', '=', row.verified.id)
    .where('revision', '=', from.revision)
    .where('hash', '=', from.hash)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw new RetryTransaction()
}
