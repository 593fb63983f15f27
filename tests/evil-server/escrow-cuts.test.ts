/**
 * A request for an escrow, its approval and its cancellation, cut at each request: what was asked for, approved or cancelled is so
 * or is not, trying again ends it, and nobody gets in another way by it.
 */
import 'fake-indexeddb/auto'
import { describe, expect } from 'vitest'
import type { MadeRequest } from '@lockstitch/sdk'
import { codeOf } from '../conformance/stage.ts'
import { Ledger } from '../support/models.ts'
import { callsOf, type Cut, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import type { Process } from './support/faults.ts'

const DAY = 86_400_000
const { backend, start, fresh } = await openFaultStage('escrow-cut', [Ledger])

interface Party {
  readonly account: string
  readonly opening: { readonly handle: string; readonly password: string }
  readonly process: Process
}

async function party(): Promise<Party> {
  const database = fresh()
  const process = start(database)
  const opening = { handle: `${database}@example.org`, password: 'not stretched here' }
  const { recoveryKit } = await process.vault.enrol(opening)
  await process.vault.confirmRecovery(recoveryKit.recoveryCode)
  return { account: recoveryKit.account, opening, process }
}

const custodians = await Promise.all([party(), party(), party()])
const [anna, ben, carla] = custodians as [Party, Party, Party]
const escrowOf = ({ process }: Pick<Party, 'process'>) => callsOf(process).escrow

async function entrusted(): Promise<Party> {
  const patient = await party()
  await patient.process.vault.saveMany(Ledger, [{ id: 'one', name: 'x' }])
  const cards = await Promise.all(custodians.map(async (one) => (await escrowOf(one).card()).card))
  const order = { with: patient.opening, custodians: cards, threshold: 2, delayMs: DAY }
  await escrowOf(patient).configure(order)
  return patient
}

/** Approves whichever request has these digits. */
async function approve(custodian: Party, { account }: Party, { digits }: MadeRequest): Promise<string> {
  const held = (await escrowOf(custodian).list()).custody.find((one) => one.account === account)
  let code = 'no request'
  for (const { id } of held?.requests ?? []) {
    code = await codeOf(escrowOf(custodian).approve({ account, request: id, digits }))
    if (code !== 'ERR_ESCROW_DIGITS') break
  }
  return code
}

/** The end of a story that goes well: after the delay and not before it, the account is open and nothing of it is missing. */
async function checkRecovers(requester: Process, { opening, account }: Party, { code }: MadeRequest): Promise<void> {
  const order = { code, handle: opening.handle, password: 'a new pass phrase' }
  expect(await codeOf(callsOf(requester).escrow.recover(order))).toBe('ERR_ESCROW_WAITING')
  backend.advance(DAY)
  expect(await callsOf(requester).escrow.follow(code)).toMatchObject({ state: 'released', damaged: [] })
  await callsOf(requester).escrow.recover(order)
  expect((await requester.vault.status()).account).toBe(account)
  expect(await requester.vault.load(Ledger, 'one')).toMatchObject({ name: 'x' })
}

const requesting: Cut = async (fault) => {
  const patient = await entrusted()
  const process = start(fresh())
  process.plan(fault)
  const order = { handle: patient.opening.handle }
  const made = valueOf(await process.outcomeOf(callsOf(process).escrow.request(order)), 'ERR_REJECTED_BY_SERVER')
  process.kill()
  // With the code alone, on another device; whoever has none asks again, and what was asked for before stands in nobody's way.
  const next = start(fresh())
  const request = made ?? (await callsOf(next).escrow.request(order))
  const { requests } = await escrowOf(patient).list()
  expect(requests.length).toBeLessThanOrEqual(made === undefined ? 2 : 1)
  for (const custodian of [anna, ben]) expect(await approve(custodian, patient, request)).toBe('no error')
  await checkRecovers(next, patient, request)
  return process
}

/** A device of a custodian, or of a patient, that is cut. */
const again = async ({ opening }: Party): Promise<Process> => {
  const process = start(fresh())
  await process.vault.unlock(opening)
  return process
}

const approving: Cut = async (fault) => {
  const patient = await entrusted()
  const requester = start(fresh())
  const request = await callsOf(requester).escrow.request({ handle: patient.opening.handle })
  const [seen] = (await escrowOf(patient).list()).requests
  const process = await again(anna)
  const order = { account: patient.account, request: seen?.id as string, digits: request.digits }
  process.plan(fault)
  const outcome = await process.outcomeOf(callsOf(process).escrow.approve(order))
  valueOf(outcome)
  const approvals = (await escrowOf(patient).list()).requests.flatMap((one) => one.approvals)
  expect(outcome !== 'dead' && 'value' in outcome ? [[anna.account]] : [[anna.account], []]).toContainEqual(approvals)
  // One custodian is not two, however often it tries.
  expect(await approve(anna, patient, request)).toBe('no error')
  expect((await escrowOf(patient).list()).requests).toMatchObject([{ approvals: [anna.account] }])
  expect(await approve(carla, patient, request)).toBe('no error')
  await checkRecovers(requester, patient, request)
  return process
}

const cancelling: Cut = async (fault) => {
  const patient = await entrusted()
  const requester = start(fresh())
  const request = await callsOf(requester).escrow.request({ handle: patient.opening.handle })
  for (const custodian of [anna, ben]) expect(await approve(custodian, patient, request)).toBe('no error')
  const [seen] = (await escrowOf(patient).list()).requests
  const process = await again(patient)
  process.plan(fault)
  const outcome = await process.outcomeOf(callsOf(process).escrow.cancel(seen?.id as string))
  valueOf(outcome)
  const { state } = await callsOf(requester).escrow.follow(request.code)
  expect(outcome !== 'dead' && 'value' in outcome ? ['cancelled'] : ['cancelled', 'waiting']).toContain(state)
  await escrowOf(patient).cancel(seen?.id as string)
  backend.advance(DAY)
  expect((await callsOf(requester).escrow.follow(request.code)).state).toBe('cancelled')
  const order = { code: request.code, handle: patient.opening.handle, password: 'a new pass phrase' }
  expect(await codeOf(callsOf(requester).escrow.recover(order))).toBe('ERR_ESCROW_ENDED')
  expect((await escrowOf(patient).list()).requests).toEqual([])
  return process
}

describe.each<{ flow: string; cut: Cut }>([
  { flow: 'request', cut: requesting },
  { flow: 'approve', cut: approving },
  { flow: 'cancel', cut: cancelling },
])('A62 A65 $flow', ({ cut }) => {
  testCuts(() => cut, { storage: 'unused' })
})
