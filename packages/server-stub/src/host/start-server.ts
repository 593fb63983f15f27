import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelSpec } from '@lockstitch/sdk/format'
import { openLocalKms } from '@lockstitch/sdk/server'
import { type AppOptions, createApp } from '../app.ts'
import { openFolderObjects } from '../objects/folder-objects.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { openS3Objects, parseS3Address } from '../objects/s3-objects.ts'
import { removeAbandoned } from '../store/remove-file.ts'
import { LIMITS } from '../deps.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { prune } from '../store/request-nonces.ts'
import { hasSealedData } from '../store/settings.ts'
import { lockFolder } from './folder-lock.ts'
import { listen } from './listen.ts'
import { readTlsFiles, selfSignedOf, type TlsPaths } from './tls-files.ts'

/** How to run the server. */
export interface ServerOptions extends Pick<AppOptions, 'limits' | 'loginCost' | 'log' | 'tenant'> {
  /** Folder for the database, the master key and the certificate; made when it is missing. */
  readonly data: string
  readonly models: readonly ModelSpec[]
  /** A PostgreSQL server to use in place of the database in the folder. */
  readonly databaseUrl?: string
  /** Where the parts of sealed files lie: a folder, or `s3://bucket/prefix`; `objects` in the data folder unless given. */
  readonly objects?: string
  /** `127.0.0.1` unless given. */
  readonly host?: string
  /** 8080 unless given; 0 takes a free one. */
  readonly port?: number
  /** HTTPS with a self-signed certificate that the data folder keeps, or with the given files. */
  readonly https?: boolean | TlsPaths
  /** A proxy before the server speaks HTTPS. */
  readonly behindHttps?: boolean
  /** Folder of a built app to serve. */
  readonly staticFolder?: string
}

/** A running server. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly store: Store
  /** Lets requests finish, then closes the database and frees the folder. */
  stop(): Promise<void>
}

const PRUNE_MS = 5 * 60_000
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Starts the reference server: takes the data folder, opens the database and the master key, and listens.
 *
 * @throws Error with a message for the operator when something is missing, in use, or would be unsafe.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { data, host = '127.0.0.1', port = 8080, https = false } = options
  if (https === false && options.behindHttps !== true && !LOOPBACK.has(host)) {
    throw new Error('plain HTTP is served on the local machine only; add --https, or --behind-https behind a proxy')
  }
  const undo: (() => void | Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    if (options.databaseUrl === undefined) undo.push(lockFolder(data).release)
    const store = await openStore(locationOf(options))
    undo.push(() => store.close())
    const ifMissing = (await hasSealedData(store.db)) ? 'fail' : 'create'
    const kms = openLocalKms({ path: join(data, 'master.key'), ifMissing })
    const objects = await objectsOf(options)
    undo.push(() => objects.close())
    let isReady = true
    const secure = https !== false || options.behindHttps === true
    const app = await createApp({ ...options, store, kms, objects, secure, isReady: () => isReady })
    const tls = tlsOf(options)
    const server = await listen(app, { host, port, ...(tls === undefined ? {} : { tls }) })
    undo.push(() => server.stop())
    undo.push(startPruning(store, objects, options))
    undo.push(() => void (isReady = false))
    const shown = host.includes(':') ? `[${host}]` : host
    return { url: `${tls === undefined ? 'http' : 'https'}://${shown}:${server.port}`, port: server.port, store, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function locationOf({ data, databaseUrl }: ServerOptions): Parameters<typeof openStore>[0] {
  if (databaseUrl !== undefined) return { kind: 'postgres', url: databaseUrl }
  return { kind: 'pglite', folder: join(data, 'db') }
}

async function objectsOf({ data, objects = join(data, 'objects') }: ServerOptions): Promise<ObjectStore> {
  return objects.startsWith('s3:') ? openS3Objects(parseS3Address(objects)) : openFolderObjects(objects)
}

function tlsOf({ data, https = false }: ServerOptions): ReturnType<typeof readTlsFiles> | undefined {
  if (https === false) return undefined
  return https === true ? selfSignedOf(data, Date.now()) : readTlsFiles(https)
}

/** Removes what has run out every few minutes. A failure is logged; the next round tries again. */
function startPruning(
  { db }: Store,
  objects: ObjectStore,
  { tenant = 'default', log, limits }: Pick<ServerOptions, 'tenant' | 'log' | 'limits'>,
): () => Promise<void> {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    const now = Date.now()
    const uploads = now - (limits?.uploadMs ?? LIMITS.uploadMs)
    running = prune({ db, tenant }, now)
      .then(() => removeAbandoned({ db, tenant }, objects, uploads))
      .catch(() => log?.error('pruning failed'))
  }, PRUNE_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
