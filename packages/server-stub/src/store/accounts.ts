import type { VerifiedAccountState } from '@lockstitch/sdk/server'
import { Problem } from '../http/problem.ts'
import type { Scope } from './tables.ts'
import { RetryTransaction } from './transaction.ts'

/** How somebody proves to be an account: scrypt of a secret, found by a keyed hash of the handle or the locator. */
export interface Credential {
  readonly kind: 'password' | 'locator'
  readonly lookup: string
  /** Id of the slot of the account state that the same secret opens. */
  readonly slot: string
  readonly verifier: string
  /** JSON of the KDF parameters, for a password. */
  readonly kdf: string | null
  /** Of a login that works once: when it ceases to. */
  readonly expires: number | null
}

/** A stored credential. */
export interface StoredCredential extends Credential {
  readonly account: string
}

/** The credential with this lookup. */
export async function findCredential(
  { db, tenant }: Scope,
  kind: Credential['kind'],
  lookup: string,
): Promise<StoredCredential | undefined> {
  const row = await db
    .selectFrom('credentials')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('kind', '=', kind)
    .where('lookup', '=', lookup)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { slot_id: slot, verifier, kdf, account_id: account } = row
  return { kind, lookup, slot, verifier, kdf, account, expires: row.expires === null ? null : Number(row.expires) }
}

/** Stores a credential; false when its lookup is taken. */
export async function addCredential({ db, tenant }: Scope, account: string, credential: Credential): Promise<boolean> {
  const { slot, ...columns } = credential
  const row = { tenant_id: tenant, account_id: account, slot_id: slot, ...columns }
  const done = await db
    .insertInto('credentials')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

/** Removes the credentials of slots that are gone. Gives how many there were. */
export async function removeCredentials(
  { db, tenant }: Scope,
  account: string,
  slots: readonly string[],
): Promise<number> {
  const gone = db.deleteFrom('credentials').where('tenant_id', '=', tenant).where('account_id', '=', account)
  return Number((await gone.where('slot_id', 'in', slots).executeTakeFirst()).numDeletedRows)
}

/** A state that is stored. */
export interface StoredState {
  readonly state: string
  readonly revision: number
  readonly hash: string
}

/** An account's newest state. */
export async function currentState(scope: Scope, account: string): Promise<StoredState | undefined> {
  return firstState(scope, account, 'desc')
}

/** An account's oldest state: its first, or the last that destroyed keys. */
export async function oldestState(scope: Scope, account: string): Promise<StoredState | undefined> {
  return firstState(scope, account, 'asc')
}

async function firstState(
  { db, tenant }: Scope,
  account: string,
  order: 'asc' | 'desc',
): Promise<StoredState | undefined> {
  const row = await db
    .selectFrom('account_states')
    .select(['state', 'revision', 'hash'])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .orderBy('revision', order)
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, revision: Number(row.revision) }
}

/**
 * Deletes every state before one that destroyed keys: their wraps stood in them.
 *
 * @throws Problem `422 ERR_ACCOUNT_STATE` when it does not name them all.
 */
export async function eraseStates({ db, tenant }: Scope, { state }: VerifiedAccountState): Promise<void> {
  const { account, erased, revision } = state
  if (erased === undefined) return
  const rows = await db
    .selectFrom('account_states')
    .select(['revision', 'hash'])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('revision', '<', revision)
    .execute()
  if (rows.some((row) => erased.ancestors[Number(row.revision) - 1] !== row.hash))
    throw new Problem(422, 'ERR_ACCOUNT_STATE')
  await db
    .deleteFrom('account_states')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('revision', '<', revision)
    .execute()
}

/** The texts of at most `limit` states after a revision, oldest first. */
export async function statesAfter(
  { db, tenant }: Scope,
  account: string,
  after: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('account_states')
    .select('state')
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('revision', '>', after)
    .orderBy('revision', 'asc')
    .limit(limit)
    .execute()
  return rows.map(({ state }) => state)
}

/** Stores a new account with its first state; false when the account exists. */
export async function addAccount(scope: Scope, first: VerifiedAccountState, now: number): Promise<boolean> {
  const { account, revision } = first.state
  const row = { tenant_id: scope.tenant, id: account, revision, hash: first.hash, created: now }
  const done = await scope.db
    .insertInto('accounts')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (done.numInsertedOrUpdatedRows !== 1n) return false
  await addState(scope, first, now)
  return true
}

/** Keeps an account at the state with this hash until the transaction ends; false when it has another one. */
export async function holdAccount({ db, tenant }: Scope, account: string, hash: string): Promise<boolean> {
  const held = db.updateTable('accounts').set({ hash }).where('tenant_id', '=', tenant).where('id', '=', account)
  return (await held.where('hash', '=', hash).executeTakeFirst()).numUpdatedRows === 1n
}

/** Moves an account from the state that `next` was checked against to `next`. */
export async function advanceAccount(scope: Scope, next: VerifiedAccountState, now: number): Promise<void> {
  const { account, revision, previous } = next.state
  const done = await scope.db
    .updateTable('accounts')
    .set({ revision, hash: next.hash })
    .where('tenant_id', '=', scope.tenant)
    .where('id', '=', account)
    .where('revision', '=', revision - 1)
    .where('hash', '=', previous)
    .executeTakeFirst()
  if (done.numUpdatedRows !== 1n) throw new RetryTransaction()
  await addState(scope, next, now)
}

async function addState(
  { db, tenant }: Scope,
  { state, hash, text }: VerifiedAccountState,
  now: number,
): Promise<void> {
  const row = { tenant_id: tenant, account_id: state.account, revision: state.revision, hash, state: text, stored: now }
  await db.insertInto('account_states').values(row).execute()
}
