/** A24, A85, A88: the server drops, doubles, reorders, cuts and invents what it lists, and never comes to an end. */
import { describe, expect, test } from 'vitest'
import type { ItemResult } from '@lockstitch/sdk'
import { defineModel, pii } from '@lockstitch/sdk'
import { answer, type Mutator } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { isFor } from '../support/forge.ts'
import { expectRefused, expectTyped, expectUntouched } from '../support/oracles.ts'
import { fetchRaw, type RawRecord } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const eve = await world.enrol('eve')
const IDS = ['a', 'b', 'c', 'd', 'e'] as const
await home.vault.saveMany(
  Ledger,
  IDS.map((id) => ({ id, name: `${CANARIES.name} ${id}` })),
)
const records = await Promise.all(IDS.map((id) => fetchRaw(home.net, Ledger, id)))

/** A server that lists this, and shows alone what it lists. */
function listing(shown: readonly unknown[], next: unknown = null): Mutator {
  return {
    request(request) {
      if (isFor(request, 'GET', '/v1/records/ledger')) return answer(200, { records: shown, next })
      const id = /^\/v1\/records\/ledger\/(.+)$/.exec(request.path)?.[1]
      if (request.method !== 'GET' || id === undefined) return undefined
      const record = shown.find((one) => (one as RawRecord | null)?.id === id)
      return record === undefined ? answer(404, { code: 'ERR_RECORD_NOT_FOUND' }) : answer(200, { record })
    },
  }
}

const list = async ({ vault }: Device, after: string | null = null): Promise<readonly ItemResult<unknown>[]> =>
  (await vault.listPage(Ledger, after, 100)).items

const told = (items: readonly ItemResult<unknown>[]): string[] =>
  items.map((item) =>
    item.ok
      ? (item.value as RawRecord).id
      : `${item.id} ${expectTyped(item.error, ['ERR_RECORD_MISSING', 'ERR_OPEN_FAILED', 'ERR_ROLLBACK', 'ERR_FORMAT_INVALID', 'ERR_DIGEST_MISMATCH', 'ERR_RECORD_ID', 'ERR_VALUE_INVALID', 'ERR_FIELD_UNKNOWN']).code}`,
  )

/** Every order of the items. */
function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}

/** Every selection of the items, in their order. */
function subsetsOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((__, index) => (bits >> index) & 1))
}

describe('what this device knows', () => {
  test('A24 whatever is left out of a list is missed, and the rest is there', async () => {
    for (const shown of subsetsOf(records)) {
      home.net.mutator = listing(shown)
      const items = await expectUntouched(home, () => list(home))
      const ids = shown.map(({ id }) => id)
      const missing = IDS.filter((id) => !ids.includes(id)).map((id) => `${id} ERR_RECORD_MISSING`)
      expect(told(items)).toEqual([...ids, ...missing])
    }
    home.net.mutator = {}
    expect(told(await list(home))).toEqual([...IDS])
  })

  test('A24 what a list leaves out and the server shows alone is not lost', async () => {
    for (const shown of subsetsOf(records)) {
      home.net.mutator = {
        request: (request) =>
          isFor(request, 'GET', '/v1/records/ledger') ? answer(200, { records: shown, next: null }) : undefined,
      }
      expect(told(await list(home)).toSorted((a, b) => a.localeCompare(b))).toEqual([...IDS])
    }
  })

  test('A24 no other order and no record twice', async () => {
    for (const shown of permutationsOf(records).slice(1))
      await expectRefused(home, listing(shown), () => list(home), 'ERR_PROTOCOL')
    for (const record of records) await expectRefused(home, listing([record, record]), () => list(home), 'ERR_PROTOCOL')
  })

  test('A24 a page that is cut, that skips, or that belongs elsewhere', async () => {
    const [a, b, c, d, e] = records
    // Cut after b: what lies beyond is missed as well when the server says that this was all.
    home.net.mutator = listing([a, b])
    expect(told(await list(home))).toEqual([
      'a',
      'b',
      'c ERR_RECORD_MISSING',
      'd ERR_RECORD_MISSING',
      'e ERR_RECORD_MISSING',
    ])
    // The next page begins further on than this one ended: what lies between is missed on this page.
    home.net.mutator = listing([a, b], 'd')
    expect(told(await list(home))).toEqual(['a', 'b', 'c ERR_RECORD_MISSING', 'd ERR_RECORD_MISSING'])
    home.net.mutator = listing([e])
    expect(told(await list(home, 'b'))).toEqual(['e', 'c ERR_RECORD_MISSING', 'd ERR_RECORD_MISSING'])
    home.net.mutator = {}
    for (const shown of [[a], [b], [a, c], [c, b]])
      await expectRefused(home, listing(shown), () => list(home, 'b'), 'ERR_PROTOCOL')
    for (const next of ['a', 'b', 'c', ''])
      await expectRefused(home, listing([c, d], next), () => list(home, 'b'), 'ERR_PROTOCOL')
  })

  test('A85 a list that leads on without a record is not followed', async () => {
    for (const [after, next] of [
      [null, 'a'],
      [null, '0'],
      ['b', 'b'],
      ['b', 'bb'],
      ['b', 'zzz'],
      ['b', 'a'],
    ] as const) {
      await expectRefused(home, listing([], next), () => list(home, after), 'ERR_PROTOCOL')
    }
  })

  test('A88 a list that leads to what is no id is not followed', async () => {
    for (const next of [0, 1, true, [], {}, ['e'], 'x'.repeat(65)]) {
      await expectRefused(home, listing(records, next), () => list(home), 'ERR_PROTOCOL')
    }
    for (const body of [
      null,
      [],
      {},
      { records },
      { records: null, next: null },
      { records: {}, next: null },
      { records, next: null, total: 5 },
    ]) {
      const mutator: Mutator = {
        request: (request) => (isFor(request, 'GET', '/v1/records/ledger') ? answer(200, body) : undefined),
      }
      await expectRefused(home, mutator, () => list(home), 'ERR_PROTOCOL')
    }
    const flood = Array.from({ length: 501 }, (_, index) => ({ id: `f${String(index).padStart(4, '0')}` }))
    await expectRefused(home, listing(flood), () => list(home), 'ERR_PROTOCOL')
  })
})

