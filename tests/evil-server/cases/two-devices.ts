/** Two devices, and two tabs on one database, at the same time: one chain for each record, and nothing that is lost. */
import { describe, expect, test } from 'vitest'
import { type ErrorCode, isLockstitchError, type ItemResult, type SaveResult } from '@lockstitch/sdk'
import { parseManifest } from '@lockstitch/sdk/format'
import { Intake, Ledger } from '../../support/models.ts'
import { isFor, splitState, statesOf } from '../support/forge.ts'
import { readDatabase } from '../support/database.ts'
import { expectCode, expectTyped } from '../support/oracles.ts'
import { fetchRaw } from '../support/records.ts'
import { CANARIES, createWorld, type Device, type Person } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
let count = 0

const newId = (): string => `both-${String(++count).padStart(3, '0')}`
const revisionOf = async (device: Device, id: string): Promise<number> =>
  parseManifest((await fetchRaw(device.net, Ledger, id)).$seal).revision

/** How a save ended: its revision, or the code of its failure, whether the item's or the call's. */
async function saveOn({ vault }: Device, id: string, name: string): Promise<number | ErrorCode> {
  const codes: ErrorCode[] = ['ERR_CONFLICT']
  try {
    const [result] = await vault.saveMany(Ledger, [{ id, name }])
    return outcomeOf(result as ItemResult<SaveResult>, codes)
  } catch (error) {
    return expectTyped(error, codes).code
  }
}

function outcomeOf(result: ItemResult<SaveResult>, codes: readonly ErrorCode[]): number | ErrorCode {
  if (!result.ok) return expectTyped(result.error, codes).code
  expect(result.value.state).toBe('stored')
  return result.value.revision
}

/** A second vault: another device, or another tab on the same database. */
const SECOND: readonly [string, (owner: Person, first: Device) => Promise<Device>][] = [
  ['another device', (owner) => world.unlocked(owner)],
  ['another tab', (owner, first) => world.unlocked(owner, first.database)],
]

