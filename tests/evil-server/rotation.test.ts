/** What a server can do to a rotation: nothing but stop it. */
import { describe, expect, test, vi } from 'vitest'
import { isLockstitchError, type Keys, managed, type RotationReport } from '@lockstitch/sdk'
import { answer, editJson, type Mutator } from '../support/evil.ts'
import { Ledger } from '../support/models.ts'
import { createWorld, type Device, type Person } from './support/world.ts'
import { revision } from '../support/revision.ts'

const ORDER = { classification: 'phi', models: [Ledger] } as const
const keysOf = ({ vault }: Device): Keys => managed(async (...call) => vault.manage(...call)).keys

const world = await createWorld()
const IDS = ['a', 'b', 'c']

async function prepared(): Promise<{ person: Person; home: Device }> {
  const { person, device: home } = await world.enrol('rotation')
  const saved = await home.vault.saveMany(
    Ledger,
    IDS.map((id) => ({ id, ssn: `secret ${id}` })),
  )
  expect(saved.every(({ ok }) => ok)).toBe(true)
  return { person, home }
}

async function statesOf(device: Device): Promise<string[]> {
  const keys = await keysOf(device).status()
  return keys.filter(({ classification }) => classification === 'phi').map(({ state }) => state)
}

/** Every record opens, here and on a device that knows nothing, and the rotation can be ended. */
async function checkWhole(home: Device, person: Person, ids: readonly string[] = IDS): Promise<void> {
  home.net.mutator = {}
  expect(await keysOf(home).rotate(ORDER)).toMatchObject({ isComplete: true, failed: [] })
  for (const device of [home, await world.unlocked(person)]) {
    const { items } = await device.vault.listPage(Ledger, null, 100)
    expect(items).toMatchObject(ids.map((id) => ({ ok: true, value: { id, ssn: `secret ${id}` } })))
  }
}

const isList = (path: string): boolean => path.startsWith('/v1/records/ledger?')
const isByKey = (path: string): boolean => isList(path) && path.includes('kid=')
const without = (id: string): Mutator => ({
  response: (response, { path }) =>
    isList(path)
      ? editJson(response, ({ records, next }: { records: { id: string }[]; next: string | null }) => ({
          records: records.filter((record) => record.id !== id),
          next,
        }))
      : path === `/v1/records/ledger/${id}`
        ? answer(404, { code: 'ERR_RECORD_NOT_FOUND' })
        : undefined,
})

