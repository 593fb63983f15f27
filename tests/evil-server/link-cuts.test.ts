/**
 * A link, cut on the new device at each request and at each transaction after the words were compared: it is in and stays in with
 * its PIN, or it is not and can be linked again; the old device and the password are as they were.
 */
import 'fake-indexeddb/auto'
import { describe, expect, vi } from 'vitest'
import { codeOf } from '../conformance/stage.ts'
import { Intake } from '../support/models.ts'
import { callsOf, type Cut, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import type { Process } from './support/faults.ts'

const { start, fresh } = await openFaultStage('link-cut')
const DEVICE = { pin: '2580', name: 'New phone' }

// Each device looks every second whether the other has said something; here, more often.
const wait = globalThis.setTimeout
vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) =>
  wait(work, ms === 1000 ? 2 : ms)) as typeof setTimeout)

interface Opening {
  readonly handle: string
  readonly password: string
}

/** Links a new device up to its last step. */
async function letIn(old: Process, opening: Opening, next: Process): Promise<void> {
  const { code } = await callsOf(next).devices.requestLink()
  const [shown, seen] = await Promise.all([callsOf(next).devices.linkWords(), callsOf(old).devices.inspectLink(code)])
  expect(shown).toEqual(seen)
  await callsOf(old).devices.link({ code, with: opening })
}

const finishing: Cut = async (fault) => {
  const old = start(fresh())
  const database = fresh()
  const opening = { handle: `${database}@example.org`, password: 'not stretched here' }
  const { recoveryKit } = await old.vault.enrol(opening)
  await old.vault.confirmRecovery(recoveryKit.recoveryCode)
  await old.vault.saveMany(Intake, [{ id: 'kept', name: 'Kept' }])
  const process = start(database)
  await letIn(old, opening, process)
  process.plan(fault)
  const outcome = await process.outcomeOf(callsOf(process).devices.finishLink(DEVICE))
  const isIn = valueOf(outcome, 'ERR_UNLOCK_FAILED', 'ERR_REJECTED_BY_SERVER') !== undefined
  if (outcome !== 'dead') expect(await process.vault.status()).toMatchObject({ state: isIn ? 'unlocked' : 'locked' })
  process.kill()

  const next = start(database)
  const pinned = await codeOf(next.vault.unlock({ device: { pin: DEVICE.pin } }))
  expect(isIn ? ['no error'] : ['no error', 'ERR_DEVICE_REVOKED']).toContain(pinned)
  if (pinned === 'no error') expect(await next.vault.load(Intake, 'kept')).toMatchObject({ name: 'Kept' })
  await next.vault.lock()
  // Again, from the beginning; what the first attempt has left is in nobody's way and can be seen.
  await letIn(old, opening, next)
  const { slot } = await callsOf(next).devices.finishLink({ pin: '97531', name: 'Again' })
  await next.vault.lock()
  await next.vault.unlock({ device: { pin: '97531' } })
  expect(await next.vault.load(Intake, 'kept')).toMatchObject({ name: 'Kept' })
  expect((await callsOf(next).slots.list()).map(({ kind }) => kind)).not.toContain('link')
  const devices = await callsOf(old).devices.list()
  expect(devices.length).toBeLessThanOrEqual(2)
  for (const device of devices.filter((one) => one.slot !== slot)) await callsOf(old).devices.revoke(device.slot)
  expect(await callsOf(old).devices.list()).toMatchObject([{ slot, name: 'Again', state: 'active' }])
  expect(await old.vault.load(Intake, 'kept')).toMatchObject({ name: 'Kept' })
  await old.vault.unlock(opening)
  return process
}

describe('A13 finishLink', () => {
  testCuts(() => finishing, { least: 2 })
})
