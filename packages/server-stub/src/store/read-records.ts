import { sql } from 'kysely'
import type { Scope } from './tables.ts'

/** A record as it lies in the database. */
export interface StoredRecord {
  readonly id: string
  readonly revision: number
  readonly body: string
  readonly atRest: readonly string[]
}

/** One page of a list. */
export interface RecordPage {
  readonly records: readonly StoredRecord[]
  /** The id to go on after, or null when there is nothing more. */
  readonly next: string | null
}

/** Characters of the bodies in one page: a page ends early, but never before its first record. */
const PAGE_CHARS = 8 * 1024 * 1024

/** One record. */
export async function findRecord(
  scope: Scope,
  account: string,
  model: string,
  id: string,
): Promise<StoredRecord | undefined> {
  const row = await recordsOf(scope, account, model)
    .select(['id', 'revision', 'body', 'at_rest'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row && storedRecord(row)
}

/** The row of a record, every column as text, exactly as it lies in the database. */
export async function findRawRow(
  scope: Scope,
  account: string,
  model: string,
  id: string,
): Promise<Record<string, string> | undefined> {
  const row = await recordsOf(scope, account, model).selectAll().where('id', '=', id).executeTakeFirst()
  return row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))
}

/** At most `limit` records after an id, by id ascending; with `kid`, of those that are sealed under that key. */
export async function listRecords(
  scope: Scope,
  account: string,
  model: string,
  after: string,
  limit: number,
  kid?: string,
): Promise<RecordPage> {
  // One table at a time: an engine without statistics would join them row by row.
  const ids = kid === undefined ? undefined : await idsUnder(scope, account, model, kid, after, limit + 1)
  if (ids?.length === 0) return { records: [], next: null }
  const records = recordsOf(scope, account, model).where('id', '>', after)
  const wanted = ids === undefined ? records : records.where('id', 'in', ids)
  const sizes = await wanted
    .select(['id', sql<number>`length(body)`.as('size')])
    .orderBy('id', 'asc')
    .limit(limit + 1)
    .execute()
  let total = 0
  const end = sizes.findIndex(
    ({ size }, index) => index === limit || ((total += Number(size)) > PAGE_CHARS && index > 0),
  )
  const last = sizes.at(end === -1 ? -1 : end - 1)
  if (last === undefined) return { records: [], next: null }
  const rows = await wanted
    .select(['id', 'revision', 'body', 'at_rest'])
    .where('id', '<=', last.id)
    .orderBy('id', 'asc')
    .execute()
  return { records: rows.map(storedRecord), next: end === -1 ? null : last.id }
}

function recordsOf({ db, tenant }: Scope, account: string, model: string) {
  return db
    .selectFrom('records')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('model', '=', model)
}

/** The first ids after an id of the records of a model that are sealed under a key. */
async function idsUnder(
  { db, tenant }: Scope,
  account: string,
  model: string,
  kid: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('record_keys')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('kid', '=', kid)
    .where('model', '=', model)
    .where('id', '>', after)
    .orderBy('id', 'asc')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

function storedRecord(row: {
  id: string
  revision: number | string | bigint
  body: string
  at_rest: string
}): StoredRecord {
  return { id: row.id, revision: Number(row.revision), body: row.body, atRest: JSON.parse(row.at_rest) as string[] }
}
