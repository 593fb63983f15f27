/** Remembered devices: a PIN that works while the server says so, and for as long as the user does. */
import { expect, test } from 'vitest'
import { type Devices, managed } from '@lockstitch/sdk'
import { Intake } from '../support/models.ts'
import { answer, editJson } from '../support/evil.ts'
import { createLeakScan, scanValue } from '../support/leak-scan.ts'
import { codeOf, type Seat, type Stage } from './stage.ts'

const PIN = '2580'
const WRONG = '0000'

/** The tests of this part. */
export function devices(stage: Stage): void {
  let count = 0
  const devicesOf = ({ vault }: Seat): Devices => managed(async (...call) => vault.manage(...call)).devices
  const unlock = (seat: Seat, pin = PIN) => seat.vault.unlock({ device: { pin } })

  async function remembered() {
    const seat = await stage.sit()
    const patient = { handle: `device-${stage.scope}-${++count}@example.org`, password: 'the first pass phrase' }
    const { recoveryKit } = await seat.vault.enrol(patient)
    await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
    const { id } = await stage.save({ name: 'Kept' }, seat)
    const { slot } = await devicesOf(seat).add({ with: patient, pin: PIN, name: 'Kitchen tablet' })
    return { seat, patient, recoveryCode: recoveryKit.recoveryCode, slot, id }
  }

  test('a remembered device unlocks with its PIN, reads and writes', async () => {
    const { seat, slot, id } = await remembered()
    const [known] = await devicesOf(seat).list()
    expect(known).toMatchObject({ slot, name: 'Kitchen tablet', isCurrent: false, state: 'active' })
    await seat.vault.lock()
    expect(await devicesOf(seat).remembered()).toMatchObject([{ slot, triesLeft: 5 }])
    await unlock(seat)
    expect(await seat.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    expect(await stage.save({ name: 'By PIN' }, seat)).toMatchObject({ state: 'stored' })
    const [current] = await devicesOf(seat).list()
    expect(current).toMatchObject({ slot, isCurrent: true })
    const idleMs = Number(current?.expires) - Number(current?.lastUsed)
    expect(idleMs).toBe(14 * 86_400_000)
    // Nobody else's device, though it has the PIN.
    expect(await codeOf(unlock(await stage.sit()))).toBe('ERR_DEVICE_REVOKED')
  })

  test('five wrong PINs destroy what the right one would have opened', async () => {
    const { seat, patient, id } = await remembered()
    for (const triesLeft of [4, 3, 2, 1]) {
      expect(await codeOf(unlock(seat, WRONG))).toBe('ERR_PIN_WRONG')
      expect(await devicesOf(seat).remembered()).toMatchObject([{ triesLeft }])
    }
    expect(await codeOf(unlock(seat, WRONG))).toBe('ERR_DEVICE_REVOKED')
    expect(await codeOf(unlock(seat))).toBe('ERR_DEVICE_REVOKED')
    expect(await devicesOf(seat).remembered()).toEqual([])
    // Nothing is lost: the password opens the account, and shows what happened.
    await seat.vault.unlock(patient)
    expect(await seat.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
    expect(await devicesOf(seat).list()).toMatchObject([{ state: 'blocked' }])
  })

  test('a right PIN takes back the wrong ones before it', async () => {
    const { seat } = await remembered()
    for (const _ of [1, 2, 3, 4]) expect(await codeOf(unlock(seat, WRONG))).toBe('ERR_PIN_WRONG')
    await unlock(seat)
    expect(await devicesOf(seat).remembered()).toMatchObject([{ triesLeft: 5 }])
    for (const _ of [1, 2, 3, 4]) expect(await codeOf(unlock(seat, WRONG))).toBe('ERR_PIN_WRONG')
    await unlock(seat)
  })

  test('a revoked device is refused by client and server', async () => {
    const { seat, patient, slot, id } = await remembered()
    await unlock(seat)
    const other = await stage.sit()
    await other.vault.unlock(patient)
    await devicesOf(other).revoke(slot)
    expect(await devicesOf(other).list()).toEqual([])
    // It is unlocked, and out at its next call; the secret is gone from it.
    expect(await codeOf(seat.vault.load(Intake, id))).toBe('ERR_SESSION')
    expect(await codeOf(seat.vault.load(Intake, id))).toBe('ERR_LOCKED')
    expect(await devicesOf(seat).remembered()).toEqual([])
    const asked = seat.transport.log.length
    expect(await codeOf(unlock(seat))).toBe('ERR_DEVICE_REVOKED')
    expect(seat.transport.log).toHaveLength(asked)
    expect(await codeOf(devicesOf(other).revoke(slot))).toBe('ERR_SLOT_UNKNOWN')
  })

  test('a device that was locked when it was revoked learns it from the server', async () => {
    const { seat, patient, slot } = await remembered()
    await seat.vault.lock()
    const other = await stage.sit()
    await other.vault.unlock(patient)
    await devicesOf(other).revoke(slot)
    expect(await codeOf(unlock(seat))).toBe('ERR_DEVICE_REVOKED')
    expect(await devicesOf(seat).remembered()).toEqual([])
  })

  test('a device that revokes itself is locked', async () => {
    const { seat, slot } = await remembered()
    await unlock(seat)
    expect(await codeOf(devicesOf(seat).revoke(slot))).toBe('ERR_SESSION')
    expect(await devicesOf(seat).remembered()).toEqual([])
    expect(await codeOf(unlock(seat))).toBe('ERR_DEVICE_REVOKED')
  })

  test('a new PIN takes the place of the old one', async () => {
    const { seat, patient, slot: first } = await remembered()
    await unlock(seat)
    const { slot } = await devicesOf(seat).add({ with: patient, pin: '13579', name: 'The same' })
    expect(await devicesOf(seat).list()).toMatchObject([{ slot, name: 'The same', isCurrent: true }])
    expect(slot).not.toBe(first)
    expect(await codeOf(unlock(seat))).toBe('ERR_PIN_WRONG')
    await unlock(seat, '13579')
  })

  test('a device gets another name, and the server does not learn it', async () => {
    const { seat, slot } = await remembered()
    await devicesOf(seat).rename(slot, 'Zoë’s phone')
    expect(await devicesOf(seat).list()).toMatchObject([{ slot, name: 'Zoë’s phone' }])
    expect(await codeOf(devicesOf(seat).rename(slot, ' '))).toBe('ERR_NAME_INVALID')
    expect(await codeOf(devicesOf(seat).rename('AAAAAAAAAAAAAAAAAAAAAA', 'x'))).toBe('ERR_SLOT_UNKNOWN')
    const scan = createLeakScan({ before: 'Kitchen tablet', after: 'Zoë’s phone' })
    expect(scanValue(scan, 'requests', seat.transport.log)).toEqual([])
    await unlock(seat)
  })

  test('what cannot be remembered leaves the account and the device as they were', async () => {
    const { seat, patient, slot } = await remembered()
    const order = { with: patient, pin: PIN, name: 'x' }
    const refused = [
      [{ ...order, pin: '123' }, 'ERR_PIN_INVALID'],
      [{ ...order, pin: '1234567890123' }, 'ERR_PIN_INVALID'],
      [{ ...order, name: '' }, 'ERR_NAME_INVALID'],
      [{ ...order, idleMs: 1 }, 'ERR_VALUE_INVALID'],
      [{ ...order, lifeMs: Number.NaN }, 'ERR_VALUE_INVALID'],
      [{ ...order, with: { ...patient, password: 'wrong' } }, 'ERR_UNLOCK_FAILED'],
      // A PIN is no way to more ways in.
      [{ ...order, with: { device: { pin: PIN } } as never }, 'ERR_PASSWORD_INVALID'],
    ] as const
    for (const [request, code] of refused) expect(await codeOf(devicesOf(seat).add(request))).toBe(code)
    seat.transport.mutator = { request: (_) => (_.method === 'PUT' ? answer(422, { code: 'ERR_ACCOUNT_STATE' }) : _) }
    expect(await codeOf(devicesOf(seat).add(order))).toBe('ERR_REJECTED_BY_SERVER')
    seat.transport.mutator = {}
    expect(await devicesOf(seat).list()).toMatchObject([{ slot }])
    await unlock(seat)
  })

  test('A11: a share that is withheld, or is not the one of the slot, opens nothing', async () => {
    const { seat, id } = await remembered()
    const other = await remembered()
    let share = ''
    other.seat.transport.mutator = {
      response: (response, { path }) => {
        if (path === '/v1/sessions') share = (JSON.parse(response.body) as { share: string }).share
        return undefined
      },
    }
    await unlock(other.seat)
    expect(share).toHaveLength(43)
    const lies: [string, (body: object) => object][] = [
      ['ERR_UNLOCK_FAILED', (body) => ({ ...body, share })],
      ['ERR_UNLOCK_FAILED', (body) => ({ ...body, share: 'A'.repeat(43) })],
      ['ERR_PROTOCOL', (body) => ({ ...body, share: undefined })],
      ['ERR_PROTOCOL', (body) => ({ ...body, share: 'A' })],
    ]
    for (const [code, lie] of lies) {
      const isSession = (path: string): boolean => path === '/v1/sessions'
      seat.transport.mutator = {
        response: (r, { path, method }) => (isSession(path) && method === 'POST' ? editJson(r, lie) : undefined),
      }
      expect(await codeOf(unlock(seat))).toBe(code)
    }
    seat.transport.mutator = {}
    await unlock(seat)
    expect(await seat.vault.load(Intake, id)).toMatchObject({ name: 'Kept' })
  })

  test('an older state of the account is refused with a PIN as with a password', async () => {
    const { seat, slot } = await remembered()
    let old: object = {}
    seat.transport.mutator = {
      response: (response, { path, method }) => {
        if (path === '/v1/sessions' && method === 'POST') old = JSON.parse(response.body) as object
        return undefined
      },
    }
    await unlock(seat)
    await devicesOf(seat).rename(slot, 'Newer')
    const { state } = old as { state: string }
    seat.transport.mutator = {
      response: (response, { path, method }) =>
        path === '/v1/sessions' && method === 'POST'
          ? editJson(response, (body: object) => ({ ...body, state }))
          : undefined,
    }
    expect(await codeOf(unlock(seat))).toBe('ERR_ROLLBACK')
    seat.transport.mutator = {}
    await unlock(seat)
  })

  test('without the server a PIN opens nothing, and says so', async () => {
    const { seat } = await remembered()
    await seat.vault.lock()
    seat.transport.offline = true
    expect(await codeOf(unlock(seat))).toBe('ERR_OFFLINE')
    seat.transport.offline = false
    await unlock(seat)
  })

  test('a device that is added although its answer was lost unlocks', async () => {
    const { seat, patient } = await remembered()
    seat.transport.mutator = { response: (_, { method }) => (method === 'PUT' ? answer(502, 'gateway') : undefined) }
    await devicesOf(seat).add({ with: patient, pin: '97531', name: 'x' })
    seat.transport.mutator = {}
    await unlock(seat, '97531')
    expect(await devicesOf(seat).list()).toHaveLength(1)
  })
}

/** What becomes of devices where nothing is kept. */
export function sharedDevices(stage: Stage): void {
  test('a shared computer is not remembered, and nothing changes by trying', async () => {
    const { seat, patient } = stage
    const { devices: calls, slots } = managed(async (...call) => seat.vault.manage(...call))
    const before = await slots.list()
    const order = { with: { handle: patient.handle, password: patient.password }, pin: PIN, name: 'Library' }
    expect(await codeOf(calls.add(order))).toBe('ERR_DEVICE_SHARED')
    expect(await slots.list()).toEqual(before)
    expect([await calls.list(), await calls.remembered()]).toEqual([[], []])
    expect(await codeOf(seat.vault.unlock({ device: { pin: PIN } }))).toBe('ERR_DEVICE_REVOKED')
    await seat.vault.unlock(order.with)
  })
}
