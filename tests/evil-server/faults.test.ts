/**
 * Nothing is lost and nothing happens twice, wherever a flow is cut: at each request and at each transaction, by silence,
 * refusal, garbage, a full or lost storage, or the end of the process.
 */
import 'fake-indexeddb/auto'
import { describe, expect } from 'vitest'
import { isLockstitchError } from '@lockstitch/sdk'
import { parseManifest } from '@lockstitch/sdk/format'
import { Intake } from '../support/models.ts'
import { type Cut, openFaultStage, testCuts, FAULT_CODES, valueOf } from './support/cuts.ts'
import type { Process } from './support/faults.ts'
import { expectTyped } from './support/oracles.ts'
import { CANARIES } from './support/world.ts'

const { backend, start, fresh } = await openFaultStage('fault')

const PASSWORD = 'Pass wörd of the faults'

interface Setting {
  readonly credentials: { readonly handle: string; readonly password: string }
  readonly recoveryCode: string
  readonly database: string
  process: Process
}

/** The next process on the same database, as after a reload. */
function revive(setting: Setting): void {
  setting.process.kill()
  setting.process = start(setting.database)
}

async function unlockAnew(setting: Setting): Promise<Process['vault']> {
  revive(setting)
  await setting.process.vault.unlock(setting.credentials)
  return setting.process.vault
}

async function enrolled(): Promise<Setting> {
  const database = fresh()
  const process = start(database)
  const credentials = { handle: `${database}@example.org`, password: PASSWORD }
  const { recoveryKit } = await process.vault.enrol(credentials)
  return { credentials, recoveryCode: recoveryKit.recoveryCode, database, process }
}

async function active(records: readonly object[] = []): Promise<Setting> {
  const setting = await enrolled()
  await setting.process.vault.confirmRecovery(setting.recoveryCode)
  const results = await setting.process.vault.saveMany(Intake, records as never)
  expect(results.every(({ ok }) => ok)).toBe(true)
  return setting
}

/** The revisions of the records that the server has. */
async function revisionsOf({ database }: Setting): Promise<Record<string, number>> {
  const { body } = await backend.send(database, { method: 'GET', path: '/v1/records/intake?limit=500', headers: {} })
  const { records } = JSON.parse(body) as { records: { id: string; $seal: string }[] }
  return Object.fromEntries(records.map(({ id, $seal }) => [id, parseManifest($seal).revision]))
}

const checkEnrol: Cut = async (fault) => {
  const database = fresh()
  const process = start(database)
  const credentials = { handle: `${database}@example.org`, password: PASSWORD }
  process.plan(fault)
  const given = valueOf(await process.outcomeOf(process.vault.enrol(credentials)), 'ERR_REJECTED_BY_SERVER')
  const setting: Setting = { credentials, recoveryCode: given?.recoveryKit.recoveryCode ?? '', database, process }
  if (given !== undefined) {
    const vault = await unlockAnew(setting)
    await vault.confirmRecovery(setting.recoveryCode)
    await vault.unlock({ recoveryCode: setting.recoveryCode })
    expect(await vault.status()).toMatchObject({ recoveryConfirmed: true })
    return process
  }
  revive(setting)
  const again = await setting.process.vault.enrol(credentials).catch((error: unknown) => error)
  if (!isLockstitchError(again)) return process
  // Only a process that died after the account was made cannot show its recovery code any more.
  expect(again.code).toBe('ERR_HANDLE_TAKEN')
  expect(fault?.kind).toMatch(/^death/)
  expect(await (await unlockAnew(setting)).status()).toMatchObject({ recoveryConfirmed: false })
  return process
}

const checkConfirm: Cut = async (fault) => {
  const setting = await enrolled()
  const { process, recoveryCode } = setting
  process.plan(fault)
  const outcome = await process.outcomeOf(process.vault.confirmRecovery(recoveryCode))
  valueOf(outcome, 'ERR_UNLOCK_FAILED')
  const vault = await unlockAnew(setting)
  const { recoveryConfirmed } = await vault.status()
  expect(recoveryConfirmed === true || outcome === 'dead' || 'error' in outcome).toBe(true)
  await vault.confirmRecovery(recoveryCode)
  await vault.unlock({ recoveryCode })
  expect(await vault.saveMany(Intake, [{ name: 'x' }])).toMatchObject([{ ok: true }])
  return process
}

/** Unlocking with either secret, on a device that knows the account or on one that does not. */
const unlocking =
  (withPassword: boolean, isKnown: boolean): Cut =>
  async (fault) => {
    const home = await active([{ id: 'kept', name: CANARIES.name }])
    const database = isKnown ? home.database : `${home.database}-new`
    home.process.kill()
    const setting: Setting = { ...home, database, process: start(database) }
    const { process } = setting
    process.plan(fault)
    const credentials = withPassword ? setting.credentials : { recoveryCode: setting.recoveryCode }
    const outcome = await process.outcomeOf(process.vault.unlock(credentials))
    valueOf(outcome, 'ERR_REJECTED_BY_SERVER', 'ERR_UNLOCK_FAILED')
    // Where the process lives, the same vault goes on, unlocked or not.
    if (outcome === 'dead') revive(setting)
    else expect(await process.vault.status()).toMatchObject({ state: 'value' in outcome ? 'unlocked' : 'locked' })
    await setting.process.vault.unlock(credentials)
    expect(await setting.process.vault.load(Intake, 'kept')).toMatchObject({ name: CANARIES.name })
    return process
  }

