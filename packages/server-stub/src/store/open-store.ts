import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { migrate } from './migrations.ts'
import type { Tables } from './tables.ts'

/** Where the data lies: an embedded database in a folder, one in memory for tests, or a PostgreSQL server. */
export type StoreLocation =
  | { readonly kind: 'pglite'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string; readonly connections?: number }

/** An open database with an up-to-date schema. */
export interface Store {
  readonly db: Kysely<Tables>
  readonly kind: StoreLocation['kind']
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

const CONNECTIONS = 10
const STATEMENT_TIMEOUT_MS = 30_000

/** Opens the database and brings its schema up to date. */
export async function openStore(location: StoreLocation): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: await dialectOf(location) })
  try {
    await migrate(db, Date.now())
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    db,
    kind: location.kind,
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  }
}

async function dialectOf(location: StoreLocation): Promise<PostgresDialect | PGliteDialect> {
  if (location.kind !== 'postgres') {
    return new PGliteDialect({
      pglite: await PGlite.create(location.kind === 'pglite' ? location.folder : 'memory://'),
    })
  }
  const pool = new pg.Pool({
    connectionString: location.url,
    max: location.connections ?? CONNECTIONS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  })
  // An idle connection that the server closes is no reason to end the process; the pool opens another.
  pool.on('error', () => {})
  return new PostgresDialect({ pool })
}