describe('I8: one bad record in a list', () => {
  const [a, b, c, d, e] = records as [RawRecord, RawRecord, RawRecord, RawRecord, RawRecord]

  test.each<[string, unknown, string]>([
    ['of another person', { id: 'c', name: 'plain', $seal: c.$seal }, 'ERR_FORMAT_INVALID'],
    ['with a field of its neighbour', { ...c, name: b.name }, 'ERR_DIGEST_MISMATCH'],
    ['that is its neighbour', { ...b, id: 'c' }, 'ERR_FORMAT_INVALID'],
    ['without anything', { id: 'c' }, 'ERR_FORMAT_INVALID'],
    ['with an unknown member', { ...c, dosage: 1 }, 'ERR_FIELD_UNKNOWN'],
    ['with a number for a field', { ...c, name: 7 }, 'ERR_FORMAT_INVALID'],
  ])('A24 A26 one %s is a failed item, and the others are there', async (_, bad, code) => {
    home.net.mutator = listing([a, b, bad, d, e])
    expect(told(await expectUntouched(home, () => list(home)))).toEqual(['a', 'b', `c ${code}`, 'd', 'e'])
  })

  test('A26 one that nobody of mine wrote is a failed item on every device', async () => {
    const { device } = eve
    await device.vault.saveMany(Ledger, [{ id: 'bb', name: 'eve was here' }])
    const theirs = await fetchRaw(device.net, Ledger, 'bb')
    for (const seat of [home, await world.unlocked(person)]) {
      seat.net.mutator = listing([a, b, theirs, c, d, e])
      expect(told(await list(seat))).toEqual(['a', 'b', 'bb ERR_OPEN_FAILED', 'c', 'd', 'e'])
    }
  })

  test.each(['__proto__', 'constructor', '../e', 'e/../f', 'e%00', ' f', 'f ', 'ｆ', 'f\u0000', 'f'.repeat(65)])(
    'A88 an id such as %j is none',
    async (id) => {
      const records88 = [a, b, c, d, e, { ...e, id }].toSorted((x, y) => (x.id < y.id ? -1 : 1))
      home.net.mutator = listing(records88)
      const items = told(await expectUntouched(home, () => list(home)))
      expect(items).toHaveLength(6)
      expect(items.filter((item) => IDS.includes(item as 'a'))).toEqual([...IDS])
    },
  )

  test.each([null, 7, true, undefined, {}, [], ['f']])('A88 nor is %j', async (id) => {
    await expectRefused(home, listing([a, b, c, d, e, { ...e, id }]), () => list(home), 'ERR_PROTOCOL')
  })
})

test('A24 a device that knows nothing takes what is proved, and misses it from then on', async () => {
  const device = await world.unlocked(person)
  device.net.mutator = listing(records.slice(0, 2))
  expect(told(await list(device))).toEqual(['a', 'b'])
  device.net.mutator = listing(records.slice(1))
  expect(told(await list(device))).toEqual(['b', 'c', 'd', 'e', 'a ERR_RECORD_MISSING'])
})

test('A68 a list that changes between two answers is checked against what was seen, not against itself', async () => {
  const device = await world.unlocked(person)
  let calls = 0
  const second: Mutator = {
    request: (request) =>
      isFor(request, 'GET', '/v1/records/ledger')
        ? answer(200, { records: calls++ % 2 === 0 ? records : records.slice(3), next: null })
        : listing(records).request?.(request, 0),
  }
  device.net.mutator = second
  expect(told(await list(device))).toEqual([...IDS])
  expect(told(await list(device)).toSorted((x, y) => x.localeCompare(y))).toEqual([...IDS])
})

test('A88 two models and their records stay apart', async () => {
  const Other = defineModel('other', { name: pii() })
  const results = await home.vault.sealMany(Other, [{ id: 'a', name: 'other' }])
  const sealed = results[0]?.ok === true ? results[0].value : undefined
  await expectRefused(
    home,
    listing([sealed as unknown, ...records.slice(1)]),
    async () => {
      const [item] = await list(home)
      if (item?.ok === false) throw item.error
    },
    'ERR_FORMAT_INVALID',
  )
})
