/** Passwords that are stretched anew when the app wants more iterations, against a server that has wishes of its own. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createMemoryStorage, createVault, type Storage, type Vault } from '@lockstitch/sdk/vault'
import { managed } from '@lockstitch/sdk'
import { codeOf, only } from '../../conformance/stage.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { answer, editJson, evil, type EvilTransport } from '../../support/evil.ts'
import { Intake } from '../../support/models.ts'

const MORE = 620_000
let backend: Backend
let count = 0

beforeAll(async () => {
  backend = await createBackend()
}, 60_000)
afterAll(() => backend.close())

interface Device {
  readonly vault: Vault
  readonly transport: EvilTransport
  readonly storage: Storage
}

function sit(iterations: number, storage: Storage = createMemoryStorage(), name: string = `raise-${++count}`): Device {
  const transport = evil({ send: (request) => backend.send(name, request) })
  return { vault: createVault({ transport, database: name, storage, iterations }), transport, storage }
}

async function enrolled(): Promise<Device & { login: { handle: string; password: string }; id: string }> {
  const device = sit(600_000)
  const login = { handle: `raise-${++count}@example.org`, password: 'never to be raised by hand' }
  const { recoveryKit } = await device.vault.enrol(login)
  await device.vault.confirmRecovery(recoveryKit.recoveryCode)
  const { id } = await only(device.vault.saveMany(Intake, [{ name: 'Kept' }]))
  return { ...device, login, id }
}

async function iterationsOf(handle: string): Promise<number> {
  const body = JSON.stringify({ handle })
  const headers = { 'content-type': 'application/json' }
  const response = await backend.send('asks', { method: 'POST', path: '/v1/kdf', headers, body })
  return (JSON.parse(response.body) as { iterations: number }).iterations
}

const raised = (handle: string): Promise<void> =>
  vi.waitFor(async () => expect(await iterationsOf(handle)).toBe(MORE), { timeout: 10_000 })

test('an unlock raises them without a word, and no client accepts fewer from then on', async () => {
  const { login, id } = await enrolled()
  const { vault: old, storage } = sit(600_000)
  await old.unlock(login)
  const { vault, storage: seen } = sit(MORE)
  await vault.unlock(login)
  await raised(login.handle)
  expect(await vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
  const slots = await managed(async (...call) => vault.manage(...call)).slots.list()
  expect(slots.map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual([
    ['password', true],
    ['recovery', false],
  ])
  // The same password, on a new device, on the old one, and offline where it was raised.
  await sit(600_000).vault.unlock(login)
  expect(await codeOf(old.load(Intake, id))).toBe('ERR_SESSION')
  await old.unlock(login)
  const offline = sit(MORE, seen)
  offline.transport.offline = true
  await offline.vault.unlock(login)
  // What a server says now is held against what this device has seen.
  const lied = sit(600_000, storage)
  lied.transport.mutator = {
    response: (response, { path }) =>
      path === '/v1/kdf' ? editJson(response, (kdf: object) => ({ ...kdf, iterations: 600_000 })) : undefined,
  }
  expect(await codeOf(lied.vault.unlock(login))).toBe('ERR_KDF_PARAMS')
  // A client that wants less goes on with the more that the account demands.
  const slot = { kind: 'password', ...login, password: 'another pass phrase' } as const
  await managed(async (...call) => old.manage(...call)).slots.add({ with: login, slot })
  expect(await iterationsOf(login.handle)).toBe(MORE)
})

test('what is asked for in the middle of a raise, when the old login is gone and the new one not there yet, is answered', async () => {
  const { login, id } = await enrolled()
  const { vault, transport } = sit(MORE)
  let loading: Promise<unknown> | undefined
  transport.mutator = {
    async response(response, { method }) {
      if (method !== 'PUT') return response
      const logins = (): number => transport.log.filter(({ path }) => path === '/v1/sessions').length
      const before = logins()
      loading = vault.load(Intake, id)
      loading.catch(() => undefined)
      await vi.waitFor(() => expect(logins()).toBe(before + 1))
      // Refused by now, and the answer to the change has still not come.
      await new Promise((resolve) => setTimeout(resolve, 200))
      return response
    },
  }
  await vault.unlock(login)
  await raised(login.handle)
  await vi.waitFor(() => expect(loading).toBeDefined())
  expect(await loading).toMatchObject({ name: 'Kept' })
})

test('a raise that fails changes nothing, and the next unlock tries again', async () => {
  const { login, id } = await enrolled()
  const { vault, transport } = sit(MORE)
  let refused = 0
  transport.mutator = {
    request: ({ method }) => {
      if (method !== 'PUT') return undefined
      refused += 1
      return answer(400, { code: 'ERR_FORMAT_INVALID' })
    },
  }
  await vault.unlock(login)
  await vi.waitFor(() => expect(refused).toBe(1), { timeout: 10_000 })
  expect(await iterationsOf(login.handle)).toBe(600_000)
  expect(await vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
  transport.mutator = {}
  await vault.unlock(login)
  await raised(login.handle)
})

test('A05: a server can cause neither weaker nor endless work: its wishes are not those of the account', async () => {
  const { login } = await enrolled()
  const { vault, transport } = sit(600_000)
  const wish = (iterations: number): void => {
    transport.mutator = {
      response: (response, { path }) =>
        path === '/v1/kdf' ? editJson(response, (kdf: object) => ({ ...kdf, iterations })) : undefined,
    }
  }
  // More than the slot has: it is another key, and nothing is raised to it.
  wish(700_000)
  expect(await codeOf(vault.unlock(login))).toBe('ERR_UNLOCK_FAILED')
  for (const iterations of [599_999, 10_000_001]) {
    wish(iterations)
    expect(await codeOf(vault.unlock(login))).toBe('ERR_KDF_PARAMS')
  }
  transport.mutator = {}
  await vault.unlock(login)
  expect(transport.log.filter(({ method }) => method === 'PUT')).toEqual([])
  expect(await iterationsOf(login.handle)).toBe(600_000)
})

test.each([599_999, 10_000_001, 600_000.5, Number.NaN, '700000'])('%s iterations are a mistake', (iterations) => {
  const transport = { send: async () => ({ status: 503, body: '' }) }
  expect(() => createVault({ transport, iterations: iterations as number })).toThrow(TypeError)
})
