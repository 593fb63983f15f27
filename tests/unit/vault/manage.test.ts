import { expect, test } from 'vitest'
import { createVault } from '@lockstitch/sdk/vault'
import { LOCKED_CALLS, MANAGED_CALLS, UNLOCKING_CALL } from '../../../packages/sdk/src/client/managed.ts'
import { codeOf } from '../../conformance/stage.ts'

const vault = createVault({ transport: { send: async () => ({ status: 503, body: '' }) }, database: 'manage' })

test.each(['constructor', '__proto__', 'slots', 'slots.constructor', 'toString', ''])(
  'there is no call %s',
  async (name) => {
    expect(await codeOf(vault.manage(name, []))).toBe('ERR_WORKER_METHOD')
  },
)

/** What a device may be asked before anybody has unlocked it. */
const WHILE_LOCKED: Readonly<Record<string, string>> = {
  'devices.remembered': 'ERR_STORAGE_LOST',
  'devices.requestLink': 'no error',
  'devices.linkWords': 'ERR_SERVER',
  'devices.finishLink': 'ERR_LINK_FAILED',
  'devices.link': 'ERR_LOCKED',
}

test('every call of the client is one of the vault, and needs an unlocked account', async () => {
  const names = Object.entries(MANAGED_CALLS).flatMap(([area, calls]) =>
    Object.keys(calls).map((call) => `${area}.${call}`),
  )
  expect(names).toContain('slots.add')
  for (const name of names.filter((one) => ![...LOCKED_CALLS, UNLOCKING_CALL].includes(one))) {
    const code = WHILE_LOCKED[name] ?? 'ERR_LOCKED'
    expect([name, await codeOf(vault.manage(name, [{}, {}]))]).toEqual([name, code])
  }
})
