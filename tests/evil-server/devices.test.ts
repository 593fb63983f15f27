/**
 * Remembered devices before thieves, clocks and faults. Whoever has one of the three parts of a device's key, or two of
 * them, has nothing that tells a right PIN from a wrong one: so the thieves here are given the right PIN at once.
 */
import 'fake-indexeddb/auto'
import { afterEach, describe, expect, test } from 'vitest'
import { parseAccountState } from '@lockstitch/sdk/format'
import type { Vault } from '@lockstitch/sdk/vault'
import { decodeBase64url } from '../../packages/sdk/src/bytes/base64url.ts'
import { randomBytes } from '../../packages/sdk/src/crypto/random.ts'
import { deriveDeviceProof } from '../../packages/sdk/src/keys/device.ts'
import { unwrapSlot } from '../../packages/sdk/src/keys/slot.ts'
import { codeOf } from '../conformance/stage.ts'
import { createLeakScan, scanValue } from '../support/leak-scan.ts'
import { Intake } from '../support/models.ts'
import { shiftClock } from './support/clock.ts'
import { callsOf, type Cut, openFaultStage, testCuts, valueOf } from './support/cuts.ts'
import { readDatabase } from './support/database.ts'

const { backend, start, fresh } = await openFaultStage('devices')
let restoreClock = (): void => undefined
afterEach(() => restoreClock())

const PIN = '2580'
const DEVICE_NAME = 'Ada’s telephone'
const DAY = 86_400_000
const devicesOf = (vault: Vault) => callsOf({ vault }).devices
const unlock = (vault: Vault, pin = PIN): Promise<void> => vault.unlock({ device: { pin } })

async function enrolled() {
  const database = fresh()
  const process = start(database)
  const patient = { handle: `${database}@example.org`, password: 'Pass wörd of the devices' }
  const { recoveryKit } = await process.vault.enrol(patient)
  await process.vault.confirmRecovery(recoveryKit.recoveryCode)
  await process.vault.saveMany(Intake, [{ id: 'kept', name: 'Kept' }] as never)
  return { database, patient, process }
}

async function remembered() {
  const setting = await enrolled()
  await devicesOf(setting.process.vault).add({ with: setting.patient, pin: PIN, name: DEVICE_NAME })
  return setting
}

/** What lies where: on the disk, and in the server's answer to the right proof. */
async function partsOf({ database, process }: Awaited<ReturnType<typeof remembered>>) {
  const disk = await readDatabase(database)
  const [row] = disk['devices'] as { slot: string; secret: Uint8Array<ArrayBuffer>; account: string }[]
  if (row === undefined) throw new Error('the device has no row')
  const proof = await deriveDeviceProof(row, PIN)
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', path: '/v1/sessions', headers, body: JSON.stringify(proof.login) } as const
  const { body } = await backend.send(`${database}-thief`, request)
  const { share, state } = JSON.parse(body) as { share: string; state: string }
  process.kill()
  return { disk, row, proof, share: decodeBase64url(share), state: parseAccountState(state).state }
}

