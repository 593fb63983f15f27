/** Which data keys records and files are sealed under: what a rotation has still to do, and what a key may not be retired for. */
import { sql } from 'kysely'
import type { VerifiedRecord } from '@lockstitch/sdk/server'
import type { Scope } from './tables.ts'

/** How many records and files there are under each key, records by model; and how many records of each model, tombstones included. */
export interface KeyUse {
  readonly keys: readonly { readonly kid: string; readonly model: string; readonly records: number }[]
  readonly models: readonly { readonly model: string; readonly records: number }[]
  /** Uploads that are open included, files that are being removed not. */
  readonly files: readonly { readonly kid: string; readonly files: number }[]
}

type Row = Readonly<{ tenant_id: string; account_id: string; model: string; id: string; kid: string }>

const ROWS = 1000

/** Writes down under which keys the records are sealed now; what was written down of them before goes. */
export async function replaceRecordKeys(
  scope: Scope,
  account: string,
  records: readonly VerifiedRecord[],
): Promise<void> {
  const { db, tenant } = scope
  for (const [model, group] of Map.groupBy(records, (record) => record.model)) {
    const ids = group.map(({ id }) => id)
    const old = db.deleteFrom('record_keys').where('tenant_id', '=', tenant).where('account_id', '=', account)
    await old.where('model', '=', model).where('id', 'in', ids).execute()
  }
  const place = { tenant_id: tenant, account_id: account }
  await insertRows(
    scope,
    records.flatMap(({ model, id, nonces }) =>
      [...new Set(nonces.map(({ kid }) => kid as string))].map((kid): Row => ({ ...place, model, id, kid })),
    ),
  )
}

/** Counts what an account has sealed. */
export async function countKeyUse({ db, tenant }: Scope, account: string): Promise<KeyUse> {
  const keys = await db
    .selectFrom('record_keys')
    .select(['kid', 'model', sql<string>`count(*)`.as('records')])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .groupBy(['kid', 'model'])
    .orderBy('kid')
    .orderBy('model')
    .execute()
  const models = await db
    .selectFrom('records')
    .select(['model', sql<string>`count(*)`.as('records')])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .groupBy('model')
    .orderBy('model')
    .execute()
  const files = await db
    .selectFrom('files')
    .select(['kid', sql<string>`count(*)`.as('files')])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('state', '!=', 'removing')
    .groupBy('kid')
    .orderBy('kid')
    .execute()
  return {
    keys: keys.map((row) => ({ ...row, records: Number(row.records) })),
    models: models.map((row) => ({ ...row, records: Number(row.records) })),
    files: files.map((row) => ({ ...row, files: Number(row.files) })),
  }
}

/**
 * Writes down the keys of records that were stored before they were written down. The model of a record is not known here,
 * so that a public text which looks like an envelope counts as one: such a row is gone when the record is next written.
 */
export async function fillRecordKeys(scope: Scope): Promise<void> {
  let after: readonly string[] = ['', '', '', '']
  for (;;) {
    const [tenant, account, model, id] = after
    const records = await scope.db
      .selectFrom('records')
      .select(['tenant_id', 'account_id', 'model', 'id', 'body'])
      .where(sql<boolean>`(tenant_id, account_id, model, id) > (${tenant}, ${account}, ${model}, ${id})`)
      .orderBy('tenant_id')
      .orderBy('account_id')
      .orderBy('model')
      .orderBy('id')
      .limit(ROWS)
      .execute()
    const last = records.at(-1)
    if (last === undefined) return
    after = [last.tenant_id, last.account_id, last.model, last.id]
    await insertRows(
      scope,
      records.flatMap(({ body, ...place }) => kidsIn(body).map((kid): Row => ({ ...place, kid }))),
    )
  }
}

/** In the JSON of a record a text that is an envelope begins behind a quotation mark. */
function kidsIn(body: string): string[] {
  return [...new Set([...body.matchAll(/"ls1\.([A-Za-z0-9_-]{11})\./g)].map(([, kid]) => kid as string))]
}

async function insertRows({ db }: Scope, rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS) {
    await db
      .insertInto('record_keys')
      .values(rows.slice(start, start + ROWS))
      .onConflict((on) => on.doNothing())
      .execute()
  }
}
