/** What the page cannot do to the worker, and what the worker's end does to the page. */
import { afterEach, expect, test, vi } from 'vitest'
import { createClient, type Client, type ClientOptions, isLockstitchError } from '@lockstitch/sdk'
import { startWorker } from '../../packages/sdk/src/client/start-worker.ts'
import { codeOf } from '../conformance/stage.ts'
import { browserWire } from '../support/browser-wire.ts'
import { evil, type EvilTransport } from '../support/evil.ts'
import { Intake } from '../support/models.ts'

const PASSWORD = 'correct horse battery staple'
const entry = new URL('../../packages/sdk/src/worker/entry.ts', import.meta.url)
const clients: Client[] = []
let count = 0

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()))
})

interface Subject {
  readonly client: Client
  readonly transport: EvilTransport
  readonly workers: Worker[]
  readonly handle: string
  readonly recoveryCode: string
}

/** An enrolled and unlocked client whose workers the test can reach. */
async function enrolled(options: Partial<ClientOptions> = {}): Promise<Subject> {
  const device = `boundary-${Math.floor(performance.timeOrigin)}-${++count}`
  const transport = evil(browserWire(device))
  const workers: Worker[] = []
  const worker = (): Worker => {
    const made = new Worker(entry, { type: 'module' })
    workers.push(made)
    return made
  }
  const client = createClient({ server: transport, database: device, worker, ...options })
  clients.push(client)
  const handle = `${device}@example.org`
  const { recoveryKit } = await client.enrol({ handle, password: PASSWORD })
  await client.confirmRecovery(recoveryKit.recoveryCode)
  return { client, transport, workers, handle, recoveryCode: recoveryKit.recoveryCode }
}

/** A bare worker's port, as an attacker in the page would have it. */
async function barePort(): Promise<MessagePort> {
  const { port2 } = new MessageChannel()
  const worker = (): Worker => new Worker(entry, { type: 'module' })
  const { api } = await startWorker(
    { server: 'https://nowhere.invalid', worker, database: 'bare' },
    port2,
    () => undefined,
  )
  api.start()
  return api
}

async function ask(
  port: MessagePort,
  message: object,
): Promise<{ name?: string; value?: { code?: string; state?: string } }> {
  const id = crypto.randomUUID()
  const answered = new Promise<MessageEvent>((resolve) => {
    port.addEventListener('message', (event) => {
      if ((event.data as { id?: unknown }).id === id) resolve(event)
    })
  })
  port.postMessage({ id, ...message })
  return (await answered).data as never
}

const raw = (value: unknown): object => ({ type: 'RAW', value })

test('answers calls of its methods', async () => {
  const port = await barePort()
  const message = { type: 'APPLY', path: ['status'], argumentList: [raw(1), raw([]), raw({})] }
  expect(await ask(port, message)).toMatchObject({ type: 'RAW', value: { state: 'locked' } })
})

test.each([
  ['read a property', { type: 'GET', path: ['status'] }],
  ['read everything', { type: 'GET', path: [] }],
  ['write a property', { type: 'SET', path: ['status'], value: raw(1) }],
  ['write to the prototype', { type: 'SET', path: ['__proto__', 'polluted'], value: raw(true) }],
  ['construct', { type: 'CONSTRUCT', path: ['status', 'constructor'], argumentList: [raw('return 1')] }],
  ['reach the constructor', { type: 'APPLY', path: ['status', 'constructor'], argumentList: [raw('return 1')] }],
  ['reach a method by its prototype', { type: 'APPLY', path: ['toString'], argumentList: [] }],
  ['call an unlisted method', { type: 'APPLY', path: ['lock'], argumentList: [raw(1), raw([]), raw({})] }],
  ['call everything', { type: 'APPLY', path: [], argumentList: [] }],
  [
    'pass a proxied argument',
    { type: 'APPLY', path: ['status'], argumentList: [{ type: 'HANDLER', name: 'proxy', value: null }] },
  ],
  ['open another door', { type: 'ENDPOINT', path: [] }],
  ['release it', { type: 'RELEASE' }],
])('lets nobody %s', async (_, message) => {
  const port = await barePort()
  expect(await ask(port, message)).toMatchObject({
    type: 'HANDLER',
    name: 'throw',
    value: { code: 'ERR_WORKER_METHOD' },
  })
  const status = { type: 'APPLY', path: ['status'], argumentList: [raw(1), raw([]), raw({})] }
  expect(await ask(port, status)).toMatchObject({ type: 'RAW', value: { state: 'locked' } })
})

