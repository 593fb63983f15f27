import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Env } from '../deps.ts'
import type { SelfSigned } from './self-signed.ts'

/** Where to listen; port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly tls?: SelfSigned
}

/** A listening server. */
export interface Listening {
  readonly port: number
  /** Takes no new connection, lets requests finish for a while, then ends what is left. */
  stop(): Promise<void>
}

const PATIENCE_MS = 10_000
/** Slow senders are cut off, so that they do not hold connections. */
const SERVER = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
} as const

/** Serves an app. With a certificate it speaks TLS 1.3 and nothing older. */
export async function listen(app: Hono<Env>, { host, port, tls }: ListenOptions): Promise<Listening> {
  const server = (
    tls === undefined
      ? createAdaptorServer({ fetch: app.fetch, createServer: createHttp, serverOptions: SERVER })
      : createAdaptorServer({
          fetch: app.fetch,
          createServer: createHttps,
          serverOptions: { ...SERVER, ...tls, minVersion: 'TLSv1.3' },
        })
  ) as ReturnType<typeof createHttp>
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        const impatience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
        server.close(() => {
          clearTimeout(impatience)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
