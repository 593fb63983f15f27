/** The session ends in the middle, does not begin again, or is of somebody else; clocks are wrong; the vault is locked. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { TransportRequest } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { answer, type Mutator } from '../../support/evil.ts'
import { Intake, Ledger } from '../../support/models.ts'
import { isFor, loginOf } from '../support/forge.ts'
import { expectCode, expectTyped } from '../support/oracles.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const { handle, password } = person
await home.vault.saveMany(Ledger, [{ id: 'kept', name: CANARIES.name }])
let count = 0

const isLogin = (request: TransportRequest): boolean => isFor(request, 'POST', '/v1/sessions')
const ended = answer(401, { code: 'ERR_SESSION' })

/** The first request that is no login is answered like this, once. */
function once(response: { status: number; body: string }): Mutator {
  let isDone = false
  return {
    request(request) {
      if (isDone || isLogin(request)) return undefined
      isDone = true
      return response
    },
  }
}

/** Everything that needs a session, on a device that is unlocked. */
const CALLS: readonly [string, (vault: Vault) => Promise<unknown>][] = [
  ['load', (vault) => vault.load(Ledger, 'kept')],
  ['listPage', (vault) => vault.listPage(Ledger, null, 10)],
  ['saveMany', async (vault) => expectStored(await vault.saveMany(Ledger, [{ id: `s${++count}`, name: 'x' }]))],
  ['remove', async (vault) => vault.remove(Ledger, await saved(vault))],
  ['drain', async (vault) => vault.drain()],
]

async function saved(vault: Vault): Promise<string> {
  const id = `r${++count}`
  await vault.saveMany(Ledger, [{ id, name: 'x' }])
  return id
}

function expectStored(results: readonly { ok: boolean; error?: unknown; value?: { state: string } }[]): unknown {
  const [result] = results
  if (result?.ok !== true) throw result?.error
  expect(result.value?.state).toBe('stored')
  return result.value
}

/** Something that waits, so that drain has something to send. */
async function withWaiting(device: Device): Promise<Device> {
  device.net.offline = true
  await device.vault.saveMany(Ledger, [{ id: `q${++count}`, name: 'queued' }])
  device.net.offline = false
  return device
}

afterEach(() => {
  vi.useRealTimers()
})

describe.each(CALLS)('%s', (name, call) => {
  const prepare = async (): Promise<Device> => (name === 'drain' ? withWaiting(home) : home)

  test.each([
    ['401 ERR_SESSION', ended],
    ['401 without a word', answer(401, '')],
    ['401 in HTML', answer(401, '<h1>Sign in</h1>')],
    ['401 ERR_SIGNATURE_INVALID', answer(401, { code: 'ERR_SIGNATURE_INVALID' })],
  ])('goes on after %s, with one new login', async (_, response) => {
    const { vault, net } = await prepare()
    const start = net.log.length
    net.mutator = once(response)
    await call(vault)
    expect(net.log.slice(start).filter(isLogin)).toHaveLength(1)
    const signatures = net.log.flatMap(({ headers }) => headers['signature'] ?? [])
    expect(new Set(signatures).size).toBe(signatures.length)
  })

  test.each<[string, Mutator]>([
    ['every request is answered so', { request: (request) => (isLogin(request) ? undefined : ended) }],
    ['no login is accepted either', { request: () => ended }],
  ])('ends with one code when %s, after few requests, and loses nothing', async (_, mutator) => {
    const { vault, net } = await prepare()
    const id = name === 'remove' ? await saved(vault) : undefined
    const start = net.log.length
    net.mutator = mutator
    await expectCode(id === undefined ? call(vault) : vault.remove(Ledger, id), 'ERR_SESSION')
    expect(net.log.length - start).toBeLessThan(4)
    net.mutator = {}
    expect((await vault.pending()).every(({ state }) => state === 'waiting')).toBe(true)
    expect(await vault.drain()).toMatchObject({ waiting: 0, refused: 0 })
    expect(await vault.load(Ledger, 'kept')).toMatchObject({ name: CANARIES.name })
  })
})

test('a new key is agreed on over a session that ends in the middle', async () => {
  const { device } = await world.enrol('interrupted')
  device.net.mutator = once(ended)
  expectStored(await device.vault.saveMany(Intake, [{ secretForUs: 'x' }]))
  expect(device.net.log.filter((request) => isFor(request, 'PUT', '/v1/account/state'))).toHaveLength(3)
})

test('the login of a vault that is locked is used no more', async () => {
  const device = await world.unlocked(person)
  await device.vault.lock()
  const start = device.net.log.length
  await expectCode(device.vault.load(Ledger, 'kept'), 'ERR_LOCKED')
  await expectCode(device.vault.drain(), 'ERR_LOCKED')
  expect(device.net.log).toHaveLength(start)
})