describe('A64 a rotation', () => {
  test('that is not shown what this device knows retires nothing', async () => {
    const { person, home } = await prepared()
    home.net.mutator = without('b')
    const report = await keysOf(home).rotate(ORDER)
    expect(report).toMatchObject({ isComplete: false, retired: [], resealed: 2 })
    expect(report.failed).toEqual([{ model: 'ledger', id: 'b', code: 'ERR_RECORD_MISSING' }])
    expect(await statesOf(home)).toEqual(['decrypt-only', 'active'])
    await checkWhole(home, person)
  })

  test('that is told nothing is left finds what is left', async () => {
    const { person, home } = await prepared()
    home.net.mutator = {
      response: (_, { path }) =>
        path === '/v1/keys'
          ? answer(200, { keys: [], models: [], files: [] })
          : isByKey(path)
            ? answer(200, { records: [], next: null })
            : undefined,
    }
    expect(await keysOf(home).rotate(ORDER)).toMatchObject({ isComplete: true, resealed: 3 })
    await checkWhole(home, person)
  })

  test('whose records are shown as they were before retires nothing', async () => {
    const { person, home } = await prepared()
    const { body } = await world.backend.send(home.database, { method: 'GET', path: '/v1/records/ledger', headers: {} })
    let isMoved = false
    home.net.mutator = {
      response: (_, { method, path }) => {
        if (method === 'POST' && path === '/v1/records') isMoved = true
        if (!isMoved || method !== 'GET') return undefined
        const old = JSON.parse(body) as { records: { id: string }[] }
        const one = old.records.find(({ id }) => path === `/v1/records/ledger/${id}`)
        return one === undefined ? (isList(path) ? answer(200, old) : undefined) : answer(200, { record: one })
      },
    }
    const report = await keysOf(home).rotate(ORDER)
    expect(report).toMatchObject({ isComplete: false, retired: [] })
    expect(report.failed.map(({ code }) => code)).toEqual(IDS.map(() => 'ERR_ROLLBACK'))
    await checkWhole(home, person)
  })

  test.each([
    ['a conflict, for ever', 409, 'ERR_CONFLICT'],
    ['a key that it does not accept, for ever', 422, 'ERR_KEY_STATE'],
    ['a refusal, for ever', 422, 'ERR_NONCE_REUSED'],
  ])('that is answered with %s ends and retires nothing', async (_, status, code) => {
    const { person, home } = await prepared()
    home.net.mutator = {
      request: ({ method, path }) =>
        method === 'POST' && path === '/v1/records' ? answer(status, { code }) : undefined,
    }
    expect(await keysOf(home).rotate(ORDER)).toMatchObject({ isComplete: false, retired: [], resealed: 0 })
    expect(await statesOf(home)).toEqual(['decrypt-only', 'active'])
    await checkWhole(home, person)
  })

  test.each([
    ['500', answer(500, { code: 'ERR_SERVER' }), 'ERR_SERVER'],
    [
      'an acknowledgement of something else',
      answer(200, { stored: [{ id: 'a', revision: 9, hash: 'A'.repeat(43) }] }),
      'ERR_PROTOCOL',
    ],
    ['nothing that makes sense', answer(200, 'welcome'), 'ERR_PROTOCOL'],
  ])('that is answered with %s fails with a code and is gone on with', async (_, response, code) => {
    const { person, home } = await prepared()
    home.net.mutator = {
      request: ({ method, path }) => (method === 'POST' && path === '/v1/records' ? response : undefined),
    }
    const failure: unknown = await keysOf(home)
      .rotate(ORDER)
      .catch((error: unknown) => error)
    expect(isLockstitchError(failure) && failure.code).toBe(code)
    expect(await statesOf(home)).toEqual(['decrypt-only', 'active'])
    await checkWhole(home, person)
  })

  test('that a server drops on the floor is noticed, and the device still has what it sealed', async () => {
    const { home } = await prepared()
    home.net.mutator = {
      request: ({ method, path, body }) => {
        if (method !== 'POST' || path !== '/v1/records') return undefined
        return { method: 'GET', path: '/healthz', headers: { dropped: String(body) } }
      },
      response: async (response, { body }) =>
        response.status === 200 && body?.includes('$seal') ? acknowledge(body) : response,
    }
    const report: RotationReport = await keysOf(home).rotate(ORDER)
    expect(report.isComplete).toBe(false)
    expect(report.failed.map(({ code }) => code)).toEqual(IDS.map(() => 'ERR_ROLLBACK'))
    expect(await statesOf(home)).toEqual(['decrypt-only', 'active'])
    for (const id of IDS)
      expect(await home.vault.load(Ledger, id, { from: 'device' })).toMatchObject({
        ssn: `secret ${id}`,
        $revision: revision(2),
      })
  })

  test('on a device that never saw a record loses nothing of it', async () => {
    const { person } = await prepared()
    const fresh = await world.unlocked(person)
    fresh.net.mutator = without('b')
    expect(await keysOf(fresh).rotate(ORDER)).toMatchObject({ isComplete: true, resealed: 2 })
    fresh.net.mutator = {}
    expect(await fresh.vault.load(Ledger, 'b')).toMatchObject({ ssn: 'secret b', $revision: revision(1) })
    expect(await fresh.vault.saveMany(Ledger, [{ id: 'b', ssn: 'secret b' }])).toMatchObject([{ ok: true }])
    await checkWhole(fresh, person)
  })

  test.each([-1, 1])('with a clock that is wrong by %d year', async (years) => {
    const { person, home } = await prepared()
    const real = Date.now.bind(Date)
    let skew = years * 365 * 86_400_000
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + skew)
    // The server is in this process too, and its clock is right.
    home.net.mutator = {
      request: async (request) => {
        const wrong = skew
        skew = 0
        try {
          return await world.backend.send(home.database, request)
        } finally {
          skew = wrong
        }
      },
    }
    try {
      expect(await keysOf(home).rotate(ORDER)).toMatchObject({ isComplete: true, resealed: 3 })
      expect(await statesOf(home)).toEqual(['retired', 'active'])
    } finally {
      clock.mockRestore()
    }
    await checkWhole(home, person)
  })
})

/** The acknowledgement that the sent records ask for, made without storing them. */
async function acknowledge(body: string): Promise<ReturnType<typeof answer>> {
  const { records } = JSON.parse(body) as { records: { record: { id: string; $seal: string } }[] }
  const { encodeFrame } = await import('../../packages/sdk/src/bytes/frame.ts')
  const { encodeBase64url, parseManifest } = await import('@lockstitch/sdk/format')
  const stored = await Promise.all(
    records.map(async ({ record: { id, $seal } }) => {
      const { payload, revision } = parseManifest($seal)
      const hash = await crypto.subtle.digest('SHA-256', encodeFrame(['lockstitch/ls1/manifest-hash', payload]))
      return { id, revision, hash: encodeBase64url(new Uint8Array(hash)) }
    }),
  )
  return answer(200, { stored })
}
