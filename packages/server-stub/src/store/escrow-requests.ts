/** Requests for an escrow: made by anybody, approved by custodians, cancelled by the owner, released by time. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { MAX_ESCROW_DELAY_MS, parseEscrow } from '@lockstitch/sdk/format'
import { escrowOf, type StoredEscrow } from './escrow.ts'
import type { Scope, Tables } from './tables.ts'

/** A request that has not expired. */
export interface StoredRequest {
  readonly id: string
  /** Empty for a handle that nobody has. */
  readonly account: string
  /** Ed25519 public key of the account, or what was said to be one. */
  readonly signing: string
  /** X25519 public key that shares are sealed to. */
  readonly key: string
  readonly created: number
  readonly state: Tables['escrow_requests']['state']
  readonly verifier: string
  /** Hash of the escrow document whose shares were released; empty until then. */
  readonly releasedHash: string
}

/** A request to be stored. */
export interface NewRequest {
  readonly id: string
  readonly lookup: string
  readonly account: string
  readonly signing: string
  readonly key: string
  readonly secret: Uint8Array
}

/** A share that a custodian sealed for a request. */
export interface StoredApproval {
  readonly custodian: string
  readonly hash: string
  readonly share: string
}

/** How long a request lives: the longest delay, and 30 days in which it can be used. */
export const REQUEST_MS: number = MAX_ESCROW_DELAY_MS + 30 * 24 * 3_600_000
/** Requests of one handle that live at once. One alone would let anybody keep the owner out by asking first. */
export const LIVE_REQUESTS = 5

/**
 * Stores a request. When there are too many for its handle, the oldest one that nobody has approved makes room.
 *
 * @returns False when there is no room, or another request has this id.
 */
