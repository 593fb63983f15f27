/** Locking by itself, in all tabs, and a computer that keeps nothing: through the client and a real worker. */
import { afterEach, expect, test, vi } from 'vitest'
import { type Client, type ClientOptions, type ClientStatus, createClient, type UnlockOptions } from '@lockstitch/sdk'
import { codeOf } from '../conformance/stage.ts'
import { browserWire } from '../support/browser-wire.ts'
import { evil, type EvilTransport } from '../support/evil.ts'
import { Intake } from '../support/models.ts'

const PASSWORD = 'correct horse battery staple'
const clients: Client[] = []
let count = 0

afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(clients.splice(0).map((client) => client.dispose()))
})

interface Subject {
  readonly client: Client
  readonly transport: EvilTransport
  readonly device: string
  readonly handle: string
  readonly heard: ClientStatus[]
}

function sit(device: string, options: Partial<ClientOptions> = {}): Omit<Subject, 'handle'> {
  const transport = evil(browserWire(device))
  const client = createClient({ server: transport, database: device, ...options })
  const heard: ClientStatus[] = []
  client.subscribe((status) => heard.push(status))
  clients.push(client)
  return { client, transport, device, heard }
}

async function enrolled(options: Partial<ClientOptions> = {}, unlocking: UnlockOptions = {}): Promise<Subject> {
  const device = `locking-${Math.floor(performance.timeOrigin)}-${++count}`
  const seat = sit(device, options)
  const handle = `${device}@example.org`
  const { recoveryKit } = await seat.client.enrol({ handle, password: PASSWORD }, unlocking)
  await seat.client.confirmRecovery(recoveryKit.recoveryCode)
  return { ...seat, handle }
}

/** The same account in another tab: a client of its own on the same database. */
async function otherTab({ device, handle }: Subject, options: Partial<ClientOptions> = {}): Promise<Subject> {
  const seat = sit(device, options)
  await seat.client.unlock({ handle, password: PASSWORD })
  return { ...seat, handle }
}

const saysLocked = (status: ClientStatus): boolean => status.state === 'locked'

test('A80: locks by itself: the worker ends, what was under way fails, the server is told', async () => {
  const { client, transport, heard } = await enrolled({ autoLock: { idleMs: 1500 } })
  const terminate = vi.spyOn(Worker.prototype, 'terminate')
  transport.mutator = { request: ({ method }) => (method === 'GET' ? new Promise(() => undefined) : undefined) }
  expect(await codeOf(client.load(Intake, 'x'))).toBe('ERR_LOCKED')
  expect(terminate).toHaveBeenCalledTimes(1)
  terminate.mockRestore()
  await vi.waitFor(() => expect(heard.at(-1)).toEqual({ state: 'locked', reason: 'idle' }))
  expect(await client.status()).toEqual({ state: 'locked', reason: 'idle' })
  expect(transport.log.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/sessions' })
})

test('A82: a call after the deadline locks and is not served, though no timer ran', async () => {
  const { client } = await enrolled()
  const sealed = await client.seal(Intake, { name: 'Ada' })
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 15 * 60_000)
  expect(await codeOf(client.open(Intake, sealed))).toBe('ERR_LOCKED')
  expect(await client.status()).toEqual({ state: 'locked', reason: 'idle' })
})

test('A82: whatever is called after the deadline, nothing is served', async () => {
  const calls: ((client: Client) => Promise<unknown>)[] = [
    (client) => client.seal(Intake, { name: 'x' }),
    (client) => client.save(Intake, { name: 'x' }, { signal: new AbortController().signal }),
    (client) => client.load(Intake, 'x'),
    (client) => client.remove(Intake, 'x'),
    (client) => client.outbox.list(),
    (client) => client.confirmRecovery('x'),
    async (client) => {
      for await (const item of client.list(Intake)) expect(item).toBeUndefined()
    },
    async (client) => {
      for await (const item of client.sealMany(Intake, [{ name: 'x' }])) expect(item).toBeUndefined()
    },
  ]
  const subject = await enrolled()
  for (const call of calls) {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 15 * 60_000)
    expect(await codeOf(call(subject.client))).toBe('ERR_LOCKED')
    vi.useRealTimers()
    await subject.client.unlock({ handle: subject.handle, password: PASSWORD })
  }
})

test('locking one tab locks all of the database, and no other', async () => {
  const mine = await enrolled()
  const second = await otherTab(mine)
  const stranger = await enrolled()
  expect(await mine.client.lock()).toEqual({ locked: true, unsent: 0 })
  await vi.waitFor(() => expect(second.heard.at(-1)).toEqual({ state: 'locked', reason: 'other-tab' }))
  expect(await codeOf(second.client.seal(Intake, { name: 'x' }))).toBe('ERR_LOCKED')
  expect(await mine.client.status()).toEqual({ state: 'locked' })
  expect(await stranger.client.status()).toMatchObject({ state: 'unlocked' })
})

test('a tab that is opened after a lock, and one that unlocks, do not disturb the others', async () => {
  const mine = await enrolled()
  const second = await otherTab(mine)
  await second.client.unlock({ handle: mine.handle, password: PASSWORD })
  expect(await codeOf(second.client.unlock({ handle: mine.handle, password: 'wrong' }))).toBe('ERR_UNLOCK_FAILED')
  await second.client.dispose()
  expect(await mine.client.status()).toMatchObject({ state: 'unlocked' })
  expect(mine.heard.filter(saysLocked)).toHaveLength(1)
})

