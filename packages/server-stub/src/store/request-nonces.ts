import { REQUEST_WINDOW_SECONDS } from '@lockstitch/sdk/server'
import { pruneEscrow } from './escrow.ts'
import { SESSION_MS } from './sessions.ts'
import type { Scope } from './tables.ts'

/** A signature may be made that far ahead of the server's clock and be valid that long behind it. */
const KEEP_MS = 2 * REQUEST_WINDOW_SECONDS * 1000

/** Remembers the nonce of a signed request; false when it was seen before. */
export async function rememberNonce(
  { db, tenant }: Scope,
  account: string,
  nonce: string,
  now: number,
): Promise<boolean> {
  const row = { tenant_id: tenant, account_id: account, nonce, expires: now + KEEP_MS + 1000 }
  const done = await db
    .insertInto('request_nonces')
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

/**
 * Removes what has run out: nonces that a signature can no longer be valid with, sessions, messages of links, and requests for
 * an escrow.
 */
export async function prune({ db, tenant }: Scope, now: number): Promise<void> {
  await db.deleteFrom('request_nonces').where('tenant_id', '=', tenant).where('expires', '<', now).execute()
  await db.deleteFrom('link_messages').where('tenant_id', '=', tenant).where('expires', '<', now).execute()
  await db
    .deleteFrom('sessions')
    .where('tenant_id', '=', tenant)
    .where('used', '<', now - SESSION_MS)
    .execute()
  await pruneEscrow({ db, tenant }, now)
}
