/** A74: what lies on the device is changed, exchanged or taken away behind the vault's back. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode, ItemResult } from '@lockstitch/sdk'
import { Ledger } from '../../support/models.ts'
import { flipCharacter, generateSigner, joinState, signState, splitState, statesOf } from '../support/forge.ts'
import { editDatabase } from '../support/database.ts'
import { expectCode, expectTyped } from '../support/oracles.ts'
import { fetchRaw } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person } = await world.enrol('ada')
const eve = await world.enrol('eve')
const { recoveryCode, handle, password } = person
let count = 0

interface Row {
  readonly account: string
  readonly model: string
  readonly id: string
  readonly revision: number
  readonly hash: string
  readonly state: string
  readonly box: Uint8Array
}

/** A device that has two records, each at its second revision, and is locked. */
async function makeDevice(): Promise<{ device: Device; ids: readonly [string, string] }> {
  const device = await world.unlocked(person)
  const ids = [`local-${++count}`, `local-${++count}`] as const
  for (const name of ['one', CANARIES.name])
    await device.vault.saveMany(
      Ledger,
      ids.map((id) => ({ id, name })),
    )
  await device.vault.lock()
  return { device, ids }
}

const flip = (bytes: Uint8Array, index: number): Uint8Array => bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))

describe('what the device remembers of the account', () => {
  const unlocks: readonly [string, (device: Device) => Promise<void>][] = [
    ['with the password', ({ vault }) => vault.unlock({ handle, password })],
    ['with the recovery code', ({ vault }) => vault.unlock({ recoveryCode })],
  ]

  test.each(unlocks)('cannot be changed without a word: %s', async (_, unlock) => {
    const { device } = await makeDevice()
    await device.vault.unlock({ handle, password })
    await device.vault.lock()
    const { state, signature } = splitState((await statesOf((await world.unlocked(person)).net)).at(-1) as string)
    const mallory = await generateSigner()
    const theirs = (await statesOf(eve.device.net))[0] as string
    const texts = [
      '',
      'x',
      theirs,
      joinState(JSON.stringify({ ...state, revision: 1 }), signature),
      joinState(JSON.stringify(state), flipCharacter(signature, 5)),
      await signState({ ...state, revision: 99 }, mallory.privateKey),
      await signState({ ...state, revision: 0 }, mallory.privateKey),
    ]
    for (const stateText of texts) {
      await editDatabase(device.database, 'accounts', (row: object) => ({ ...row, stateText }))
      await expectCode(unlock(device), 'ERR_STORAGE_TAMPERED')
    }
    await editDatabase(device.database, 'accounts', () => undefined)
    await unlock(device)
  })
})

describe('what the device remembers of a record', () => {
  const edits: readonly [string, (row: Row) => unknown][] = [
    ['an older revision', (row) => ({ ...row, revision: 1 })],
    ['a newer revision', (row) => ({ ...row, revision: 9 })],
    ['a revision that is none', (row) => ({ ...row, revision: 1.5 })],
    ['a revision as text', (row) => ({ ...row, revision: '2' })],
    ['another hash', (row) => ({ ...row, hash: 'A'.repeat(43) })],
    ['a tombstone', (row) => ({ ...row, state: 'tombstone' })],
    ['no state', (row) => ({ ...row, state: undefined })],
    ['a state of bytes', (row) => ({ ...row, state: new TextEncoder().encode(row.state) })],
    ['a changed box', (row) => ({ ...row, box: flip(row.box, 20) })],
    ['a cut box', (row) => ({ ...row, box: row.box.subarray(0, 30) })],
    ['an empty box', (row) => ({ ...row, box: new Uint8Array(0) })],
    ['no box', (row) => ({ ...row, box: undefined })],
    ['a box of text', (row) => ({ ...row, box: 'plain' })],
  ]

  test.each(edits)('%s is noticed, for this record alone', async (_, edit) => {
    const { device, ids } = await makeDevice()
    const [bad, good] = ids
    await editDatabase(device.database, 'heads', (row: Row) => (row.id === bad ? edit(row) : row))
    const { vault, net } = await world.unlocked(person, device.database)
    await expectCode(vault.load(Ledger, bad), 'ERR_STORAGE_TAMPERED')
    await expectCode(vault.load(Ledger, bad, { from: 'device' }), 'ERR_STORAGE_TAMPERED')
    const raw = await Promise.all(ids.map((id) => fetchRaw(net, Ledger, id)))
    const opened = await vault.openMany(Ledger, raw as never[])
    expect(opened.map((item) => (item.ok ? 'opened' : expectTyped(item.error, ['ERR_STORAGE_TAMPERED']).code))).toEqual(
      ['ERR_STORAGE_TAMPERED', 'opened'],
    )
    const failed = (items: readonly { ok: boolean; id?: string }[]): unknown[] =>
      items.filter(({ ok }) => !ok).map(({ id }) => id)
    expect(failed((await vault.listPage(Ledger, null, 500)).items)).toEqual([bad])
    expect(failed((await vault.listPage(Ledger, null, 500, { from: 'device' })).items)).toEqual([bad])
    expect(await vault.load(Ledger, good)).toMatchObject({ name: CANARIES.name })
  })

  test('rows that change their places are noticed', async () => {
    const { device, ids } = await makeDevice()
    await editDatabase(device.database, 'heads', (row: Row) => ({ ...row, id: row.id === ids[0] ? ids[1] : ids[0] }))
    const { vault } = await world.unlocked(person, device.database)
    for (const id of ids) await expectCode(vault.load(Ledger, id), 'ERR_STORAGE_TAMPERED')
  })

  test('rows of another person are not mine, whatever their columns say', async () => {
    const device = await world.unlocked(eve.person)
    const id = `theirs-${++count}`
    await device.vault.saveMany(Ledger, [{ id, name: 'of eve' }])
    await device.vault.lock()
    await editDatabase(device.database, 'heads', (row: Row) => ({ ...row, account: person.account }))
    const { vault } = await world.unlocked(person, device.database)
    await expectCode(vault.load(Ledger, id, { from: 'device' }), 'ERR_STORAGE_TAMPERED')
  })
})

