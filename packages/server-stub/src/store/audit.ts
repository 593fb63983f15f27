import { type AuditLink, canonicalJson, type JsonValue } from '@lockstitch/sdk/format'
import { type CHANGE_EVENT, type DESTROYED_EVENT, hashAuditLink, type NOTE_EVENT } from '@lockstitch/sdk/server'
import type { Selectable } from 'kysely'
import type { Scope, Tables } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** What is written down. Ids, revisions and times only; never a value, a handle or an address. */
export type AuditEvent =
  | typeof CHANGE_EVENT
  | typeof NOTE_EVENT
  | typeof DESTROYED_EVENT
  | 'session.started'
  | 'session.refused'
  | 'session.ended'
  | 'device.pin-wrong'
  | 'record.written'
  | 'record.read'
  | 'file.stored'
  | 'file.read'
  | 'file.removed'
  | 'escrow.requested'
  | 'escrow.approved'
  | 'escrow.cancelled'
  | 'escrow.released'

/** One entry of an account's log. Each names the hash of the one before it. */
export interface AuditEntry extends AuditLink {
  readonly hash: string
}

const NO_PREVIOUS = 'A'.repeat(43)

/** Appends an entry to an account's log. Call it inside the transaction of what it speaks of. */
export async function appendAudit(
  scope: Scope,
  account: string,
  event: AuditEvent,
  details: JsonValue,
  time: number,
): Promise<void> {
  const { db, tenant } = scope
  const last = await entriesOf(scope, account).orderBy('seq', 'desc').limit(1).executeTakeFirst()
  const entry = {
    seq: last === undefined ? 1 : Number(last.seq) + 1,
    time,
    event,
    details: canonicalJson(details),
    previous: last?.hash ?? NO_PREVIOUS,
  }
  const row = { tenant_id: tenant, account_id: account, ...entry, hash: hashAuditLink(account, entry) }
  const done = await db
    .insertInto('audit_log')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (done.numInsertedOrUpdatedRows !== 1n) throw new RetryTransaction()
}

/** The log of an account, oldest first. */
export async function readAudit(scope: Scope, account: string): Promise<AuditEntry[]> {
  return entriesIn(await entriesOf(scope, account).orderBy('seq', 'asc').execute())
}

/** At most `limit` entries after a number, oldest first. */
export async function auditAfter(scope: Scope, account: string, after: number, limit: number): Promise<AuditEntry[]> {
  return entriesIn(
    await entriesOf(scope, account).where('seq', '>', after).orderBy('seq', 'asc').limit(limit).execute(),
  )
}

function entriesIn(rows: readonly Selectable<Tables['audit_log']>[]): AuditEntry[] {
  return rows.map(({ seq, time, event, details, previous, hash }) => ({
    seq: Number(seq),
    time: Number(time),
    event,
    details,
    previous,
    hash,
  }))
}

function entriesOf({ db, tenant }: Scope, account: string) {
  return db.selectFrom('audit_log').selectAll().where('tenant_id', '=', tenant).where('account_id', '=', account)
}
