/** Everything that one tenant has in the database, table by table, so that a test can say "nothing was stored". */
import type { Store, Tables } from '@lockstitch/server-stub'

/** A refused request uses up its nonce; nothing else of it may stay. */
export const NONCES = 'request_nonces'

/** The tables that the database really has, in whatever way they got there. */
export async function tableNames({ db }: Store): Promise<string[]> {
  const tables = await db.introspection.getTables()
  return tables.map(({ name }) => name).filter((name) => name !== 'schema_migrations')
}

export async function dump(store: Store, tenant: string, except: readonly string[] = []): Promise<string> {
  const lines: string[] = []
  for (const name of await tableNames(store)) {
    if (except.includes(name)) continue
    // Every table has a tenant; a test says so.
    const table = store.db.selectFrom(name as 'settings' & keyof Tables)
    const rows = await table.selectAll().where('tenant_id', '=', tenant).execute()
    lines.push(...rows.map((row) => `${name} ${JSON.stringify(row, bigints)}`))
  }
  return lines.sort().join('\n')
}

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
