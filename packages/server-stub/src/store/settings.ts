import type { Scope } from './tables.ts'

/** The value of a setting. */
export async function readSetting({ db, tenant }: Scope, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('tenant_id', '=', tenant)
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

/** Sets a setting that nobody has set; the one that stands is what the next read gives. */
export async function addSetting({ db, tenant }: Scope, name: string, value: string): Promise<void> {
  const row = { tenant_id: tenant, name, value }
  await db
    .insertInto('settings')
    .values(row)
    .onConflict((on) => on.doNothing())
    .execute()
}

/** True once anything was sealed under the master key, whatever the tenant. */
export async function hasSealedData(db: Scope['db']): Promise<boolean> {
  return (await db.selectFrom('settings').select('name').limit(1).executeTakeFirst()) !== undefined
}
