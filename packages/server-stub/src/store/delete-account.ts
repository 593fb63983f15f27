import type { JsonValue } from '@lockstitch/sdk/format'
import { DESTROYED_EVENT } from '@lockstitch/sdk/server'
import { appendAudit } from './audit.ts'
import type { Scope, Tables } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** Tables with rows of an account that are nothing without it; its files go one by one, its audit log stays. */
const OWN = [
  'account_states',
  'credentials',
  'device_logins',
  'at_rest_keys',
  'sessions',
  'request_nonces',
  'records',
  'record_keys',
  'envelope_nonces',
  'escrows',
  'escrow_custodians',
] as const satisfies readonly (keyof Tables)[]

/**
 * Deletes an account but its audit log, whose last entry says so. Its files are hidden from then on; their objects are the caller's to
 * remove. Call it in a transaction.
 *
 * @param hash Of the newest state, against which the certificate was checked.
 */
export async function deleteAccount(
  scope: Scope,
  { account, hash, signing, certificate }: Deletion,
  now: number,
): Promise<void> {
  const { db, tenant } = scope
  // The row stays, so that the id is not taken anew; what was checked against the account's state before is stored no more.
  const held = db.updateTable('accounts').set({ hash: '' }).where('tenant_id', '=', tenant).where('id', '=', account)
  if ((await held.where('hash', '=', hash).executeTakeFirst()).numUpdatedRows !== 1n) throw new RetryTransaction()
  const requests = db
    .selectFrom('escrow_requests')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
  await db.deleteFrom('escrow_approvals').where('tenant_id', '=', tenant).where('request_id', 'in', requests).execute()
  for (const table of [...OWN, 'escrow_requests'] as const)
    await db.deleteFrom(table).where('tenant_id', '=', tenant).where('account_id', '=', account).execute()
  await db.deleteFrom('escrow_custodians').where('tenant_id', '=', tenant).where('custodian_id', '=', account).execute()
  await db
    .updateTable('files')
    .set({ state: 'removing' })
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .execute()
  const details: JsonValue = { certificate, signing }
  await appendAudit(scope, account, DESTROYED_EVENT, details, now)
}

/** What is deleted, and by whose word. */
export interface Deletion {
  readonly account: string
  readonly hash: string
  /** The account's public key, base64url: what its log is checked with from now on. */
  readonly signing: string
  readonly certificate: string
}

/** What is left of an account that was destroyed. */
export interface Remains {
  readonly certificate: string
  readonly signing: string
}

/** The certificate of an account that was destroyed, as it was sent. */
export async function findRemains({ db, tenant }: Scope, account: string): Promise<Remains | undefined> {
  const row = await db
    .selectFrom('audit_log')
    .select('details')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('event', '=', DESTROYED_EVENT)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && (JSON.parse(row.details) as Remains)
}
