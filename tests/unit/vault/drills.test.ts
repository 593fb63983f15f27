/** The reminder to try the recovery kit out. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createMemoryStorage, createVault } from '@lockstitch/sdk/vault'
import { managed, type Slots } from '@lockstitch/sdk'
import { codeOf } from '../../conformance/stage.ts'
import { type Backend, createBackend } from '../../support/backend.ts'

const DAY = 86_400_000
const LOGIN = { handle: 'drills@example.org', password: 'once in a quarter' }
let backend: Backend

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  backend = await createBackend()
}, 60_000)
afterEach(() => vi.useRealTimers())
afterAll(() => backend.close())

test('is due 90 days after the last time on this device, for the recovery code alone', async () => {
  const storage = createMemoryStorage()
  const sit = (device: string, kept = createMemoryStorage()) =>
    createVault({ transport: { send: (request) => backend.send(device, request) }, database: device, storage: kept })
  const vault = sit('a', storage)
  const slotsOf = (one: typeof vault): Slots => managed(async (...call) => one.manage(...call)).slots
  const due = async (one = vault) => (await slotsOf(one).list()).map(({ kind, testDue }) => [kind, testDue])
  const isDue = (recovery: boolean): unknown[] => [
    ['password', false],
    ['recovery', recovery],
  ]
  const start = Date.now()
  const at = (days: number): void => void vi.setSystemTime(start + days * DAY)

  const { recoveryKit } = await vault.enrol(LOGIN)
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  expect(await due()).toEqual(isDue(false))
  at(89)
  expect(await due()).toEqual(isDue(false))
  at(91)
  expect(await due()).toEqual(isDue(true))
  // A drill with something else, or one that fails, is none.
  await slotsOf(vault).test(LOGIN)
  expect(await codeOf(slotsOf(vault).test({ recoveryCode: '' }))).toBe('ERR_RECOVERY_CODE')
  expect(await due()).toEqual(isDue(true))
  await slotsOf(vault).test({ recoveryCode: recoveryKit.words.join(' ') })
  expect(await due()).toEqual(isDue(false))
  // It outlives the lock and what the device learns of the account, on this device.
  await vault.lock()
  const again = sit('a', storage)
  await again.unlock(LOGIN)
  await slotsOf(again).add({ with: LOGIN, slot: { kind: 'recovery' } })
  expect((await due(again)).slice(0, 2)).toEqual(isDue(false))
  const other = sit('b')
  await other.unlock(LOGIN)
  expect((await due(other)).slice(0, 2)).toEqual(isDue(true))
  at(182)
  expect((await due(again)).slice(0, 2)).toEqual(isDue(true))
})