describe('A06: a thief', () => {
  test('of the disk alone has nothing that the right PIN opens or is compared with', async () => {
    const { disk, row, proof, share, state } = await partsOf(await remembered())
    const opener = async (with_: Uint8Array<ArrayBuffer>) =>
      ({ kind: 'device', login: proof.login, slotKey: await proof.slotKey(with_) }) as const
    expect(await codeOf(unwrapSlot(state.slots, await opener(share), row.account))).toBe('no error')
    for (const guess of [new Uint8Array(32), randomBytes(32), row.secret])
      expect(await codeOf(unwrapSlot(state.slots, await opener(guess), row.account))).toBe('ERR_UNLOCK_FAILED')
    const scan = createLeakScan({ share, proof: decodeBase64url(proof.login.secret), name: DEVICE_NAME })
    expect(scanValue(scan, 'disk', disk)).toEqual([])
  })

  test('of the server alone, with share and proof, does not get there by the right PIN', async () => {
    const { row, proof, share, state } = await partsOf(await remembered())
    for (const secret of [new Uint8Array(32), randomBytes(32), share]) {
      const guess = await deriveDeviceProof({ slot: row.slot, secret }, PIN)
      expect(guess.login.secret).not.toBe(proof.login.secret)
      const slotKey = await guess.slotKey(share)
      const opener = { kind: 'device', login: guess.login, slotKey } as const
      expect(await codeOf(unwrapSlot(state.slots, opener, row.account))).toBe('ERR_UNLOCK_FAILED')
    }
  })

  test('who puts a copy of the disk back after a revocation is refused by the server', async () => {
    const setting = await remembered()
    const thief = await readDatabase(setting.database)
    const { vault } = setting.process
    const [device] = await devicesOf(vault).list()
    await devicesOf(vault).revoke(device?.slot as string)
    const [row] = thief['devices'] as Parameters<typeof deriveDeviceProof>[0][]
    const { login } = await deriveDeviceProof(row as never, PIN)
    const headers = { 'content-type': 'application/json' }
    const request = { method: 'POST', path: '/v1/sessions', headers, body: JSON.stringify(login) } as const
    const { status, body } = await backend.send('thief', request)
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([401, 'ERR_DEVICE_REVOKED'])
  })
})

describe('a clock', () => {
  test('a year ahead makes the device refuse itself; put right, it unlocks', async () => {
    const { process } = await remembered()
    restoreClock = shiftClock(366 * DAY)
    expect(await codeOf(unlock(process.vault))).toBe('ERR_DEVICE_REVOKED')
    restoreClock()
    await unlock(process.vault)
  })

  test('a year behind does not lengthen anything: the server has a clock of its own', async () => {
    const { process } = await remembered()
    restoreClock = shiftClock(-366 * DAY)
    await unlock(process.vault)
    const [device] = await devicesOf(process.vault).list()
    expect(device).toMatchObject({ state: 'active' })
  })
})

describe('faults', () => {
  /** After whatever happened: the password opens the account, and the device can be remembered anew. */
  async function checkWhole({ database, patient }: Awaited<ReturnType<typeof enrolled>>, isPinDue: boolean) {
    const { vault } = start(database)
    const outcome = await codeOf(unlock(vault))
    expect(isPinDue ? ['no error'] : ['no error', 'ERR_DEVICE_REVOKED']).toContain(outcome)
    await vault.unlock(patient)
    expect(await vault.load(Intake, 'kept')).toMatchObject({ name: 'Kept' })
    await devicesOf(vault).add({ with: patient, pin: '97531', name: 'Again' })
    await unlock(vault, '97531')
    expect(await vault.load(Intake, 'kept')).toMatchObject({ name: 'Kept' })
  }

  const adding: Cut = async (fault) => {
    const setting = await enrolled()
    const { process, patient } = setting
    process.plan(fault)
    const call = devicesOf(process.vault).add({ with: patient, pin: PIN, name: DEVICE_NAME })
    const outcome = await process.outcomeOf(call)
    valueOf(outcome)
    process.kill()
    await checkWhole(setting, outcome !== 'dead' && 'value' in outcome)
    return process
  }

  const unlocking: Cut = async (fault) => {
    const setting = await remembered()
    setting.process.kill()
    const process = start(setting.database)
    process.plan(fault)
    const outcome = await process.outcomeOf(unlock(process.vault))
    valueOf(outcome, 'ERR_UNLOCK_FAILED')
    process.kill()
    await checkWhole(setting, true)
    return process
  }

  describe.each<{ flow: string; cut: Cut }>([
    { flow: 'adding', cut: adding },
    { flow: 'unlocking', cut: unlocking },
  ])('$flow', ({ cut }) => {
    testCuts(() => cut)
  })
})