test('listens to one start message only', async () => {
  const { client, workers } = await enrolled()
  const { port1, port2 } = new MessageChannel()
  const heard = vi.fn<(event: MessageEvent) => void>()
  port1.addEventListener('message', heard)
  port1.start()
  workers
    .at(-1)
    ?.postMessage({ type: 'lockstitch/start', database: 'x', lifeLock: 'x', api: port2, transport: port2 }, [port2])
  port1.postMessage({ id: '1', type: 'APPLY', path: ['status'], argumentList: [raw(1), raw([]), raw({})] })
  expect(await client.seal(Intake, { name: 'Ada' })).toHaveProperty('$seal')
  expect(heard).not.toHaveBeenCalled()
})

test('fails every pending call when the worker dies, says so, and starts a new one', async () => {
  const { client, transport, workers, handle } = await enrolled()
  const states: string[] = []
  client.subscribe(({ state }) => states.push(state))
  transport.mutator = { request: () => new Promise(() => undefined) }
  const loading = codeOf(client.load(Intake, 'x'))
  const listing = codeOf(client.outbox.drain())
  await vi.waitFor(() => expect(transport.log.at(-1)?.path).toBe('/v1/records/intake/x'))
  workers.at(-1)?.terminate()
  expect(await loading).toBe('ERR_WORKER_GONE')
  expect(['ERR_WORKER_GONE', 'no error']).toContain(await listing)
  await vi.waitFor(() => expect(states.at(-1)).toBe('locked'))
  expect(await codeOf(client.seal(Intake, { name: 'x' }))).toBe('ERR_LOCKED')
  transport.mutator = {}
  await client.unlock({ handle, password: PASSWORD })
  expect(await client.seal(Intake, { name: 'x' })).toHaveProperty('$seal')
})

test('keeps what was queued when the worker is killed', async () => {
  const { client, transport, workers, handle } = await enrolled()
  transport.offline = true
  const { id, state } = await client.save(Intake, { name: 'Queued' })
  expect(state).toBe('queued')
  workers.at(-1)?.terminate()
  transport.offline = false
  await vi.waitFor(async () => expect(await client.status()).toEqual({ state: 'locked', reason: 'worker-gone' }))
  await client.unlock({ handle, password: PASSWORD })
  await vi.waitFor(async () => expect(await client.status()).toMatchObject({ pending: 0 }))
  expect(await client.load(Intake, id)).toMatchObject({ name: 'Queued' })
})

test('ends a call at its deadline', async () => {
  const { client, transport } = await enrolled({ deadline: 1500 })
  transport.mutator = { request: () => new Promise(() => undefined) }
  expect(await codeOf(client.load(Intake, 'x'))).toBe('ERR_WORKER_TIMEOUT')
  expect(await client.seal(Intake, { name: 'x' })).toHaveProperty('$seal')
})