const checkSave: Cut = async (fault) => {
  const before: Record<string, number> = { old: 1 }
  const records = [
    { id: 'old', name: 'changed', secretForUs: 'x' },
    { id: 'new-1', name: 'one', secretForUs: 'y' },
    { id: 'new-2', name: 'two' },
  ]
  const setting = await active([{ id: 'old', name: 'before' }])
  const { process } = setting
  process.plan(fault)
  const results = valueOf(await process.outcomeOf(process.vault.saveMany(Intake, records)))
  const promised = (results ?? []).flatMap((result) => (result.ok ? [result.value.id] : []))
  for (const result of results ?? []) if (!result.ok) expectTyped(result.error, FAULT_CODES)
  const vault = await unlockAnew(setting)
  const waiting = await vault.pending()
  const stored = await revisionsOf(setting)
  for (const { id, state } of waiting) {
    expect(state).toBe('waiting')
    expect(await vault.openPending(Intake, id)).toMatchObject(records.find((record) => record.id === id) ?? {})
  }
  const isWaiting = (id: string): boolean => waiting.some((one) => one.id === id)
  const kept = records.filter(({ id }) => isWaiting(id) || (stored[id] ?? 0) > (before[id] ?? 0)).map(({ id }) => id)
  expect(kept).toEqual(expect.arrayContaining(promised))
  // A call that failed as a whole kept all of it or nothing.
  expect(results === undefined ? [0, 3] : [1, 2, 3]).toContain(kept.length)
  expect(await vault.drain()).toEqual({ stored: waiting.length, waiting: 0, refused: 0 })
  const expected = kept.map((id) => [id, (before[id] ?? 0) + 1] as const)
  expect(await revisionsOf(setting)).toEqual({ ...before, ...Object.fromEntries(expected) })
  for (const record of records.filter(({ id }) => kept.includes(id))) {
    expect(await vault.load(Intake, record.id)).toMatchObject(record)
  }
  return process
}

const checkRemove: Cut = async (fault) => {
  const setting = await active([{ id: 'gone' }, { id: 'stays', name: 'y' }])
  const { process } = setting
  process.plan(fault)
  const result = valueOf(await process.outcomeOf(process.vault.remove(Intake, 'gone')))
  const vault = await unlockAnew(setting)
  const waiting = await vault.pending()
  expect(await vault.drain()).toEqual({ stored: waiting.length, waiting: 0, refused: 0 })
  const left = await vault.load(Intake, 'gone').catch((error: unknown) => error)
  const isGone = isLockstitchError(left) && left.code === 'ERR_RECORD_NOT_FOUND'
  expect(isGone || result === undefined).toBe(true)
  expect(isGone || waiting.length === 0).toBe(true)
  expect(await revisionsOf(setting)).toEqual({ gone: isGone ? 2 : 1, stays: 1 })
  expect(await vault.load(Intake, 'stays')).toMatchObject({ name: 'y' })
  return process
}

const checkDrain: Cut = async (fault) => {
  const setting = await active([{ id: 'a', name: 'before' }])
  const { process } = setting
  // Two revisions of one record cannot go in one request, so that there are two.
  const records = [
    { id: 'a', name: 'one' },
    { id: 'b', name: 'two' },
    { id: 'a', name: 'three' },
  ]
  process.plan({ kind: 'no answer, nothing done', on: 'request', at: 1 })
  await process.vault.saveMany(Intake, records)
  process.plan(fault)
  valueOf(await process.outcomeOf(process.vault.drain()))
  const vault = await unlockAnew(setting)
  const waiting = await vault.pending()
  expect(waiting.every(({ state }) => state === 'waiting')).toBe(true)
  expect(await vault.drain()).toEqual({ stored: waiting.length, waiting: 0, refused: 0 })
  expect(await revisionsOf(setting)).toEqual({ a: 3, b: 1 })
  expect(await vault.load(Intake, 'a')).toMatchObject({ name: 'three' })
  expect(await vault.load(Intake, 'b')).toMatchObject({ name: 'two' })
  return process
}

describe.each<{ flow: string; checkCut: Cut; storage: 'read' | 'written' }>([
  { flow: 'enrol', checkCut: checkEnrol, storage: 'written' },
  { flow: 'confirmRecovery', checkCut: checkConfirm, storage: 'written' },
  { flow: 'unlock with the password, on a known device', checkCut: unlocking(true, true), storage: 'read' },
  { flow: 'unlock with the password, on a new device', checkCut: unlocking(true, false), storage: 'written' },
  { flow: 'unlock with the recovery code, on a known device', checkCut: unlocking(false, true), storage: 'read' },
  { flow: 'unlock with the recovery code, on a new device', checkCut: unlocking(false, false), storage: 'written' },
  { flow: 'saveMany', checkCut: checkSave, storage: 'written' },
  { flow: 'remove', checkCut: checkRemove, storage: 'written' },
  { flow: 'drain', checkCut: checkDrain, storage: 'written' },
])('$flow', ({ checkCut, storage }) => {
  testCuts(() => checkCut, { storage })
})