export async function addRequest(scope: Scope, request: NewRequest, now: number): Promise<boolean> {
  const { db, tenant } = scope
  const { id, lookup, account, signing, key, secret } = request
  const known = await findRequest(scope, id, now)
  // The same request once more, because its answer was lost.
  if (known !== undefined) return isSecretOf(secret, known.verifier) && known.key === key
  const live = await db
    .selectFrom('escrow_requests as request')
    .select((each) => [
      'request.id',
      each
        .exists(
          each
            .selectFrom('escrow_approvals as approval')
            .select('approval.custodian_id')
            .whereRef('approval.tenant_id', '=', 'request.tenant_id')
            .whereRef('approval.request_id', '=', 'request.id'),
        )
        .as('approved'),
    ])
    .where('request.tenant_id', '=', tenant)
    .where('request.lookup', '=', lookup)
    .where('request.state', '=', 'waiting')
    .where('request.expires', '>', now)
    .orderBy('request.created', 'asc')
    .orderBy('request.id', 'asc')
    .execute()
  if (live.length >= LIVE_REQUESTS) {
    const oldest = live.find(({ approved }) => !approved)
    if (oldest === undefined) return false
    await db.deleteFrom('escrow_requests').where('tenant_id', '=', tenant).where('id', '=', oldest.id).execute()
  }
  const row = {
    tenant_id: tenant,
    id,
    lookup,
    account_id: account,
    signing,
    key,
    verifier: verifierOf(secret),
    created: now,
    expires: now + REQUEST_MS,
    state: 'waiting' as const,
    released_hash: '',
  }
  const done = await db
    .insertInto('escrow_requests')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

/** The request with this id. */
export async function findRequest({ db, tenant }: Scope, id: string, now: number): Promise<StoredRequest | undefined> {
  const row = await db
    .selectFrom('escrow_requests')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('expires', '>', now)
    .executeTakeFirst()
  return row && requestOf(row)
}

/** The requests for an account that were not cancelled, oldest first. */
export async function requestsFor({ db, tenant }: Scope, account: string, now: number): Promise<StoredRequest[]> {
  const rows = await db
    .selectFrom('escrow_requests')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .where('state', '!=', 'cancelled')
    .where('expires', '>', now)
    .orderBy('created', 'desc')
    .limit(LIVE_REQUESTS * 2)
    .execute()
  return rows.map(requestOf).toReversed()
}

/** The approvals of a request. */
export async function approvalsOf({ db, tenant }: Scope, request: string): Promise<readonly StoredApproval[]> {
  const rows = await db
    .selectFrom('escrow_approvals')
    .select(['custodian_id', 'hash', 'share'])
    .where('tenant_id', '=', tenant)
    .where('request_id', '=', request)
    .orderBy('custodian_id', 'asc')
    .execute()
  return rows.map(({ custodian_id: custodian, hash, share }) => ({ custodian, hash, share }))
}

/** Stores an approval in the place of an earlier one of the same custodian. */
export async function putApproval(
  { db, tenant }: Scope,
  request: string,
  { custodian, hash, share }: StoredApproval,
  now: number,
): Promise<void> {
  const row = { tenant_id: tenant, request_id: request, custodian_id: custodian, hash, share, stored: now }
  await db
    .insertInto('escrow_approvals')
    .values(row)
    .onConflict((on) =>
      on.columns(['tenant_id', 'request_id', 'custodian_id']).doUpdateSet({ hash, share, stored: now }),
    )
    .execute()
}

/** Ends a request that waits; false when it does not. */
export async function cancelRequest(scope: Scope, id: string): Promise<boolean> {
  return leaveWaiting(scope, id, { state: 'cancelled' })
}

/** The escrow whose shares a request may have now, and whether this is the moment of its release. */
export interface Release {
  readonly escrow: StoredEscrow
  readonly isNew: boolean
}

/**
 * Releases a request once enough custodians have approved it for the escrow that the account has now, and its delay is
 * over by this server's clock.
 *
 * @returns Undefined when it is not released, or for an escrow that the account does not have any more.
 */
export async function release(scope: Scope, request: StoredRequest, now: number): Promise<Release | undefined> {
  const escrow = await escrowOf(scope, request.account)
  if (escrow === undefined) return undefined
  if (request.state === 'released') return request.releasedHash === escrow.hash ? { escrow, isNew: false } : undefined
  const { threshold, delayMs } = parseEscrow(escrow.document).document
  const approvals = (await approvalsOf(scope, request.id)).filter(({ hash }) => hash === escrow.hash)
  if (request.state !== 'waiting' || approvals.length < threshold || now < request.created + delayMs) return undefined
  // A cancellation at the same moment comes before it or too late, and never both.
  const isNew = await leaveWaiting(scope, request.id, { state: 'released', released_hash: escrow.hash })
  return isNew ? { escrow, isNew } : undefined
}

/** Whether a secret is the one that a request was made with. */
export function isSecretOf(secret: Uint8Array, verifier: string): boolean {
  return timingSafeEqual(Buffer.from(verifierOf(secret)), Buffer.from(verifier))
}

async function leaveWaiting(
  { db, tenant }: Scope,
  id: string,
  to: Partial<Pick<Tables['escrow_requests'], 'state' | 'released_hash'>>,
): Promise<boolean> {
  const waiting = db.updateTable('escrow_requests').set(to).where('tenant_id', '=', tenant).where('id', '=', id)
  return (await waiting.where('state', '=', 'waiting').executeTakeFirst()).numUpdatedRows === 1n
}

/** The secret is 32 random bytes, so a hash of it needs no salt and no cost. */
function verifierOf(secret: Uint8Array): string {
  return createHash('sha256').update(secret).digest('base64url')
}

function requestOf(row: {
  id: string
  account_id: string
  signing: string
  key: string
  created: unknown
  state: StoredRequest['state']
  verifier: string
  released_hash: string
}): StoredRequest {
  const { id, account_id: account, signing, key, created, state, verifier, released_hash: releasedHash } = row
  return { id, account, signing, key, created: Number(created), state, verifier, releasedHash }
}
