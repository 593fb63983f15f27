/** The real server in this process, on an embedded database in memory, with one cookie jar for each device. */
import type { ModelSpec } from '@lockstitch/sdk/format'
import type { TransportRequest, TransportResponse } from '@lockstitch/sdk'
import { randomBytes } from 'node:crypto'
import { createApp } from '../../packages/server-stub/src/app.ts'
import { openStore, type Store } from '../../packages/server-stub/src/store/open-store.ts'
import { Bundled, Deep, Intake, Ledger, Signed } from './models.ts'

/** A running server. */
export interface Backend {
  /** Carries a request of one device: its cookies are its own. */
  send(device: string, request: TransportRequest): Promise<TransportResponse>
  /** Moves the server's clock forward. */
  advance(ms: number): void
  close(): Promise<void>
}

const UNLIMITED = { count: 1_000_000, ms: 60_000 }
const ORIGIN = 'http://localhost'

/**
 * Starts a server that knows the models of the tests, on a database in memory unless another is given. Logins are cheap,
 * everything else is as it is for users.
 */
export async function createBackend(
  models: readonly ModelSpec[] = [Bundled, Deep, Intake, Ledger, Signed],
  opened?: Store,
  { limits: own, ...options }: Pick<Partial<Parameters<typeof createApp>[0]>, 'limits' | 'objects'> = {},
): Promise<Backend> {
  const store = opened ?? (await openStore({ kind: 'memory' }))
  const limits = {
    loginsByName: UNLIMITED,
    loginsByAddress: UNLIMITED,
    enrolments: UNLIMITED,
    linkMessages: UNLIMITED,
    sessionRequests: UNLIMITED,
    partRequests: UNLIMITED,
    escrowByName: UNLIMITED,
    escrowByAddress: UNLIMITED,
    ...own,
  }
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const app = await createApp({ ...options, store, models, kms: memoryKms(), limits, loginCost: 4, now })
  const jars = new Map<string, string>()
  const underWay = new Set<Promise<unknown>>()
  const backend: Backend = {
    async send(device, { method, path, headers, body, blob, answer }) {
      const cookie = jars.get(device)
      const answering = Promise.resolve(
        app.request(ORIGIN + path, {
          method,
          headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) },
          body: body ?? blob ?? null,
        }),
      )
      underWay.add(answering)
      const response = await answering.finally(() => underWay.delete(answering))
      const set = response.headers.get('set-cookie')
      if (set !== null) jars.set(device, set.split(';', 1)[0] as string)
      const { status, ok } = response
      if (answer === 'blob' && ok) return { status, body: '', blob: await response.blob() }
      return { status, body: await response.text() }
    },
    advance(ms) {
      ahead += ms
    },
    async close() {
      await Promise.allSettled(underWay)
      await store.close()
    },
  }
  return backend
}

/** A key management service for one test run: AES-GCM under a key in memory. */
function memoryKms(): Parameters<typeof createApp>[0]['kms'] {
  const key = crypto.subtle.importKey('raw', randomBytes(32), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const aad = (context: object): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(context))
  return {
    async wrap(bytes, context) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: aad(context) },
        await key,
        bytes,
      )
      return new Uint8Array([...iv, ...new Uint8Array(sealed)])
    },
    async unwrap(wrapped, context) {
      const params = { name: 'AES-GCM', iv: wrapped.subarray(0, 12), additionalData: aad(context) }
      return new Uint8Array(await crypto.subtle.decrypt(params, await key, wrapped.subarray(12)))
    },
  }
}
