/**
 * A rotation, its undoing and a revocation, cut at each request and at each transaction: the account unlocks, every record and
 * every write that waits can be read, and the call goes on where it was cut.
 */
import 'fake-indexeddb/auto'
import { describe, expect } from 'vitest'
import type { KeyInfo, Keys } from '@lockstitch/sdk'
import { parseManifest } from '@lockstitch/sdk/format'
import { Ledger } from '../support/models.ts'
import { callsOf, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import type { Fault, Process } from './support/faults.ts'
import { revision } from '../support/revision.ts'

const { backend, start, fresh } = await openFaultStage('rotation', [Ledger])
const ORDER = { classification: 'phi', models: [Ledger] } as const

/** An account that is rotated again and again, and what its records must hold. */
interface Setting {
  readonly recoveryCode: string
  readonly database: string
  process: Process
  edits: number
}

const keysOf = (process: Process): Keys => callsOf(process).keys

async function prepared(): Promise<Setting> {
  const database = fresh()
  const process = start(database)
  const { recoveryKit } = await process.vault.enrol({
    handle: `${database}@example.org`,
    password: 'not stretched here',
  })
  const { recoveryCode } = recoveryKit
  await process.vault.confirmRecovery(recoveryCode)
  const records = [
    { id: 'edited', ssn: 'edit 0' },
    { id: 'kept', name: 'Ada', ssn: 'kept' },
    { id: 'other', name: 'no phi' },
    { id: 'gone', ssn: 'gone' },
  ]
  const saved = await process.vault.saveMany(Ledger, records)
  expect(saved.every(({ ok }) => ok)).toBe(true)
  await process.vault.remove(Ledger, 'gone')
  return { recoveryCode, database, process, edits: 0 }
}

/** The next process on the same database, as after a reload. */
async function revive(setting: Setting): Promise<Process> {
  setting.process.kill()
  setting.process = start(setting.database)
  await setting.process.vault.unlock({ recoveryCode: setting.recoveryCode })
  return setting.process
}

/** A write that waits, under the key that is active now. */
async function leaveWaiting(setting: Setting): Promise<void> {
  const { process } = setting
  process.plan({ kind: 'no answer, nothing done', on: 'request', at: 1 })
  setting.edits += 1
  const call = process.vault.saveMany(Ledger, [{ id: 'edited', ssn: `edit ${setting.edits}` }])
  expect(await process.outcomeOf(call)).toMatchObject({ value: [{ ok: true, value: { state: 'queued' } }] })
}

/** Everything is there: on the server or, the newest edit, in the outbox, where it is in conflict with nobody. */
async function checkReadable({ process: { vault }, edits }: Setting): Promise<void> {
  const { items } = await vault.listPage(Ledger, null, 100)
  const values = Object.fromEntries(
    items.map((item) => (item.ok ? [item.value.id, item.value] : [item.id, item.error])),
  )
  expect(Object.keys(values)).toEqual(['edited', 'kept', 'other'])
  expect(values['kept']).toMatchObject({ name: 'Ada', ssn: 'kept' })
  expect(values['other']).toMatchObject({ name: 'no phi', $revision: revision(1) })
  const waiting = await vault.pending()
  expect(waiting.every(({ id, state }) => id === 'edited' && state === 'waiting')).toBe(true)
  const newest = waiting.length > 0 ? await vault.openPending(Ledger, 'edited') : values['edited']
  expect(newest).toMatchObject({ ssn: `edit ${edits}` })
}

/** The revision of the record that nobody edits, and the keys that the sealed records really name. */
async function onServer({ database }: Setting): Promise<{ revision: number; text: string }> {
  const { body } = await backend.send(database, { method: 'GET', path: '/v1/records/ledger', headers: {} })
  const { records } = JSON.parse(body) as { records: { id: string; $seal: string }[] }
  const kept = records.find(({ id }) => id === 'kept')
  return { revision: parseManifest(kept?.$seal as string).revision, text: body }
}

const phiKeys = async (setting: Setting): Promise<KeyInfo[]> =>
  (await keysOf(setting.process).status()).filter(({ classification }) => classification === 'phi')
const activeOf = (keys: readonly KeyInfo[]): KeyInfo => keys.find(({ state }) => state === 'active') as KeyInfo

/** The end of every story: one key holds everything, and nothing waits. */
async function checkSettled(setting: Setting, revision: number): Promise<void> {
  await checkReadable(setting)
  expect(await setting.process.vault.pending()).toEqual([])
  const keys = await phiKeys(setting)
  for (const { state, records } of keys) expect(records).toBe(state === 'active' ? 2 : 0)
  const shown = await onServer(setting)
  expect(shown.revision).toBe(revision)
  for (const { kid, state } of keys) expect(shown.text.includes(kid)).toBe(state === 'active')
}

/** Cuts a flow at one place and lets it end; gives the process in which it was cut. */
type CutOf = (setting: Setting, fault: Fault | undefined) => Promise<Process>

const cutRotate: CutOf = async (setting, fault) => {
  const before = activeOf(await phiKeys(setting))
  const { revision } = await onServer(setting)
  await leaveWaiting(setting)
  const { process } = setting
  process.plan(fault)
  valueOf(await process.outcomeOf(keysOf(process).rotate(ORDER)))
  const next = await revive(setting)
  await checkReadable(setting)
  const keys = await phiKeys(setting)
  const isComplete = keys.find(({ kid }) => kid === before.kid)?.state === 'retired'
  if (!isComplete) expect(await keysOf(next).rotate(ORDER)).toMatchObject({ isComplete: true, failed: [] })
  await next.vault.drain()
  await checkSettled(setting, revision + 1)
  expect(activeOf(await phiKeys(setting)).version).toBe(before.version + 1)
  return process
}

const cutRollback: CutOf = async (setting, fault) => {
  const before = activeOf(await phiKeys(setting))
  const { revision } = await onServer(setting)
  const stop = new AbortController()
  const onProgress = ({ done }: { done: number }): void => (done > 0 ? stop.abort() : undefined)
  const stopped = await setting.process.outcomeOf(
    keysOf(setting.process).rotate(ORDER, { signal: stop.signal, onProgress }),
  )
  expect(stopped).toMatchObject({ error: { code: 'ERR_ABORTED' } })
  await leaveWaiting(setting)
  const { process } = setting
  process.plan(fault)
  valueOf(await process.outcomeOf(keysOf(process).rollback(ORDER)))
  const next = await revive(setting)
  await checkReadable(setting)
  const isLeft = (await phiKeys(setting)).some(({ state }) => state === 'decrypt-only')
  if (isLeft) expect(await keysOf(next).rollback(ORDER)).toMatchObject({ isComplete: true, failed: [] })
  await next.vault.drain()
  await checkSettled(setting, revision + 2)
  expect(activeOf(await phiKeys(setting)).kid).toBe(before.kid)
  return process
}

const cutRevoke: CutOf = async (setting, fault) => {
  const { kid, version } = activeOf(await phiKeys(setting))
  const { revision } = await onServer(setting)
  await leaveWaiting(setting)
  const { process } = setting
  process.plan(fault)
  valueOf(await process.outcomeOf(keysOf(process).revoke({ kid, models: [Ledger] })))
  const next = await revive(setting)
  await checkReadable(setting)
  expect(await keysOf(next).revoke({ kid, models: [Ledger] })).toMatchObject({ kid, failed: [], unnamed: [] })
  await checkSettled(setting, revision + 1)
  const keys = await phiKeys(setting)
  expect(keys.find((key) => key.kid === kid)?.state).toBe('revoked')
  expect(activeOf(keys).version).toBe(version + 1)
  return process
}

describe.each<{ flow: string; cut: CutOf }>([
  { flow: 'rotate', cut: cutRotate },
  { flow: 'rollback', cut: cutRollback },
  { flow: 'revoke', cut: cutRevoke },
])('A64 $flow', ({ cut }) => {
  testCuts(
    async () => {
      const setting = await prepared()
      return (fault) => cut(setting, fault)
    },
    { least: 4 },
  )
})
