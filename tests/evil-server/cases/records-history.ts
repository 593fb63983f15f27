/** A23, A27, A29: the server shows an older revision, or says that a record was deleted, or that it was not. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '@lockstitch/sdk'
import type { Mutator } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { instead } from '../support/forge.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { fetchRaw, type RawRecord } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const eve = await world.enrol('eve')
let count = 0

/** A record that was saved, saved again, deleted, and saved again; with every revision as the server had it. */
async function makeHistory(device: Device = home): Promise<{ id: string; revisions: readonly RawRecord[] }> {
  const id = `history-${++count}`
  const revisions: RawRecord[] = []
  for (const step of ['one', 'two', 'deleted', 'four', 'five']) {
    if (step === 'deleted') await device.vault.remove(Ledger, id)
    else await device.vault.saveMany(Ledger, [{ id, name: `${CANARIES.name} ${step}`, ssn: CANARIES.ssn }])
    revisions.push(await fetchRaw(device.net, Ledger, id))
  }
  return { id, revisions }
}

/** A server that shows this record, alone and in lists. */
function showing(id: string, record: unknown): Mutator {
  const alone = instead('GET', `/v1/records/ledger/${id}`, 200, { record })
  const listed = instead('GET', /^\/v1\/records\/ledger\?/, 200, { records: [record], next: null })
  return { request: (request, number) => alone.request?.(request, number) ?? listed.request?.(request, number) }
}

/** A server that says that there is no such record, alone and in lists. */
function hiding(id: string, status: number, body: unknown): Mutator {
  const alone = instead('GET', `/v1/records/ledger/${id}`, status, body)
  const listed = instead('GET', /^\/v1\/records\/ledger\?/, 200, { records: [], next: null })
  return { request: (request, number) => alone.request?.(request, number) ?? listed.request?.(request, number) }
}

/** The record cannot be read by load, by list or by openMany; afterwards the honest path can. */
async function checkStale(device: Device, id: string, shown: RawRecord, code: ErrorCode): Promise<void> {
  await expectRefused(device, showing(id, shown), () => device.vault.load(Ledger, id), code)
  await expectRefused(
    device,
    showing(id, shown),
    async () => {
      const { items } = await device.vault.listPage(Ledger, null, 10)
      const item = items.find((one) => !one.ok && one.id === id)
      if (item?.ok === false) throw item.error
    },
    code,
  )
  await expectRefused(
    device,
    {},
    async () => {
      const [item] = await device.vault.openMany(Ledger, [shown as never])
      if (item?.ok === false) throw item.error
    },
    code,
  )
}

describe.each<[string, (known: Device) => Promise<Device>]>([
  ['on the device that wrote', async (known) => known],
  ['after a reload', async ({ database }) => world.unlocked(person, database)],
  ['in a second tab', async ({ database }) => world.unlocked(person, database)],
])('%s', (_, next) => {
  test('A23 A27 no revision but the newest is shown, live or deleted', async () => {
    const { id, revisions } = await makeHistory()
    const device = await next(home)
    for (const older of revisions.slice(0, -1)) await checkStale(device, id, older, 'ERR_ROLLBACK')
    expect(await device.vault.load(Ledger, id)).toMatchObject({ name: `${CANARIES.name} five` })
  })

  test('A27 a record that was deleted does not rise again', async () => {
    const id = `deleted-${++count}`
    await home.vault.saveMany(Ledger, [{ id, name: CANARIES.name }])
    const live = await fetchRaw(home.net, Ledger, id)
    await home.vault.remove(Ledger, id)
    const tombstone = await fetchRaw(home.net, Ledger, id)
    const device = await next(home)
    await checkStale(device, id, live, 'ERR_ROLLBACK')
    await checkStale(device, id, { ...live, $seal: tombstone.$seal }, 'ERR_FORMAT_INVALID')
    await checkStale(device, id, { id, $seal: live.$seal } as never, 'ERR_DIGEST_MISMATCH')
    await expectCode(device.vault.load(Ledger, id), 'ERR_RECORD_NOT_FOUND')
    await expectCode(device.vault.load(Ledger, id, { from: 'device' }), 'ERR_RECORD_NOT_FOUND')
  })
})