describe('A82 what locks, locks', () => {
  const ways: [string, (device: Device) => Promise<unknown>][] = [
    ['unlock with the password', ({ vault }) => vault.unlock({ handle, password })],
    ['unlock with the recovery code', ({ vault }) => vault.unlock({ recoveryCode: person.recoveryCode })],
  ]

  test.each(ways)('%s that is under way does not undo it', async (_, unlock) => {
    const device = world.device()
    for (const place of ['login', 'at once']) {
      let locking: Promise<void> | undefined
      device.net.mutator = {
        response(response, request) {
          if (place === 'login' && isLogin(request)) locking = device.vault.lock()
          return response
        },
      }
      const unlocking = unlock(device)
      if (place === 'at once') locking = device.vault.lock()
      await expectCode(unlocking, 'ERR_LOCKED', 'ERR_STORAGE_LOST')
      await locking
      expect(await device.vault.status()).toEqual({ state: 'locked' })
      await expectCode(device.vault.load(Ledger, 'kept'), 'ERR_LOCKED')
    }
    device.net.mutator = {}
    await unlock(device)
    expect(await device.vault.load(Ledger, 'kept')).toMatchObject({ name: CANARIES.name })
  })

  test('an enrolment that is under way still gives its recovery code, and stays locked', async () => {
    const device = world.device()
    const fresh = { handle: `locked-${++count}@example.org`, password: 'Pass of a locked one' }
    device.net.mutator = {
      async response(response, request) {
        if (isFor(request, 'POST', '/v1/accounts')) await device.vault.lock()
        return response
      },
    }
    const { recoveryKit } = await device.vault.enrol(fresh)
    device.net.mutator = {}
    expect(await device.vault.status()).toEqual({ state: 'locked' })
    await device.vault.unlock(fresh)
    await device.vault.confirmRecovery(recoveryKit.recoveryCode)
  })

  test('of two unlocks at once, the later one stays', async () => {
    const eve = await world.enrol('eve')
    const device = world.device()
    const first = device.vault.unlock({ recoveryCode: person.recoveryCode }).catch((error: unknown) => error)
    await device.vault.unlock({ recoveryCode: eve.person.recoveryCode })
    expectTyped(await first, ['ERR_LOCKED'])
    expect((await device.vault.status()).account).toBe(eve.person.account)
    expectStored(await device.vault.saveMany(Ledger, [{ name: 'of eve' }]))
  })
})

describe('A89 clocks', () => {
  test.each([-10 * 365, -1, 1, 10 * 365])('a device whose clock is %i days off works all the same', async (days) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 })
    const seat = await world.enrol('clock')
    expectStored(await seat.device.vault.saveMany(Ledger, [{ name: 'x' }]))
  })

  test('a clock that jumps while the vault is unlocked costs one login', async () => {
    const start = home.net.log.length
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 3_600_000 })
    expectStored(await home.vault.saveMany(Ledger, [{ name: 'x' }]))
    expect(home.net.log.slice(start).filter(isLogin)).toHaveLength(1)
    vi.useRealTimers()
    expectStored(await home.vault.saveMany(Ledger, [{ name: 'x' }]))
  })

  test.each([0, 1, 2 ** 52, -1, 1.5, '0', null])(
    'a server that says it is %j o’clock stops nothing for good',
    async (now) => {
      const device = world.device()
      device.net.mutator = {
        response: (response, request) =>
          isLogin(request) ? { ...response, body: JSON.stringify({ ...JSON.parse(response.body), now }) } : undefined,
      }
      const outcome = await device.vault.unlock({ recoveryCode: person.recoveryCode }).catch((error: unknown) => error)
      expect(outcome === undefined || expectTyped(outcome, ['ERR_PROTOCOL'])).toBeTruthy()
      device.net.mutator = {}
      await device.vault.unlock({ recoveryCode: person.recoveryCode })
      expectStored(await device.vault.saveMany(Ledger, [{ name: 'x' }]))
    },
  )
})

test('A90 a session of another account shows nothing, is noticed, and is taken back', async () => {
  const eve = await world.enrol('eve')
  await eve.device.vault.saveMany(Ledger, [{ id: 'hers', name: 'of eve' }])
  const device = await world.unlocked(person)
  // Somebody else logs in over the same cookie jar, as in another tab of the browser.
  await world.backend.send(device.database, loginOf(eve.device.net.log))
  const start = device.net.log.length
  expect(await device.vault.load(Ledger, 'kept')).toMatchObject({ name: CANARIES.name })
  expectStored(await device.vault.saveMany(Ledger, [{ name: 'x' }]))
  expect(device.net.log.slice(start).filter(isLogin)).toHaveLength(1)
  await expectCode(device.vault.load(Ledger, 'hers'), 'ERR_RECORD_NOT_FOUND')
})
