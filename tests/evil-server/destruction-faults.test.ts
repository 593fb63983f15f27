/**
 * A destruction, cut at each request and at each transaction: the account unlocks, and either every record is readable and no key
 * is destroyed, or all keys of the classification are and the rest is readable. Called again, it ends and certifies.
 */
import 'fake-indexeddb/auto'
import { expect } from 'vitest'
import { parseCertificate } from '@lockstitch/sdk/format'
import { Ledger } from '../support/models.ts'
import { callsOf, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import type { Fault } from './support/faults.ts'

const { start, fresh } = await openFaultStage('destruction', [Ledger])

/** Destroys `phi` of a new account with a fault; gives the process in which it happened. */
async function cut(fault: Fault | undefined) {
  const database = fresh()
  const process = start(database)
  const { recoveryKit } = await process.vault.enrol({ handle: `${database}@example.org`, password: 'x y z' })
  const opening = { recoveryCode: recoveryKit.recoveryCode }
  await process.vault.confirmRecovery(opening.recoveryCode)
  await process.vault.saveMany(Ledger, [
    { id: 'phi', ssn: 'x' },
    { id: 'pii', name: 'Ada' },
  ])
  const order = { classification: 'phi', models: [Ledger], with: opening } as const
  process.plan(fault)
  valueOf(await process.outcomeOf(callsOf(process).keys.destroy(order)))
  process.kill()
  const next = start(database)
  await next.vault.unlock(opening)
  const states = (await callsOf(next).keys.status()).map((key) => `${key.classification} ${key.state}`)
  const isDone = states.includes('phi destroyed')
  expect(states).toEqual([isDone ? 'phi destroyed' : 'phi active', 'pii active'])
  const loaded = await next.vault.load(Ledger, 'phi').catch((error: unknown) => error)
  expect(loaded).toMatchObject(isDone ? { code: 'ERR_KEY_UNKNOWN' } : { ssn: 'x' })
  const report = await callsOf(next).keys.destroy(order)
  expect(report.isHistoryErased).toBe(true)
  expect(parseCertificate(report.certificate).document.kids).toEqual(report.kids)
  expect(await next.vault.load(Ledger, 'pii')).toMatchObject({ name: 'Ada' })
  await expect(next.vault.load(Ledger, 'phi')).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
  await expect(next.vault.load(Ledger, 'phi', { from: 'device' })).rejects.toMatchObject({
    code: 'ERR_RECORD_NOT_FOUND',
  })
  next.kill()
  return process
}

testCuts(() => cut, { least: 2 })