describe('A27 a deletion that nobody proved', () => {
  const answers: [number, unknown, ErrorCode][] = [
    [404, { code: 'ERR_RECORD_NOT_FOUND' }, 'ERR_RECORD_MISSING'],
    [410, { code: 'ERR_RECORD_NOT_FOUND' }, 'ERR_RECORD_MISSING'],
    [404, '<h1>Not found</h1>', 'ERR_PROTOCOL'],
    [410, '', 'ERR_PROTOCOL'],
    [200, { deleted: true }, 'ERR_PROTOCOL'],
    [200, { record: null }, 'ERR_VALUE_INVALID'],
    [200, { record: { deleted: true } }, 'ERR_FIELD_UNKNOWN'],
    [200, { record: {} }, 'ERR_FORMAT_INVALID'],
    [200, {}, 'ERR_PROTOCOL'],
    [204, '', 'ERR_PROTOCOL'],
    [304, '', 'ERR_PROTOCOL'],
  ]

  test.each(answers)('%i %j is none', async (status, body, code) => {
    const id = `kept-${++count}`
    await home.vault.saveMany(Ledger, [{ id, name: CANARIES.name }])
    await expectRefused(home, hiding(id, status, body), () => home.vault.load(Ledger, id), code)
    await expectRefused(
      home,
      hiding(id, status, body),
      async () => {
        const { items } = await home.vault.listPage(Ledger, null, 500)
        const item = items.find((one) => !one.ok && one.id === id)
        if (item?.ok === false) throw item.error
      },
      code,
    )
    expect(await home.vault.load(Ledger, id, { from: 'device' })).toMatchObject({ name: CANARIES.name })
    expect(await home.vault.load(Ledger, id)).toMatchObject({ name: CANARIES.name })
  })

  test('A27 A29 no tombstone of another record, of another person or of an earlier life is one', async () => {
    const { id, revisions } = await makeHistory()
    const tombstone = revisions[2] as RawRecord
    const other = (await makeHistory()).revisions[2] as RawRecord
    await eve.device.vault.saveMany(Ledger, [{ id, name: 'x' }])
    await eve.device.vault.remove(Ledger, id)
    const theirs = await fetchRaw(eve.device.net, Ledger, id)
    for (const device of [home, await world.unlocked(person, home.database)]) {
      await checkStale(device, id, tombstone, 'ERR_ROLLBACK')
      await checkStale(device, id, { ...other, id }, 'ERR_FORMAT_INVALID')
      await expectRefused(device, showing(id, other), () => device.vault.load(Ledger, id), 'ERR_OPEN_FAILED')
      await checkStale(device, id, theirs, 'ERR_OPEN_FAILED')
      expect(await device.vault.load(Ledger, id)).toMatchObject({ name: `${CANARIES.name} five` })
    }
  })
})

describe('two branches of one record', () => {
  test('A30 another record of the same revision, or one that follows it, is refused', async () => {
    const id = `fork-${++count}`
    await home.vault.saveMany(Ledger, [{ id, name: 'root' }])
    const other = await world.unlocked(person)
    await other.vault.load(Ledger, id)
    // The server acknowledges to one device what it keeps from the other: both write revisions 2.
    const seal = async (device: Device, name: string): Promise<RawRecord> => {
      const [sealed] = await device.vault.sealMany(Ledger, [{ id, name }])
      if (sealed?.ok !== true) throw new Error('not sealed')
      return sealed.value as never
    }
    const branch = await seal(other, 'branch two')
    const [seen] = await other.vault.openMany(Ledger, [branch as never])
    expect(seen).toMatchObject({ ok: true })
    const branchNext = await seal(other, 'branch three')
    await home.vault.saveMany(Ledger, [{ id, name: 'trunk two' }])
    await checkStale(home, id, branch, 'ERR_ROLLBACK')
    await checkStale(home, id, branchNext, 'ERR_ROLLBACK')
    const trunk = await fetchRaw(home.net, Ledger, id)
    await expectRefused(other, showing(id, trunk), () => other.vault.load(Ledger, id), 'ERR_ROLLBACK')
    expect(await home.vault.load(Ledger, id)).toMatchObject({ name: 'trunk two' })
  })
})

test('A23 a device that has seen nothing cannot tell an older revision; from then on it can', async () => {
  const { id, revisions } = await makeHistory()
  const device = await world.unlocked(person)
  device.net.mutator = showing(id, revisions[3])
  expect(await device.vault.load(Ledger, id)).toMatchObject({ name: `${CANARIES.name} four` })
  device.net.mutator = {}
  expect(await device.vault.load(Ledger, id)).toMatchObject({ name: `${CANARIES.name} five` })
  await checkStale(device, id, revisions[3] as RawRecord, 'ERR_ROLLBACK')
})

test('A23 what waits in the outbox follows what this device has seen, not what the server shows', async () => {
  const id = `waiting-${++count}`
  await home.vault.saveMany(Ledger, [{ id, name: 'one' }])
  const first = await fetchRaw(home.net, Ledger, id)
  await home.vault.saveMany(Ledger, [{ id, name: 'two' }])
  home.net.offline = true
  expect(await home.vault.saveMany(Ledger, [{ id, name: 'three' }])).toMatchObject([{ value: { revision: 3 } }])
  home.net.offline = false
  await expectRefused(home, showing(id, first), () => home.vault.load(Ledger, id), 'ERR_ROLLBACK')
  expect(await home.vault.drain()).toMatchObject({ stored: 1, waiting: 0, refused: 0 })
  expect(await home.vault.load(Ledger, id)).toMatchObject({ name: 'three' })
})

test('a deletion of a record that this device never read is proved first, and is refused when it cannot be', async () => {
  const { id } = await makeHistory()
  const { id: otherId, revisions } = await makeHistory()
  const device = await world.unlocked(person)
  const other = revisions.at(-1) as RawRecord
  for (const shown of [other, { ...other, id }]) {
    await expectRefused(
      device,
      showing(id, shown),
      () => device.vault.remove(Ledger, id),
      'ERR_OPEN_FAILED',
      'ERR_FORMAT_INVALID',
    )
  }
  expect(await device.vault.remove(Ledger, id)).toMatchObject({ state: 'stored', revision: 6 })
  await expectCode(home.vault.load(Ledger, id), 'ERR_RECORD_NOT_FOUND')
  expect(await home.vault.load(Ledger, otherId)).toMatchObject({ name: `${CANARIES.name} five` })
})
