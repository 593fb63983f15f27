/**
 * The destruction of a record, cut at each request and at each transaction: the account unlocks, every other record is readable, and
 * calling again ends it.
 */
import 'fake-indexeddb/auto'
import { expect } from 'vitest'
import { defineModel, phi } from '@lockstitch/sdk'
import { parseCertificate } from '@lockstitch/sdk/format'
import { callsOf, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import type { Fault, Process } from './support/faults.ts'

const Note = defineModel('note', { text: phi() })
const { start, fresh } = await openFaultStage('record-destruction', [Note])

async function cut(fault: Fault | undefined): Promise<Process> {
  const database = fresh()
  const process = start(database)
  const { recoveryKit } = await process.vault.enrol({ handle: `${database}@example.org`, password: 'x y z' })
  const opening = { recoveryCode: recoveryKit.recoveryCode }
  await process.vault.confirmRecovery(opening.recoveryCode)
  await process.vault.saveMany(Note, [
    { id: 'gone', text: 'secret' },
    { id: 'other', text: 'x' },
  ])
  const keys = await callsOf(process).keys.status()
  const before = keys.filter(({ classification }) => classification === 'phi').map(({ kid }) => kid)
  const order = { record: { model: 'note', id: 'gone' }, models: [Note], with: opening } as const
  process.plan(fault)
  const outcome = await process.outcomeOf(callsOf(process).keys.destroy(order))
  valueOf(outcome, 'ERR_RECORD_MISSING', 'ERR_KEY_IN_USE')
  process.kill()
  const next = start(database)
  await next.vault.unlock(opening)
  expect(await next.vault.load(Note, 'other')).toMatchObject({ text: 'x' })
  const loaded = await next.vault.load(Note, 'gone').catch((error: unknown) => error)
  expect(loaded).toMatchObject(loaded instanceof Error ? { code: 'ERR_RECORD_NOT_FOUND' } : { text: 'secret' })
  const report = await callsOf(next).keys.destroy(order)
  expect(report.isHistoryErased).toBe(true)
  // Whichever call destroyed them, the certificate names every key that the record was sealed under.
  const { document } = parseCertificate(report.certificate)
  expect(document).toMatchObject({ record: order.record, kids: expect.arrayContaining(before) })
  const states = await callsOf(next).keys.status()
  expect(states.filter(({ state }) => state !== 'destroyed').map(({ state }) => state)).toEqual(['active', 'active'])
  expect(await next.vault.load(Note, 'other')).toMatchObject({ text: 'x' })
  await expect(next.vault.load(Note, 'gone')).rejects.toMatchObject({ code: 'ERR_RECORD_NOT_FOUND' })
  next.kill()
  return process
}

testCuts(() => cut, { least: 2 })
