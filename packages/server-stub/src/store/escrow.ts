/** The escrows of accounts as they signed them, and who is a custodian of whom. */
import { createHash } from 'node:crypto'
import {
  type AccountState,
  encodeBase64url,
  type Escrow,
  escrowHashInput,
  isLockstitchError,
  parseEscrow,
  type SignedText,
} from '@lockstitch/sdk/format'
import { Problem } from '../http/problem.ts'
import type { StoredCredential } from './accounts.ts'
import type { Scope } from './tables.ts'

/** The escrow of an account. */
export interface StoredEscrow {
  readonly account: string
  readonly slot: string
  /** base64url; what an approval names the document by. */
  readonly hash: string
  readonly document: string
}

const MAX_CUSTODY = 100

/**
 * Makes the stored escrow the one of an account's newest state, or none.
 *
 * @throws Problem `422` with the code of `parseEscrow`, or `ERR_ACCOUNT_STATE` when the document is of another account.
 */
export async function keepEscrow(scope: Scope, { account, identity, slots }: AccountState): Promise<void> {
  const { db, tenant } = scope
  const slot = slots.find(({ kind }) => kind === 'escrow')
  const stored = await escrowOf(scope, account)
  if (slot?.id === stored?.slot) return
  for (const table of ['escrows', 'escrow_custodians'] as const)
    await db.deleteFrom(table).where('tenant_id', '=', tenant).where('account_id', '=', account).execute()
  if (slot?.kind !== 'escrow') return
  const { document: escrow, payload } = readOwn(slot.document)
  if (escrow.account !== account || escrow.signing !== identity.signing) throw new Problem(422, 'ERR_ACCOUNT_STATE')
  const hash = encodeBase64url(createHash('sha256').update(escrowHashInput(payload)).digest())
  const row = { tenant_id: tenant, account_id: account, slot_id: slot.id, hash, document: slot.document }
  await db.insertInto('escrows').values(row).execute()
  const custodians = escrow.custodians.map((one) => ({
    tenant_id: tenant,
    custodian_id: one.account,
    account_id: account,
  }))
  await db.insertInto('escrow_custodians').values(custodians).execute()
}

function readOwn(document: string): SignedText<Escrow> {
  try {
    return parseEscrow(document)
  } catch (error) {
    throw isLockstitchError(error) ? new Problem(422, error.code) : error
  }
}

/** The escrow of an account. */
export async function escrowOf({ db, tenant }: Scope, account: string): Promise<StoredEscrow | undefined> {
  const row = await db
    .selectFrom('escrows')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .executeTakeFirst()
  return row && { account, slot: row.slot_id, hash: row.hash, document: row.document }
}

/** The escrows that an account is a custodian of. */
export async function custodyOf({ db, tenant }: Scope, custodian: string): Promise<readonly StoredEscrow[]> {
  const rows = await db
    .selectFrom('escrow_custodians as held')
    .innerJoin('escrows as escrow', (join) =>
      join.onRef('escrow.tenant_id', '=', 'held.tenant_id').onRef('escrow.account_id', '=', 'held.account_id'),
    )
    .select(['escrow.account_id', 'escrow.slot_id', 'escrow.hash', 'escrow.document'])
    .where('held.tenant_id', '=', tenant)
    .where('held.custodian_id', '=', custodian)
    .orderBy('escrow.account_id', 'asc')
    .limit(MAX_CUSTODY)
    .execute()
  return rows.map((row) => ({ account: row.account_id, slot: row.slot_id, hash: row.hash, document: row.document }))
}

/** Whether a login may start a session: that of an escrow only after a request for it was released. */
export async function mayEnter(scope: Scope, { account, slot }: StoredCredential, now: number): Promise<boolean> {
  const escrow = await escrowOf(scope, account)
  if (escrow?.slot !== slot) return true
  const released = await scope.db
    .selectFrom('escrow_requests')
    .select('id')
    .where('tenant_id', '=', scope.tenant)
    .where('account_id', '=', account)
    .where('state', '=', 'released')
    .where('released_hash', '=', escrow.hash)
    .where('expires', '>', now)
    .executeTakeFirst()
  return released !== undefined
}

/** Removes requests that have expired, with their approvals. */
export async function pruneEscrow({ db, tenant }: Scope, now: number): Promise<void> {
  const expired = db
    .selectFrom('escrow_requests')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('expires', '<=', now)
  await db.deleteFrom('escrow_approvals').where('tenant_id', '=', tenant).where('request_id', 'in', expired).execute()
  await db.deleteFrom('escrow_requests').where('tenant_id', '=', tenant).where('expires', '<=', now).execute()
}