test('warns with the status, and extending ends the warning', async () => {
  const { client, heard } = await enrolled({ autoLock: { idleMs: 60_000, warnMs: 59_000 } })
  await vi.waitFor(() => expect(heard.at(-1)?.warning).toEqual({ reason: 'idle', leftMs: 59_000 }), 5000)
  expect(await client.status()).toMatchObject({ state: 'unlocked', warning: { reason: 'idle' } })
  client.extend()
  expect(heard.at(-1)).toMatchObject({ state: 'unlocked', pending: 0 })
  expect(heard.at(-1)).not.toHaveProperty('warning')
})

test('a batch whose progress is watched is not cut off; one that nobody watches is', async () => {
  const slow = async function* (): AsyncGenerator<{ name: string }> {
    for (let chunk = 0; chunk < 8; chunk++) {
      for (let item = 0; item < 256; item++) yield { name: 'x' }
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
  }
  const sealAll = async (client: Client, onProgress?: () => void): Promise<number> => {
    let sealed = 0
    for await (const item of client.sealMany(Intake, slow(), onProgress === undefined ? {} : { onProgress })) {
      sealed += Number(item.ok)
    }
    return sealed
  }
  const watched = await enrolled({ autoLock: { idleMs: 2000 } })
  expect(await sealAll(watched.client, () => undefined)).toBe(2048)
  const unwatched = await enrolled({ autoLock: { idleMs: 2000 } })
  expect(await codeOf(sealAll(unwatched.client))).toBe('ERR_LOCKED')
  const tooLong = await enrolled({ autoLock: { absoluteMs: 2000 } })
  expect(await codeOf(sealAll(tooLong.client, () => undefined))).toBe('ERR_LOCKED')
  expect(await tooLong.client.status()).toEqual({ state: 'locked', reason: 'absolute' })
})

test('does not lock by itself when it is told not to', async () => {
  const { client } = await enrolled({ autoLock: false })
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 1e12)
  dispatchEvent(new PageTransitionEvent('pagehide'))
  document.dispatchEvent(new Event('freeze'))
  expect(await client.status()).toMatchObject({ state: 'unlocked' })
})

test('refuses times that are none', () => {
  for (const idleMs of [Number.NaN, -1, '5' as never, 5n as never]) {
    expect(() => createClient({ server: 'https://nowhere.invalid', autoLock: { idleMs } })).toThrow(TypeError)
  }
})

test('a shared computer keeps nothing: not a database, not while it is unlocked', async () => {
  const { client, device, handle } = await enrolled({}, { shared: true })
  const { id } = await client.save(Intake, { name: 'Ada' })
  expect(await client.load(Intake, id)).toMatchObject({ name: 'Ada' })
  expect(await client.status()).toMatchObject({ state: 'unlocked', shared: true, pending: 0 })
  const names = async (): Promise<(string | undefined)[]> => (await indexedDB.databases()).map(({ name }) => name)
  expect(await names()).not.toContain(device)
  expect(await client.lock()).toEqual({ locked: true, unsent: 0 })
  // Neither does it know the account: without the server there is nothing to unlock.
  const away = sit(device)
  away.transport.offline = true
  expect(await codeOf(away.client.unlock({ handle, password: PASSWORD }, { shared: true }))).toBe('ERR_OFFLINE')
  away.transport.offline = false
  await away.client.unlock({ handle, password: PASSWORD })
  expect(await away.client.load(Intake, id)).toMatchObject({ name: 'Ada' })
  expect(await names()).toContain(device)
})

test('a shared computer does not lock over writes that are nowhere else, unless it is told to', async () => {
  const { client, transport } = await enrolled({}, { shared: true })
  transport.offline = true
  await client.save(Intake, { name: 'Kept' })
  expect(await client.lock()).toEqual({ locked: false, unsent: 1 })
  expect(await client.status()).toMatchObject({ state: 'unlocked', pending: 1 })
  expect(await client.lock({ discardUnsent: true })).toEqual({ locked: true, unsent: 1 })
  expect(await client.status()).toEqual({ state: 'locked' })
})

test('a shared computer sends what waits before it locks', async () => {
  const { client, transport, handle } = await enrolled({}, { shared: true })
  transport.offline = true
  const { id, state } = await client.save(Intake, { name: 'Sent after all' })
  expect(state).toBe('queued')
  transport.offline = false
  expect(await client.lock()).toEqual({ locked: true, unsent: 0 })
  await client.unlock({ handle, password: PASSWORD }, { shared: true })
  expect(await client.load(Intake, id)).toMatchObject({ name: 'Sent after all' })
})

test.each(['pagehide', 'freeze'])(
  'a shared computer locks at %s whatever the options say, and says what was lost',
  async (type) => {
    const { client, transport, heard } = await enrolled({ autoLock: false }, { shared: true })
    transport.offline = true
    await client.save(Intake, { name: 'Lost' })
    if (type === 'pagehide') dispatchEvent(new PageTransitionEvent(type, { persisted: true }))
    else document.dispatchEvent(new Event(type))
    const reason = type === 'pagehide' ? 'hidden' : 'sleep'
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ state: 'locked', reason, lost: 1 }))
  },
)

test('nothing is unlocked when what would lock it cannot run', async () => {
  const { client, handle } = await enrolled()
  await client.lock()
  vi.stubGlobal('BroadcastChannel', undefined)
  const outcome = await client.unlock({ handle, password: PASSWORD }).catch((error: unknown) => error)
  vi.unstubAllGlobals()
  expect(outcome).toBeInstanceOf(Error)
  expect(await client.status()).toEqual({ state: 'locked' })
})
