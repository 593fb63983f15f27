/** A14, A28, A63: the server lies while an unlocked vault changes the state of its account. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode, TransportRequest } from '@lockstitch/sdk'
import { answer, type Mutator } from '../../support/evil.ts'
import { Intake } from '../../support/models.ts'
import { hashState, instead, isFor, lendSigner, signState, splitState, statesOf } from '../support/forge.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const stranger = await world.enrol('stranger')
const foreign = (await statesOf(stranger.device.net)).at(-1)

describe('while the account is unlocked', () => {
  const needsKey = { queue: 1, secretForUs: 'x' }

  /** A fresh account whose device has to change the state to go on. */
  async function pendingChange(): Promise<Device> {
    const { device } = await world.enrol('changing')
    return device
  }

  test.each<[string, (mine: readonly string[]) => unknown, ErrorCode]>([
    ['nothing', () => [], 'ERR_PROTOCOL'],
    ['what I have', (mine) => [mine.at(-1)], 'ERR_ROLLBACK'],
    ['what was before', (mine) => mine.slice(0, 1), 'ERR_ROLLBACK'],
    ['the state of another', () => [foreign], 'ERR_ACCOUNT_STATE'],
    ['something unreadable', () => ['ls1a.x.y'], 'ERR_FORMAT_INVALID'],
    ['null', () => null, 'ERR_PROTOCOL'],
  ])('A28 A63 a conflict that is backed by %s changes nothing', async (_, chain, code) => {
    const device = await pendingChange()
    const mine = await statesOf(device.net)
    const mutator: Mutator = {
      request(request) {
        if (isFor(request, 'PUT', '/v1/account/state')) return answer(409, { code: 'ERR_CONFLICT' })
        if (isFor(request, 'GET', '/v1/account/states')) return answer(200, { states: chain(mine) })
        return undefined
      },
    }
    await expectRefused(device, mutator, () => device.vault.saveMany(Intake, [needsKey]), code)
    expect(await statesOf(device.net)).toEqual(mine)
    expect(await device.vault.saveMany(Intake, [needsKey])).toMatchObject([{ ok: true, value: { state: 'stored' } }])
  })

  test.each<[string, number, unknown, ErrorCode]>([
    ['a wrong hash', 200, { revision: 3, hash: 'A'.repeat(43) }, 'ERR_PROTOCOL'],
    ['a wrong revision', 200, { revision: 4, hash: 'A'.repeat(43) }, 'ERR_PROTOCOL'],
    ['nothing', 204, '', 'ERR_PROTOCOL'],
    ['another body', 200, { ok: true }, 'ERR_PROTOCOL'],
    ['a refusal', 422, { code: 'ERR_ACCOUNT_STATE' }, 'ERR_REJECTED_BY_SERVER'],
  ])('A28 a new key is not used before its state is acknowledged: %s', async (_, status, body, code) => {
    for (const isStored of [false, true]) {
      const device = await pendingChange()
      const lie = answer(status, body)
      const isChange = (request: TransportRequest): boolean => isFor(request, 'PUT', '/v1/account/state')
      const mutator: Mutator = isStored
        ? { response: (__, request) => (isChange(request) ? lie : undefined) }
        : { request: (request) => (isChange(request) ? lie : undefined) }
      await expectRefused(device, mutator, () => device.vault.saveMany(Intake, [needsKey]), code)
      expect(device.net.log.some((request) => isFor(request, 'POST', '/v1/records'))).toBe(false)
      expect(await device.vault.saveMany(Intake, [needsKey])).toMatchObject([{ ok: true, value: { state: 'stored' } }])
    }
  })

  test.each([500, 503])('A28 a change that was stored is found when its answer was a failure: %s', async (status) => {
    const device = await pendingChange()
    const failure = answer(status, { code: 'ERR_SERVER' })
    const isChange = (request: TransportRequest): boolean => isFor(request, 'PUT', '/v1/account/state')
    device.net.mutator = { request: (request) => (isChange(request) ? failure : undefined) }
    await expectCode(device.vault.saveMany(Intake, [needsKey]), 'ERR_SERVER', 'ERR_SERVER')
    expect(device.net.log.some((request) => isFor(request, 'POST', '/v1/records'))).toBe(false)
    device.net.mutator = { response: (_, request) => (isChange(request) ? failure : undefined) }
    expect(await device.vault.saveMany(Intake, [needsKey])).toMatchObject([{ ok: true, value: { state: 'stored' } }])
    expect(device.net.log.filter(isChange)).toHaveLength(3)
  })

  test('A28 a server that always answers with a conflict is left after a few tries', async () => {
    const device = await pendingChange()
    device.net.mutator = instead('PUT', '/v1/account/state', 409, { code: 'ERR_CONFLICT' })
    const before = device.net.log.length
    await expectCode(device.vault.saveMany(Intake, [needsKey]), 'ERR_PROTOCOL', 'ERR_CONFLICT')
    expect(device.net.log.length - before).toBeLessThan(12)
  })
})

test('A63 a recovery code that the account has no more is not confirmed by an old state that has it', async () => {
  const device = world.device()
  const credentials = { handle: 'replaced-code@example.org', password: 'Pass of a replaced code' }
  let recoveryCode = ''
  const ownSigner = await lendSigner(async () => {
    recoveryCode = (await device.vault.enrol(credentials)).recoveryKit.recoveryCode
  })
  const [first = ''] = await statesOf(device.net)
  const { state } = splitState(first)
  const slots = state.slots.filter(({ kind }) => kind === 'password')
  const next = await signState({ ...state, slots, revision: 2, previous: await hashState(first) }, ownSigner)
  const showing = (shown: string): Mutator => ({
    request(request) {
      if (isFor(request, 'POST', '/v1/sessions')) return answer(200, { state: shown, revision: 1, now: Date.now() })
      return isFor(request, 'GET', '/v1/account/states') ? answer(200, { states: [next] }) : undefined
    },
  })
  device.net.mutator = showing(next)
  await device.vault.unlock(credentials)
  await expectRefused(device, showing(first), () => device.vault.confirmRecovery(recoveryCode), 'ERR_UNLOCK_FAILED')
  expect(await device.vault.status()).toMatchObject({ state: 'unlocked', recoveryConfirmed: false })
})
