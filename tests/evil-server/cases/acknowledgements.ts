/** A28, A68: the server says that it stored what it did not, that it did not what it did, or that somebody was faster. */
import { describe, expect, test } from 'vitest'
import {
  type ErrorCode,
  isLockstitchError,
  LockstitchError,
  type TransportRequest,
  type TransportResponse,
} from '@lockstitch/sdk'
import { answer, editJson, type Mutator } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { instead, isFor } from '../support/forge.ts'
import { readDatabase } from '../support/database.ts'
import { expectCode, expectTyped } from '../support/oracles.ts'
import { fetchRaw, hashOfManifest } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
let count = 0

interface Stored {
  readonly id: string
  readonly revision: number
  readonly hash: string
}

const isWrite = (request: TransportRequest): boolean => isFor(request, 'POST', '/v1/records')
const newIds = (): string[] => [1, 2, 3].map((index) => `w${++count}-${index}`)
const recordsOf = (ids: readonly string[]): { id: string; name: string }[] =>
  ids.map((id) => ({ id, name: `${CANARIES.name} ${id}` }))

/** The server does not store, and answers this. */
const instead200 = (body: unknown, status = 200): Mutator => instead('POST', '/v1/records', status, body)

/** The server stores, and answers something else. */
function afterwards(change: (response: TransportResponse) => TransportResponse): Mutator {
  return { response: (response, request) => (isWrite(request) ? change(response) : undefined) }
}

const changed = (edit: (stored: Stored[]) => unknown): Mutator =>
  afterwards((response) => editJson(response, ({ stored }: { stored: Stored[] }) => ({ stored: edit(stored) })))

/** Three writes meet a lie; then they wait, can be read, are sent again, and are stored once. */
async function checkKept(device: Device, lie: Mutator, code: ErrorCode): Promise<void> {
  const ids = newIds()
  device.net.mutator = lie
  const results = await device.vault.saveMany(Ledger, recordsOf(ids))
  const outcomes = results.map((result) => (result.ok ? result.value.state : expectTyped(result.error, [code]).code))
  const expected = new LockstitchError(code).retryable ? 'queued' : code
  expect(outcomes).toEqual([expected, expected, expected])
  device.net.mutator = {}
  expect(await device.vault.pending()).toMatchObject(ids.map((id) => ({ id, revision: 1, state: 'waiting' })))
  for (const id of ids)
    expect(await device.vault.openPending(Ledger, id)).toMatchObject({ name: `${CANARIES.name} ${id}` })
  expect(await device.vault.drain()).toEqual({ stored: 3, waiting: 0, refused: 0 })
  await checkStoredOnce(device, ids)
}

/** Each is on the server at its first revision, and nothing waits. */
async function checkStoredOnce(device: Device, ids: readonly string[]): Promise<void> {
  expect(await device.vault.pending()).toEqual([])
  expect(await device.vault.drain()).toEqual({ stored: 0, waiting: 0, refused: 0 })
  const other = await world.unlocked(person)
  for (const id of ids) expect(await other.vault.load(Ledger, id)).toMatchObject({ name: `${CANARIES.name} ${id}` })
  const heads = (await readDatabase(device.database))['heads'] as { id: string; revision: number }[]
  for (const id of ids) expect(heads.filter((row) => row.id === id)).toMatchObject([{ revision: 1 }])
}

