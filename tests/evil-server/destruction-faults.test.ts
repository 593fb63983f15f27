/**
 * A destruction, cut at each request and at each transaction: the account unlocks, and either every record is readable and no key
 * is destroyed, or all keys of the classification are and the rest is readable. Called again, it ends and certifies.
 */
import 'fake-indexeddb/auto'
import { afterAll, expect, test } from 'vitest'
import { type Keys, managed } from '@lockstitch/sdk'
import { parseCertificate } from '@lockstitch/sdk/format'
import { createBackend } from '../support/backend.ts'
import { Ledger } from '../support/models.ts'
import { type Fault, NETWORK_FAULTS, placesOf, prepareFaults, startProcess, STORAGE_FAULTS } from './support/faults.ts'
import { expectTyped } from './support/oracles.ts'

prepareFaults()
const backend = await createBackend([Ledger])
afterAll(() => backend.close())

const KINDS = [
  ...NETWORK_FAULTS.map((kind) => ({ kind, on: 'request' as const })),
  ...STORAGE_FAULTS.map((kind) => ({ kind, on: 'transaction' as const })),
]
const start = (database: string) =>
  startProcess((device) => ({ send: (request) => backend.send(device, request) }), database)
const keysOf = ({ vault }: ReturnType<typeof start>): Keys => managed(async (...call) => vault.manage(...call)).keys
let count = 0

/** Destroys `phi` of a new account with a fault; gives the process in which it happened. */
async function cut(fault: Fault | undefined) {
  const database = `destruction-${++count}`
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
  const outcome = await process.outcomeOf(keysOf(process).destroy(order))
  if (outcome !== 'dead' && 'error' in outcome)
    expectTyped(outcome.error, [
      'ERR_OFFLINE',
      'ERR_PROTOCOL',
      'ERR_SERVER',
      'ERR_SESSION',
      'ERR_STORAGE_LOST',
      'ERR_STORAGE_QUOTA',
    ])
  process.kill()
  const next = start(database)
  await next.vault.unlock(opening)
  const states = (await keysOf(next).status()).map((key) => `${key.classification} ${key.state}`)
  const isDone = states.includes('phi destroyed')
  expect(states).toEqual([isDone ? 'phi destroyed' : 'phi active', 'pii active'])
  const loaded = await next.vault.load(Ledger, 'phi').catch((error: unknown) => error)
  expect(loaded).toMatchObject(isDone ? { code: 'ERR_KEY_UNKNOWN' } : { ssn: 'x' })
  const report = await keysOf(next).destroy(order)
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

test.each(KINDS)('$kind, at every $on', { timeout: 60_000 }, async (one) => {
  const places = (await cut(undefined)).places()
  const positions = placesOf(places, one.on).flatMap((place, index) =>
    one.kind === 'no space' && place === 'readonly' ? [] : [index + 1],
  )
  expect(positions.length).toBeGreaterThan(1)
  for (const at of positions) expect((await cut({ ...one, at })).hasFailed()).toBe(true)
})