describe('what waits on the device', () => {
  /** A locked device on which three writes wait. */
  async function makeWaiting(): Promise<{ device: Device; ids: readonly string[] }> {
    const device = await world.unlocked(person)
    const ids = [1, 2, 3].map(() => `wait-${++count}`)
    device.net.offline = true
    await device.vault.saveMany(
      Ledger,
      ids.map((id) => ({ id, name: CANARIES.name })),
    )
    device.net.offline = false
    await device.vault.lock()
    return { device, ids }
  }

  test.each<[string, (row: Row) => unknown]>([
    ['a changed box', (row) => ({ ...row, box: flip(row.box, 40) })],
    ['another revision', (row) => ({ ...row, revision: 7 })],
    ['another model', (row) => ({ ...row, model: 'intake' })],
    ['a deletion', (row) => ({ ...row, state: 'tombstone' })],
  ])('%s is not sent, and does not keep back the others', async (_, edit) => {
    const { device, ids } = await makeWaiting()
    const [first, bad, last] = ids as [string, string, string]
    await editDatabase(device.database, 'outbox', (row: Row) => (row.id === bad ? edit(row) : row))
    const { vault, net } = await world.unlocked(person, device.database)
    expect(await vault.drain()).toEqual({ stored: 2, waiting: 0, refused: 1 })
    for (const id of [first, last]) expect(await vault.load(Ledger, id)).toMatchObject({ name: CANARIES.name })
    expect(net.log.every(({ body = '' }) => !body.includes(bad))).toBe(true)
    const [left] = await vault.pending()
    expect(left).toMatchObject({ id: bad, state: 'refused' })
    await vault.discardPending(left?.model ?? '', bad)
    expect(await vault.pending()).toEqual([])
  })

  test('a write that is put there twice is stored once', async () => {
    const { device, ids } = await makeWaiting()
    const copies: Row[] = []
    await editDatabase(device.database, 'outbox', (row: Row) => {
      copies.push(row)
      return row
    })
    await addRows(
      device.database,
      copies.map((row, index) => ({ ...row, sequence: 1000 + index })),
    )
    const { vault, net } = await world.unlocked(person, device.database)
    expect(await vault.drain()).toMatchObject({ waiting: 0, refused: 0 })
    for (const id of ids) expect((await fetchRaw(net, Ledger, id)).$seal).toMatch(/^ls1m\./)
    expect(await vault.pending()).toEqual([])
    for (const id of ids)
      expect(await vault.saveMany(Ledger, [{ id, name: 'next' }])).toMatchObject([{ value: { revision: 2 } }])
  })
})

describe('the database itself', () => {
  test('one that another app made under this name is an error, and not written to', async () => {
    const device = world.device()
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open(device.database, 1)
      request.addEventListener('upgradeneeded', () => void request.result.createObjectStore('todos'))
      request.addEventListener('success', () => {
        request.result.close()
        resolve()
      })
      request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
    })
    await expectCode(device.vault.unlock({ recoveryCode }), 'ERR_STORAGE_LOST')
  })

  test.each<[string, (device: Device, id: string) => Promise<unknown>, ErrorCode]>([
    ['reading', ({ vault }, id) => vault.load(Ledger, id), 'ERR_STORAGE_LOST'],
    ['writing', async ({ vault }, id) => thrown(await vault.saveMany(Ledger, [{ id, name: 'x' }])), 'ERR_STORAGE_LOST'],
    ['sending', ({ vault }) => vault.drain(), 'ERR_STORAGE_LOST'],
    ['the status', ({ vault }) => vault.status(), 'ERR_STORAGE_LOST'],
  ])('one that is deleted under an unlocked vault is never silently an empty one: %s', async (_, call, code) => {
    const { device, ids } = await makeDevice()
    const seat = await world.unlocked(person, device.database)
    await new Promise<void>((resolve) => {
      indexedDB.deleteDatabase(device.database).addEventListener('success', () => resolve())
    })
    await expectCode(call(seat, ids[0]), code)
    await expectCode(call(seat, ids[0]), code)
    await seat.vault.lock()
    await seat.vault.unlock({ recoveryCode })
    expect(await seat.vault.load(Ledger, ids[0])).toMatchObject({ name: CANARIES.name })
  })
})

/** Fails as the first item did. */
function thrown([result]: readonly ItemResult<unknown>[]): void {
  if (result?.ok === false) throw result.error
}

async function addRows(name: string, rows: readonly unknown[]): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name)
    request.addEventListener('success', () => resolve(request.result))
  })
  const transaction = database.transaction('outbox', 'readwrite')
  for (const row of rows) transaction.objectStore('outbox').put(row)
  await new Promise<void>((resolve) => {
    transaction.addEventListener('complete', () => resolve())
  })
  database.close()
}