describe('A28 a write counts as stored only when its acknowledgement says what was sent', () => {
  const fake = { id: 'x', revision: 1, hash: 'A'.repeat(43) }

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['ok', { ok: true }],
    ['an empty list', { stored: [] }],
    ['null', null],
    ['HTML', '<!doctype html>'],
    ['made up', { stored: [fake, fake, fake] }],
    ['one of three', { stored: [fake] }],
    ['a flood', { stored: Array.from({ length: 501 }, () => fake) }],
  ])('and drops it: %s', async (_, body) => {
    await checkKept(home, instead200(body), 'ERR_PROTOCOL')
  })

  test.each<[string, (stored: Stored[]) => unknown]>([
    ['in another order', (stored) => stored.toReversed()],
    ['without the first', (stored) => stored.slice(1)],
    ['without the last', (stored) => stored.slice(0, -1)],
    ['with one twice', (stored) => [stored[0], stored[0], stored[2]]],
    ['with one more', (stored) => [...stored, stored[0]]],
    ['with the hash of a neighbour', (stored) => stored.map((one) => ({ ...one, hash: stored[0]?.hash }))],
    ['with the id of a neighbour', (stored) => stored.map((one) => ({ ...one, id: stored[0]?.id }))],
    ['with an older revision', (stored) => stored.map((one) => ({ ...one, revision: 0 }))],
    ['with a newer revision', (stored) => stored.map((one) => ({ ...one, revision: 2 }))],
    ['with a revision as text', (stored) => stored.map((one) => ({ ...one, revision: '1' }))],
    ['without hashes', (stored) => stored.map(({ id, revision }) => ({ id, revision }))],
    ['with hashes of nothing', (stored) => stored.map((one) => ({ ...one, hash: null }))],
    ['with more than was asked', (stored) => stored.map((one) => ({ ...one, next: 1 }))],
    ['as an object', (stored) => Object.fromEntries(stored.entries())],
  ])('and stores it, but acknowledges %s', async (_, edit) => {
    await checkKept(home, changed(edit), 'ERR_PROTOCOL')
  })

  test.each<[number, unknown, ErrorCode]>([
    [500, { code: 'ERR_SERVER' }, 'ERR_SERVER'],
    [502, '<html>Bad gateway</html>', 'ERR_SERVER'],
    [503, '', 'ERR_SERVER'],
    [429, { code: 'ERR_RATE_LIMITED' }, 'ERR_RATE_LIMITED'],
    [301, '', 'ERR_PROTOCOL'],
    [403, '<html>Sign in to the hotel network</html>', 'ERR_PROTOCOL'],
    [409, '', 'ERR_PROTOCOL'],
    [409, 'null', 'ERR_PROTOCOL'],
    [409, { code: 409 }, 'ERR_PROTOCOL'],
    [204, '', 'ERR_PROTOCOL'],
    [403, { code: 'ERR_ACCOUNT_PENDING' }, 'ERR_ACCOUNT_PENDING'],
  ])('and answers %i %j, before or after it stored', async (status, body, code) => {
    await checkKept(home, instead200(body, status), code)
    await checkKept(
      home,
      afterwards(() => answer(status, body)),
      code,
    )
  })

  test('and the answer never comes, before or after it stored', async () => {
    const lost = async (): Promise<never> => {
      throw new TypeError('fetch failed')
    }
    await checkKept(home, { request: (request) => (isWrite(request) ? lost() : undefined) }, 'ERR_OFFLINE')
    await checkKept(home, { response: (_, request) => (isWrite(request) ? lost() : undefined) }, 'ERR_OFFLINE')
  })

  test('and delivers it twice', async () => {
    const ids = newIds()
    const repeated: number[] = []
    home.net.mutator = {
      async response(response, request) {
        if (isWrite(request)) repeated.push((await world.backend.send(home.database, request)).status)
        return response
      },
    }
    const results = await home.vault.saveMany(Ledger, recordsOf(ids))
    expect(results.map((result) => result.ok && result.value.state)).toEqual(['stored', 'stored', 'stored'])
    // A network that repeats a request changes nothing: the server has seen its signature.
    expect(repeated).toEqual([409])
    await checkStoredOnce(home, ids)
  })
})

describe('A28 a conflict or a refusal that is none', () => {
  test.each<[string, object, 'conflict' | 'refused', ErrorCode]>([
    ['a conflict', { status: 409, code: 'ERR_CONFLICT' }, 'conflict', 'ERR_CONFLICT'],
    [
      'a conflict that shows an old copy',
      { status: 409, code: 'ERR_CONFLICT', current: { revision: 9 } },
      'conflict',
      'ERR_CONFLICT',
    ],
    ['a reused nonce', { status: 422, code: 'ERR_NONCE_REUSED' }, 'refused', 'ERR_REJECTED_BY_SERVER'],
    ['an unknown code', { status: 400, code: 'ERR_TOMORROW' }, 'refused', 'ERR_REJECTED_BY_SERVER'],
  ])('%s loses nothing', async (_, problem, state, code) => {
    const { status } = problem as { status: number }
    const [id = ''] = newIds()
    await home.vault.saveMany(Ledger, [{ id, name: 'before' }])
    home.net.mutator = instead200(problem, status)
    const [result] = await home.vault.saveMany(Ledger, [{ id, name: 'my change' }])
    expect(result).toMatchObject({ ok: false, id, error: { code } })
    home.net.mutator = {}
    expect(await home.vault.pending()).toMatchObject([{ id, revision: 2, state }])
    expect(await home.vault.openPending(Ledger, id)).toMatchObject({ name: 'my change' })
    // It is not sent again by itself; what is applied again on what the server shows is stored, and takes its place.
    expect(await home.vault.drain()).toEqual({ stored: 0, waiting: 0, refused: 1 })
    expect(await home.vault.load(Ledger, id)).toMatchObject({ name: 'before' })
    expect(await home.vault.saveMany(Ledger, [{ id, name: 'my change' }])).toMatchObject([
      { ok: true, value: { revision: 2, state: 'stored' } },
    ])
    expect(await home.vault.load(Ledger, id)).toMatchObject({ name: 'my change' })
    expect(await home.vault.pending()).toEqual([])
  })

  test.each([0, 1, 2, 3, -1, 1.5, '1', null, 2 ** 53, { valueOf: 1 }])(
    'at index %j touches one write at most',
    async (index) => {
      const ids = newIds()
      let calls = 0
      const problem = answer(409, { code: 'ERR_CONFLICT', index })
      home.net.mutator = { request: (request) => (isWrite(request) && calls++ === 0 ? problem : undefined) }
      const results = await home.vault.saveMany(Ledger, recordsOf(ids))
      home.net.mutator = {}
      const named = ids.filter((__, position) => position === index)
      expect(results.flatMap((result) => (result.ok ? [] : [result.id]))).toEqual(named)
      expect(await home.vault.pending()).toMatchObject(named.map((id) => ({ id, state: 'conflict' })))
      for (const id of named) await home.vault.discardPending('ledger', id)
      for (const id of ids.filter((one) => !named.includes(one)))
        expect(await home.vault.load(Ledger, id)).toMatchObject({ id })
      expect(calls).toBeLessThan(6)
    },
  )

  test('for everything, always, ends and keeps everything', async () => {
    const ids = newIds()
    const before = home.net.log.length
    home.net.mutator = instead200({ code: 'ERR_CONFLICT' }, 409)
    const results = await home.vault.saveMany(Ledger, recordsOf(ids))
    expect(results).toMatchObject(ids.map((id) => ({ ok: false, id, error: { code: 'ERR_CONFLICT' } })))
    // Each of them is looked at once, and sent once.
    expect(home.net.log.length - before).toBeLessThan(6 + ids.length)
    home.net.mutator = {}
    for (const id of ids) expect(await home.vault.openPending(Ledger, id)).toMatchObject({ id })
    const again = await home.vault.saveMany(Ledger, recordsOf(ids))
    expect(again).toMatchObject(ids.map((id) => ({ ok: true, value: { id, revision: 1, state: 'stored' } })))
    await checkStoredOnce(home, ids)
  })
})

