import { createHash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@lockstitch/sdk/format'
import type { Scope } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** What is written down. Ids, revisions and times only; never a value, a handle or an address. */
export type AuditEvent =
  | 'account.enrolled'
  | 'account.state-changed'
  | 'session.started'
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
export interface AuditEntry {
  readonly seq: number
  readonly time: number
  readonly event: string
  /** Canonical JSON. */
  readonly details: string
  readonly previous: string
  readonly hash: string
}

const LABEL = 'lockstitch/audit'
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
  const row = { tenant_id: tenant, account_id: account, ...entry, hash: hashOf(scope, account, entry) }
  const done = await db
    .insertInto('audit_log')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (done.numInsertedOrUpdatedRows !== 1n) throw new RetryTransaction()
}

/** The log of an account, oldest first. */
export async function readAudit(scope: Scope, account: string): Promise<AuditEntry[]> {
  const rows = await entriesOf(scope, account).orderBy('seq', 'asc').execute()
  return rows.map(({ seq, time, event, details, previous, hash }) => ({
    seq: Number(seq),
    time: Number(time),
    event,
    details,
    previous,
    hash,
  }))
}

/**
 * Whether an account's log is one unbroken chain from its first entry. An entry that was changed, removed from within,
 * added or moved breaks it; that the newest are missing shows only against a head that was noted down elsewhere.
 */
export async function isAuditIntact(scope: Scope, account: string): Promise<boolean> {
  let previous = NO_PREVIOUS
  const entries = await readAudit(scope, account)
  return entries.every((entry, index) => {
    const isNext =
      entry.seq === index + 1 && entry.previous === previous && entry.hash === hashOf(scope, account, entry)
    previous = entry.hash
    return isNext
  })
}

function entriesOf({ db, tenant }: Scope, account: string) {
  return db.selectFrom('audit_log').selectAll().where('tenant_id', '=', tenant).where('account_id', '=', account)
}

function hashOf({ tenant }: Scope, account: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, time, event, details, previous } = entry
  const text = canonicalJson([LABEL, tenant, account, seq, time, event, details, previous])
  return createHash('sha256').update(text).digest('base64url')
}
