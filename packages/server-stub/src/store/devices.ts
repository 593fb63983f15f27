import { sql } from 'kysely'
import type { Scope } from './tables.ts'

/** The most wrong proofs of a PIN in a row, whoever sends them and however many at once. */
export const MAX_TRIES = 5
/** A count that nobody came back for, because the process ended, stands for a wrong try after this time. */
const IN_FLIGHT_MS = 60_000

/** How a device slot logs in, and until when. */
export interface NewDevice {
  readonly slot: string
  readonly verifier: string
  /** What the device needs beside its own secret and the PIN, sealed at rest. */
  readonly share: string
  /** Milliseconds without a use after which it ends. */
  readonly idle: number
  /** When it ends, whatever happens. */
  readonly until: number
}

/** A try that was counted before it was checked. */
export interface CountedTry {
  readonly account: string
  readonly verifier: string
  readonly share: string
  /** How many tries were counted by now, this one included. */
  readonly tries: number
}

/** A device slot as its owner sees it. */
export interface DeviceUse {
  readonly slot: string
  /** When it last opened a session, or was made. */
  readonly used: number
  /** 0 once its share is destroyed. */
  readonly triesLeft: number
}

/** Stores how a device slot logs in. */
export async function addDevice({ db, tenant }: Scope, account: string, device: NewDevice, now: number): Promise<void> {
  const { slot, verifier, share, idle, until } = device
  const row = { tenant_id: tenant, slot_id: slot, account_id: account, verifier, share, idle, ends: until }
  await db
    .insertInto('device_logins')
    .values({ ...row, tries: 0, tried: now, used: now })
    .execute()
}

/**
 * Counts a try before it is checked, so that many at once are not more than {@link MAX_TRIES}.
 *
 * @returns `gone` when the slot has no share any more or has just run out, `busy` when that many tries are being checked.
 */
export async function countTry(scope: Scope, slot: string, now: number): Promise<CountedTry | 'gone' | 'busy'> {
  const row = await rowOf(scope, slot)
  if (row === undefined || row.verifier === null || row.share === null) return 'gone'
  const isOver = now > Number(row.ends) || now - Number(row.used) > Number(row.idle)
  const isStuck = Number(row.tries) >= MAX_TRIES && now - Number(row.tried) > IN_FLIGHT_MS
  if (isOver || isStuck) {
    await endDevice(scope, slot)
    return 'gone'
  }
  const counted = await scope.db
    .updateTable('device_logins')
    .set(({ eb }) => ({ tries: eb('tries', '+', 1), tried: now }))
    .where('tenant_id', '=', scope.tenant)
    .where('slot_id', '=', slot)
    .where('tries', '<', MAX_TRIES)
    .where('verifier', 'is not', null)
    .returning('tries')
    .executeTakeFirst()
  if (counted === undefined) return 'busy'
  return { account: row.account_id, verifier: row.verifier, share: row.share, tries: Number(counted.tries) }
}

/** Takes back a right try and those before it; what was counted since stays. False when the share was destroyed meanwhile. */
export async function acceptTry(
  { db, tenant }: Scope,
  slot: string,
  { tries }: CountedTry,
  now: number,
): Promise<boolean> {
  const done = await db
    .updateTable('device_logins')
    .set({ tries: sql<number>`greatest(tries - ${tries}, 0)`, used: now })
    .where('tenant_id', '=', tenant)
    .where('slot_id', '=', slot)
    .where('verifier', 'is not', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** Destroys the share and the login of a device slot. */
export async function endDevice({ db, tenant }: Scope, slot: string): Promise<void> {
  const ended = db.updateTable('device_logins').set({ verifier: null, share: null })
  await ended.where('tenant_id', '=', tenant).where('slot_id', '=', slot).execute()
}

/** Removes the device slots that are gone from an account. */
export async function removeDevices({ db, tenant }: Scope, account: string, slots: readonly string[]): Promise<void> {
  const gone = db.deleteFrom('device_logins').where('tenant_id', '=', tenant).where('account_id', '=', account)
  await gone.where('slot_id', 'in', slots).execute()
}

/** The device slots of an account. */
export async function listDevices({ db, tenant }: Scope, account: string): Promise<DeviceUse[]> {
  const rows = await db
    .selectFrom('device_logins')
    .select(['slot_id', 'used', 'tries', 'verifier'])
    .where('tenant_id', '=', tenant)
    .where('account_id', '=', account)
    .execute()
  return rows.map(({ slot_id: slot, used, tries, verifier }) => ({
    slot,
    used: Number(used),
    triesLeft: verifier === null ? 0 : Math.max(0, MAX_TRIES - Number(tries)),
  }))
}

function rowOf({ db, tenant }: Scope, slot: string) {
  const all = db.selectFrom('device_logins').selectAll()
  return all.where('tenant_id', '=', tenant).where('slot_id', '=', slot).executeTakeFirst()
}