describe('A28 an acknowledgement that is right, of a write that is dropped', () => {
  test('is found out when the record is read, and this device still has it', async () => {
    const { device } = await world.enrol('dropped')
    let promised: unknown
    device.net.mutator = {
      async request(request) {
        if (!isWrite(request)) return request
        const { records } = JSON.parse(request.body ?? '') as { records: { record: { id: string; $seal: string } }[] }
        promised = await Promise.all(
          records.map(async ({ record }) => ({ id: record.id, revision: 1, hash: await hashOfManifest(record.$seal) })),
        )
        return answer(200, { stored: promised })
      },
    }
    expect(await device.vault.saveMany(Ledger, [{ id: 'gone', name: CANARIES.name }])).toMatchObject([
      { ok: true, value: { state: 'stored' } },
    ])
    device.net.mutator = {}
    await expectCode(device.vault.load(Ledger, 'gone'), 'ERR_RECORD_MISSING')
    const { items } = await device.vault.listPage(Ledger, null, 10)
    expect(items).toMatchObject([{ ok: false, id: 'gone', error: { code: 'ERR_RECORD_MISSING' } }])
    expect(await device.vault.load(Ledger, 'gone', { from: 'device' })).toMatchObject({ name: CANARIES.name })
  })
})

describe('A68 one operation, answered from two sources', () => {
  test('an acknowledgement of one batch is none for the next', async () => {
    const { device } = await world.enrol('mixed')
    let first: TransportResponse | undefined
    device.net.mutator = afterwards((response) => (first ??= response))
    expect(await device.vault.saveMany(Ledger, [{ id: 'm1', name: 'x' }])).toMatchObject([{ ok: true }])
    const [second] = await device.vault.saveMany(Ledger, [{ id: 'm2', name: 'y' }])
    expect(second).toMatchObject({ ok: false, error: { code: 'ERR_PROTOCOL' } })
    device.net.mutator = {}
    expect(await device.vault.openPending(Ledger, 'm2')).toMatchObject({ name: 'y' })
    expect(await device.vault.drain()).toMatchObject({ stored: 1 })
  })

  test('what is loaded twice in one call is each checked for itself', async () => {
    const { device } = await world.enrol('twice')
    await device.vault.saveMany(Ledger, [{ id: 't', name: 'one' }])
    const old = await fetchRaw(device.net, Ledger, 't')
    await device.vault.saveMany(Ledger, [{ id: 't', name: 'two' }])
    let calls = 0
    device.net.mutator = {
      request: (request) =>
        request.path.endsWith('/t') && calls++ % 2 === 1 ? answer(200, { record: old }) : undefined,
    }
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => device.vault.load(Ledger, 't').catch((error: unknown) => error)),
    )
    const told = outcomes.map((outcome) =>
      isLockstitchError(outcome) ? outcome.code : (outcome as { name: string }).name,
    )
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual([
      ...Array.from({ length: 3 }, () => 'ERR_ROLLBACK'),
      'two',
      'two',
      'two',
    ])
  })
})
