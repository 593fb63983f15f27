/** An unlocked account to measure with: in this thread, or behind the SDK's own worker. */
import {
  type Client,
  type ClientOptions,
  createClient,
  type ItemResult,
  type Transport,
  type TransportResponse,
} from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { createPassingStorage } from '../../../packages/server-stub/src/commands/passing-storage.ts'
import type { Env } from './workload.ts'

/** The password of every account. */
export const PASSWORD = 'correct horse battery staple'

/** The way to the backend, with the cookies of one device. */
export function wire({ backendUrl }: Env, device: string): Transport {
  return {
    async send(request) {
      const response = await fetch(backendUrl, { method: 'POST', body: JSON.stringify({ device, request }) })
      if (!response.ok) throw new Error(`the backend answers ${response.status}`)
      return (await response.json()) as TransportResponse
    },
  }
}

/** A vault in this thread. Node has no IndexedDB: what it keeps, it keeps in memory there. */
export function makeVault(env: Env, device: string = crypto.randomUUID()): Vault {
  const storage = env.place === 'node' ? { storage: createPassingStorage() } : {}
  return createVault({ transport: wire(env, device), database: `bench-${device}`, ...storage })
}

/** A vault in this thread with an account of its own. */
export async function enrolledVault(env: Env): Promise<Vault> {
  const vault = makeVault(env)
  await enrol(vault)
  return vault
}

/** A client, with the vault in the SDK's worker, with an account of its own. */
export async function enrolledClient(env: Env, options: Partial<ClientOptions> = {}): Promise<Client> {
  const device = crypto.randomUUID()
  const client = createClient({ server: wire(env, device), database: `bench-${device}`, autoLock: false, ...options })
  await enrol(client)
  return client
}

/** Makes an account and confirms its recovery code. Gives its handle. */
export async function enrol(target: Pick<Vault, 'enrol' | 'confirmRecovery'>): Promise<string> {
  const handle = `${crypto.randomUUID()}@example.org`
  const { recoveryKit } = await target.enrol({ handle, password: PASSWORD })
  await target.confirmRecovery(recoveryKit.recoveryCode)
  return handle
}

/** The values of results that must all be good: what failed would have been fast. */
export async function values<T>(
  results: AsyncIterable<ItemResult<T>> | Promise<readonly ItemResult<T>[]>,
): Promise<T[]> {
  const collected: T[] = []
  for await (const result of Symbol.asyncIterator in results ? results : await results) {
    if (!result.ok) throw result.error
    collected.push(result.value)
  }
  return collected
}
