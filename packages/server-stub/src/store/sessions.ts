import { createHash, randomBytes } from 'node:crypto'
import type { Scope } from './tables.ts'

/** A session that is alive. */
export interface Session {
  /** SHA-256 of the token, which is all that the server keeps of it. */
  readonly id: string
  readonly account: string
  /** Id of the slot whose secret started it. */
  readonly slot: string
}

/** How long a session lives after its last use. */
export const SESSION_MS: number = 30 * 60_000
/** The last use is written at most this often, so that reading does not mean writing. */
const GRAIN_MS = 30_000
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** Starts a session and gives the token that its cookie holds. Sessions of the account that have ended are removed. */
export async function startSession({ db, tenant }: Scope, account: string, slot: string, now: number): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const ended = db.deleteFrom('sessions').where('tenant_id', '=', tenant).where('account_id', '=', account)
  await ended.where('used', '<', now - SESSION_MS).execute()
  const row = { tenant_id: tenant, id: idOf(token), account_id: account, slot_id: slot, created: now, used: now }
  await db.insertInto('sessions').values(row).execute()
  return token
}

/** The session of a token, kept alive for another {@link SESSION_MS}; undefined when there is none. */
export async function useSession({ db, tenant }: Scope, token: string, now: number): Promise<Session | undefined> {
  if (!TOKEN.test(token)) return undefined
  const id = idOf(token)
  const row = await db
    .selectFrom('sessions')
    .select(['account_id', 'slot_id', 'used'])
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || Number(row.used) < now - SESSION_MS) return undefined
  if (Number(row.used) <= now - GRAIN_MS) {
    const update = db.updateTable('sessions').set({ used: now }).where('tenant_id', '=', tenant).where('id', '=', id)
    await update.execute()
  }
  return { id, account: row.account_id, slot: row.slot_id }
}

/** Ends the sessions that slots which are gone started. */
export async function endSessionsOf({ db, tenant }: Scope, account: string, slots: readonly string[]): Promise<void> {
  const ended = db.deleteFrom('sessions').where('tenant_id', '=', tenant).where('account_id', '=', account)
  await ended.where('slot_id', 'in', slots).execute()
}

/** Ends the session of a token. */
export async function endSession({ db, tenant }: Scope, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('tenant_id', '=', tenant).where('id', '=', idOf(token)).execute()
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
