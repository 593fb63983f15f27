/**
 * The destruction of an account, cut at each request and at each transaction: either the account unlocks, with every record readable
 * or every key destroyed, and calling again ends it; or the server has deleted it, shows the certificate, and the handle is free.
 */
import 'fake-indexeddb/auto'
import { expect } from 'vitest'
import type { AccountDestructionReport } from '@lockstitch/sdk'
import { parseCertificate } from '@lockstitch/sdk/format'
import { Ledger } from '../support/models.ts'
import { callsOf, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import { readDatabase } from './support/database.ts'
import type { Fault, Process } from './support/faults.ts'

const { backend, start, fresh } = await openFaultStage('account-destruction', [Ledger])

async function cut(fault: Fault | undefined): Promise<Process> {
  const database = fresh()
  const process = start(database)
  const person = { handle: `${database}@example.org`, password: 'x y z' }
  const { recoveryKit } = await process.vault.enrol(person)
  const opening = { recoveryCode: recoveryKit.recoveryCode }
  await process.vault.confirmRecovery(opening.recoveryCode)
  await process.vault.saveMany(Ledger, [
    { id: 'phi', ssn: 'x' },
    { id: 'pii', name: 'Ada' },
  ])
  const order = { account: true, models: [Ledger], with: opening } as const
  process.plan(fault)
  const outcome = await process.outcomeOf(callsOf(process).keys.destroy(order))
  let report = valueOf(outcome)
  if (report?.isDeleted !== true) {
    if (outcome === 'dead') process.kill()
    const next = outcome === 'dead' ? start(database) : process
    report = (await goOn(next, opening, order)) ?? report
    if (next !== process) next.kill()
  }
  process.kill()
  // However it was cut: the server holds nothing any more but what says so, and what the user was given is that very text.
  const { body } = await backend.send('nobody', {
    method: 'GET',
    path: `/v1/destroyed/${recoveryKit.account}`,
    headers: {},
  })
  const { certificate } = JSON.parse(body) as { certificate: string }
  expect(parseCertificate(certificate).document).toMatchObject({ account: recoveryKit.account, whole: true })
  if (report !== undefined) expect(report).toMatchObject({ certificate, isDeleted: true })
  const last = start(database)
  await expect(last.vault.unlock(opening)).rejects.toMatchObject({ code: 'ERR_UNLOCK_FAILED' })
  await expect(last.vault.unlock(person)).rejects.toMatchObject({ code: 'ERR_UNLOCK_FAILED' })
  const isKept = JSON.stringify(await readDatabase(database)).includes(recoveryKit.account)
  expect(isKept && report?.isForgotten === true).toBe(false)
  // The handle is another's, also on a device that could not forget it.
  const again = await last.vault.enrol({ ...person, password: 'another' })
  expect(again.recoveryKit.account).not.toBe(recoveryKit.account)
  last.kill()
  return process
}

/** What a user does who was cut off: unlocks, sees that nothing is half there, and calls again. */
async function goOn(
  process: Process,
  opening: { readonly recoveryCode: string },
  order: { readonly account: true; readonly models: readonly [typeof Ledger]; readonly with: typeof opening },
): Promise<AccountDestructionReport | undefined> {
  if ((await process.vault.status()).state === 'locked') {
    const isOpen = await process.vault.unlock(opening).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'ERR_UNLOCK_FAILED' })
        return false
      },
    )
    if (!isOpen) return undefined
  }
  const states = await callsOf(process)
    .keys.status()
    .then((keys) => keys.map(({ state }) => state))
    .catch((error: unknown) => expect(error).toMatchObject({ code: 'ERR_SESSION' }))
  if (states !== undefined) {
    expect([
      ['active', 'active'],
      ['destroyed', 'destroyed'],
    ]).toContainEqual(states)
    const loaded = await process.vault.load(Ledger, 'phi').catch((error: unknown) => error)
    expect(loaded).toMatchObject(states[0] === 'active' ? { ssn: 'x' } : { code: 'ERR_KEY_UNKNOWN' })
  }
  return callsOf(process).keys.destroy(order)
}

testCuts(() => cut, { least: 2 })
