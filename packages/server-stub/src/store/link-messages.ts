import type { Scope } from './tables.ts'

/** How long a message waits for the other device. */
export const LINK_MS: number = 10 * 60_000

/** What two devices say to each other while one links the other, one message each. */
export const LINK_STEPS = ['offer', 'reveal', 'secret'] as const

/** One of {@link LINK_STEPS}. */
export type LinkStep = (typeof LINK_STEPS)[number]

/** Keeps a message. False when another one stands there already: nobody can replace what was said. */
export async function addLinkMessage(
  scope: Scope,
  channel: string,
  step: LinkStep,
  message: string,
  now: number,
): Promise<boolean> {
  const { db, tenant } = scope
  const expired = db.deleteFrom('link_messages').where('tenant_id', '=', tenant).where('channel', '=', channel)
  await expired.where('expires', '<', now).execute()
  const row = { tenant_id: tenant, channel, step, message, expires: now + LINK_MS }
  await db
    .insertInto('link_messages')
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute()
  return (await readLinkMessage(scope, channel, step, now)) === message
}

/** A message; undefined while there is none. */
export async function readLinkMessage(
  { db, tenant }: Scope,
  channel: string,
  step: LinkStep,
  now: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('link_messages')
    .select('message')
    .where('tenant_id', '=', tenant)
    .where('channel', '=', channel)
    .where('step', '=', step)
    .where('expires', '>=', now)
    .executeTakeFirst()
  return row?.message
}