describe.each(SECOND)('%s', (kind, makeSecond) => {
  test('of two saves at once one is the next revision; the other is told and can apply its change again', async () => {
    const second = await makeSecond(person, home)
    const id = newId()
    expect(await saveOn(home, id, 'root')).toBe(1)
    await second.vault.load(Ledger, id)
    const outcomes = await Promise.all([saveOn(home, id, 'mine'), saveOn(second, id, 'theirs')])
    const devices = [home, second]
    // Two tabs share one outbox: the later one may have seen the earlier, and follow it.
    const isSerial = kind === 'another tab' && !outcomes.includes('ERR_CONFLICT')
    expect(outcomes.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual(
      isSerial ? ['2', '3'] : ['2', 'ERR_CONFLICT'],
    )
    for (const [index, outcome] of outcomes.entries()) {
      const device = devices[index] as Device
      if (outcome !== 'ERR_CONFLICT') continue
      await device.vault.load(Ledger, id)
      expect(await saveOn(device, id, `again by ${index}`)).toBe(3)
    }
    expect(await revisionOf(home, id)).toBe(3)
    const [one, two] = await Promise.all(devices.map(({ vault }) => vault.load(Ledger, id)))
    expect(one).toEqual(two)
    for (const { vault } of devices) expect(await vault.pending()).toEqual([])
  })

  test('a hundred interleaved saves of four records end in four whole chains', async () => {
    const second = await makeSecond(person, home)
    const ids = [newId(), newId(), newId(), newId()]
    await home.vault.saveMany(
      Ledger,
      ids.map((id) => ({ id, name: 'root' })),
    )
    let stored = 0
    const work = async (device: Device, label: string): Promise<void> => {
      for (let round = 0; round < 50; round++) {
        const id = ids[round % 4] as string
        const outcome = await saveOn(device, id, `${label} ${round}`)
        if (outcome === 'ERR_CONFLICT') await device.vault.load(Ledger, id)
        else stored += 1
      }
    }
    await Promise.all([work(home, 'mine'), work(second, 'theirs')])
    const revisions = await Promise.all(ids.map((id) => revisionOf(home, id)))
    // Every save that was called stored is a revision of its own, and no other is there.
    expect(revisions.reduce((sum, revision) => sum + revision, 0)).toBe(stored + ids.length)
    for (const { vault } of [home, second]) {
      for (const { id, state } of await vault.pending()) {
        expect(state).toBe('conflict')
        expect(await vault.openPending(Ledger, id)).toMatchObject({ id })
        await vault.discardPending('ledger', id)
      }
      expect(await vault.drain()).toEqual({ stored: 0, waiting: 0, refused: 0 })
    }
    for (const id of ids) expect(await home.vault.load(Ledger, id)).toEqual(await second.vault.load(Ledger, id))
  })

  test('a key that one makes is known to the other when it is needed, and made once', async () => {
    const seat = await world.enrol('keys')
    const second = await makeSecond(seat.person, seat.device)
    const save = (device: Device): Promise<ItemResult<SaveResult>[]> =>
      device.vault.saveMany(Intake, [{ id: newId(), secretForUs: CANARIES.phone }])
    const [[first], [other]] = (await Promise.all([save(seat.device), save(second)])) as [
      ItemResult<SaveResult>[],
      ItemResult<SaveResult>[],
    ]
    if (first?.ok !== true || other?.ok !== true) throw new Error('not saved')
    const { keyring } = splitState((await statesOf(seat.device.net)).at(-1) as string).state
    expect(keyring.map(({ classification }) => classification)).toEqual(['phi', 'pii', 'confidential'])
    for (const { vault } of [seat.device, second]) {
      for (const { id } of [first.value, other.value])
        expect(await vault.load(Intake, id)).toMatchObject({ secretForUs: CANARIES.phone })
    }
  })

  test('A14 a record under a key that is not yet known is read after one look at the account', async () => {
    const seat = await world.enrol('reader')
    const second = await makeSecond(seat.person, seat.device)
    const ids = [newId(), newId(), newId()]
    await seat.device.vault.saveMany(
      Intake,
      ids.map((id) => ({ id, secretForUs: CANARIES.phone })),
    )
    const start = second.net.log.length
    const { items } = await second.vault.listPage(Intake, null, 10)
    expect(items).toMatchObject(ids.map((id) => ({ ok: true, value: { id, secretForUs: CANARIES.phone } })))
    const looks = second.net.log.slice(start).filter((request) => isFor(request, 'GET', '/v1/account/states'))
    expect(looks.length).toBeLessThanOrEqual(2)
  })

  test('the pin of the account never moves back, whoever writes it last', async () => {
    const seat = await world.enrol('pins')
    const second = world.device(kind === 'another tab' ? seat.device.database : undefined)
    // One unlocks on the old state while the other makes a new one.
    let saving: Promise<unknown> | undefined
    second.net.mutator = {
      async response(response, request) {
        if (isFor(request, 'POST', '/v1/sessions')) {
          saving = seat.device.vault.saveMany(Intake, [{ secretForUs: 'x' }])
          await saving
        }
        return response
      },
    }
    await second.vault
      .unlock({ recoveryCode: seat.person.recoveryCode })
      .catch((error: unknown) => expectTyped(error, ['ERR_ROLLBACK']))
    await saving
    const rows = (await readDatabase(seat.device.database))['accounts'] as { stateText: string }[]
    expect(rows.map(({ stateText }) => splitState(stateText).state.revision)).toEqual([3])
    second.net.mutator = {}
    await second.vault.unlock({ recoveryCode: seat.person.recoveryCode })
    expect(await second.vault.saveMany(Intake, [{ secretForUs: 'y' }])).toMatchObject([{ ok: true }])
  })

  test('what one deletes is deleted for the other', async () => {
    const second = await makeSecond(person, home)
    const id = newId()
    await saveOn(home, id, 'root')
    await second.vault.load(Ledger, id)
    await home.vault.remove(Ledger, id)
    await expectCode(second.vault.load(Ledger, id), 'ERR_RECORD_NOT_FOUND')
    const { items } = await second.vault.listPage(Ledger, null, 500)
    expect(items.some((item) => item.ok && (item.value as { id: string }).id === id)).toBe(false)
    await expectCode(second.vault.remove(Ledger, id), 'ERR_RECORD_NOT_FOUND')
  })

  test('what both save offline is sent once each, in order', async () => {
    const second = await makeSecond(person, home)
    const ids = [newId(), newId()]
    for (const { net } of [home, second]) net.offline = true
    const queue = (device: Device, id: string): Promise<ItemResult<SaveResult>[]> =>
      device.vault.saveMany(Ledger, [{ id, name: `of ${id}` }])
    const results = await Promise.all([queue(home, ids[0] as string), queue(second, ids[1] as string)])
    expect(results).toMatchObject([[{ value: { state: 'queued' } }], [{ value: { state: 'queued' } }]])
    for (const { net } of [home, second]) net.offline = false
    const drained = await Promise.all([home.vault.drain(), second.vault.drain()])
    expect(drained.reduce((sum, { stored }) => sum + stored, 0)).toBe(2)
    for (const id of ids) {
      expect(await revisionOf(home, id)).toBe(1)
      expect(await second.vault.load(Ledger, id)).toMatchObject({ name: `of ${id}` })
    }
  })
})

test('what one device deletes is not written over by another that has not seen it', async () => {
  const second = await world.unlocked(person)
  const id = newId()
  await saveOn(home, id, 'root')
  await second.vault.load(Ledger, id)
  await home.vault.remove(Ledger, id)
  expect(await saveOn(second, id, 'too late')).toBe('ERR_CONFLICT')
  expect(await second.vault.openPending(Ledger, id)).toMatchObject({ name: 'too late' })
  await expectCode(second.vault.load(Ledger, id), 'ERR_RECORD_NOT_FOUND')
  await second.vault.discardPending('ledger', id)
})

describe('A90 two people, one after the other, on one device', () => {
  test('nothing of the first is readable by the second, and nothing of it goes', async () => {
    const bob = await world.enrol('bob')
    const shared = world.device()
    await shared.vault.unlock({ recoveryCode: person.recoveryCode })
    const id = newId()
    await shared.vault.saveMany(Ledger, [{ id, name: CANARIES.name }])
    shared.net.offline = true
    const waiting = newId()
    await shared.vault.saveMany(Ledger, [{ id: waiting, name: CANARIES.note }])
    shared.net.offline = false
    await shared.vault.lock()

    const second = world.device(shared.database)
    await second.vault.unlock({ recoveryCode: bob.person.recoveryCode })
    await expectCode(second.vault.load(Ledger, id), 'ERR_RECORD_NOT_FOUND')
    await expectCode(second.vault.load(Ledger, id, { from: 'device' }), 'ERR_RECORD_NOT_FOUND')
    await expectCode(second.vault.openPending(Ledger, waiting), 'ERR_RECORD_NOT_FOUND')
    expect(await second.vault.listPage(Ledger, null, 100)).toEqual({ items: [], next: null })
    expect(await second.vault.listPage(Ledger, null, 100, { from: 'device' })).toEqual({ items: [], next: null })
    expect(await second.vault.pending()).toEqual([])
    expect(await second.vault.drain()).toEqual({ stored: 0, waiting: 0, refused: 0 })
    await second.vault.discardPending('ledger', waiting)
    expect(await second.vault.saveMany(Ledger, [{ id, name: 'of bob' }])).toMatchObject([
      { ok: true, value: { revision: 1 } },
    ])
    await second.vault.lock()

    const third = world.device(shared.database)
    await third.vault.unlock({ recoveryCode: person.recoveryCode })
    expect(await third.vault.load(Ledger, id)).toMatchObject({ name: CANARIES.name })
    expect(await third.vault.openPending(Ledger, waiting)).toMatchObject({ name: CANARIES.note })
    expect(await third.vault.drain()).toMatchObject({ stored: 1 })
  })

  test('two at once on one database and one cookie jar each see their own', async () => {
    const bob = await world.enrol('bob')
    const mine = world.device()
    const other = world.device(mine.database)
    await mine.vault.unlock({ recoveryCode: person.recoveryCode })
    await other.vault.unlock({ recoveryCode: bob.person.recoveryCode })
    for (let round = 0; round < 3; round++) {
      for (const [vault, owner] of [
        [mine.vault, 'ada'],
        [other.vault, 'bob'],
      ] as const) {
        const id = newId()
        expect(await vault.saveMany(Ledger, [{ id, name: owner }])).toMatchObject([
          { ok: true, value: { state: 'stored' } },
        ])
        expect(await vault.load(Ledger, id)).toMatchObject({ name: owner })
      }
    }
    const { items } = await other.vault.listPage(Ledger, null, 500)
    expect(items.every((item) => item.ok && (item.value as { name: string }).name === 'bob')).toBe(true)
    expect(isLockstitchError(await other.vault.load(Ledger, 'both-001').catch((error: unknown) => error))).toBe(true)
  })
})