test('locks by ending the worker, and fails what was under way', async () => {
  const { client, transport, workers, handle } = await enrolled()
  const ended = workers.at(-1) as Worker
  const terminate = vi.spyOn(ended, 'terminate')
  transport.mutator = { request: ({ method }) => (method === 'GET' ? new Promise(() => undefined) : undefined) }
  const loading = codeOf(client.load(Intake, 'x'))
  await client.status()
  await client.lock()
  expect(terminate).toHaveBeenCalled()
  expect(await loading).toBe('ERR_LOCKED')
  expect(await client.status()).toEqual({ state: 'locked' })
  expect(transport.log.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/sessions' })
  transport.mutator = {}
  await client.unlock({ handle, password: PASSWORD })
  expect(workers.at(-1)).not.toBe(ended)
})

test('keeps no worker that saw a wrong password', async () => {
  const { client, workers, handle } = await enrolled()
  await client.lock()
  expect(await codeOf(client.unlock({ handle, password: 'wrong' }))).toBe('ERR_UNLOCK_FAILED')
  const ended = workers.at(-1)
  await client.unlock({ handle, password: PASSWORD })
  expect(workers.at(-1)).not.toBe(ended)
})

test('says when the worker cannot be started', async () => {
  const client = createClient({ server: 'https://nowhere.invalid', workerUrl: '/no-such-worker.js' })
  clients.push(client)
  expect(await codeOf(client.unlock({ handle: 'ada@example.org', password: 'x' }))).toBe('ERR_WORKER_START')
  expect(await client.status()).toEqual({ state: 'locked' })
})

test('sends the calls of one microtask as one message', async () => {
  const { client } = await enrolled()
  const post = vi.spyOn(MessagePort.prototype, 'postMessage')
  const sealed = await Promise.all(Array.from({ length: 50 }, (_, index) => client.seal(Intake, { name: `n${index}` })))
  expect(post).toHaveBeenCalledTimes(1)
  post.mockClear()
  const opened = await Promise.all(sealed.map((one) => client.open(Intake, one)))
  expect(post).toHaveBeenCalledTimes(1)
  expect(opened.map(({ name }) => name)).toEqual(sealed.map((_, index) => `n${index}`))
  post.mockRestore()
})

test('gives each coalesced call its own error', async () => {
  const { client } = await enrolled()
  const outcomes = await Promise.all([
    codeOf(client.seal(Intake, { name: 'a' })),
    codeOf(client.seal(Intake, { name: '\uD800' })),
    codeOf(client.seal(Intake, { name: 7 as never })),
    codeOf(client.seal(Intake, { resource: (() => 1) as never })),
  ])
  // What cannot even be sent to the worker fails the whole message, with an error that says what kind it is.
  expect(outcomes.every((code) => code === 'ERR_VALUE_INVALID')).toBe(true)
  expect(await codeOf(client.seal(Intake, { name: '\uD800' }))).toBe('ERR_TEXT_INVALID')
})

test('reports progress and can be stopped between chunks', async () => {
  const { client } = await enrolled()
  const progress: number[] = []
  const abort = new AbortController()
  const records = Array.from({ length: 1000 }, (_, index) => ({ name: `n${index}` }))
  let sealed = 0
  const run = async (): Promise<void> => {
    for await (const item of client.sealMany(Intake, records, {
      signal: abort.signal,
      onProgress: (done) => progress.push(done),
    })) {
      if (item.ok) sealed += 1
      if (sealed === 300) abort.abort()
    }
  }
  expect(await codeOf(run())).toBe('ERR_ABORTED')
  expect(progress[0]).toBe(64)
  expect(sealed).toBeGreaterThanOrEqual(300)
  expect(sealed).toBeLessThan(1000)
  const all: unknown[] = []
  for await (const item of client.sealMany(Intake, records)) all.push(item.ok)
  expect(all).toHaveLength(1000)
})

test('brings errors across with their class and code and nothing else', async () => {
  const { client } = await enrolled()
  const error = await client.load(Intake, 'no-such').catch((caught: unknown) => caught)
  expect(isLockstitchError(error)).toBe(true)
  expect(Object.keys(error as object).toSorted((a, b) => a.localeCompare(b))).toEqual(['code', 'name', 'retryable'])
})

test('leaves no key in the page: nothing that crosses is one', async () => {
  const seen: unknown[] = []
  const post = vi.spyOn(MessagePort.prototype, 'postMessage')
  const { client } = await enrolled()
  await client.save(Intake, { name: 'Ada' })
  for (const [message] of post.mock.calls) seen.push(message)
  post.mockRestore()
  const hasKey = (value: unknown): boolean =>
    value instanceof CryptoKey || (typeof value === 'object' && value !== null && Object.values(value).some(hasKey))
  expect(seen.length).toBeGreaterThan(2)
  expect(seen.some(hasKey)).toBe(false)
})
