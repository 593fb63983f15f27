/** A13 to A16, A55, A61, A63: whole states are exchanged, replayed, withheld and forked. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode, TransportRequest } from '@lockstitch/sdk'
import type { AccountState } from '@lockstitch/sdk/format'
import type { Mutator } from '../../support/evil.ts'
import { answer } from '../../support/evil.ts'
import { Intake, Ledger } from '../../support/models.ts'
import {
  generateSigner,
  hashState,
  instead,
  isFor,
  lendSigner,
  signState,
  splitState,
  statesOf,
} from '../support/forge.ts'
import { readDatabase } from '../support/database.ts'
import { expectRefused } from '../support/oracles.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const ownSigner = await lendSigner(() => home.vault.saveMany(Ledger, [{ id: 'kept', name: CANARIES.name }]))
await home.vault.saveMany(Intake, [{ secretForUs: 'one' }])
const eve = await world.enrol('eve')
const eveSigner = await lendSigner(() => eve.device.vault.saveMany(Ledger, [{ name: 'x' }]))
const history = await statesOf(home.net)
const newest = history.at(-1) as string
const { state } = splitState(newest)
const { state: theirs } = splitState((await statesOf(eve.device.net)).at(-1) as string)

/** A server that shows this state at login, and this chain when it is asked for one. */
function showing(shown: unknown, chain: unknown = []): Mutator {
  return {
    request(request: TransportRequest) {
      if (isFor(request, 'POST', '/v1/sessions')) return answer(200, { state: shown, revision: 1, now: Date.now() })
      if (isFor(request, 'GET', '/v1/account/states')) return answer(200, { states: chain })
      return undefined
    },
  }
}

/** A locked device that has seen the newest state. */
async function known(): Promise<Device> {
  const { vault, database } = await world.unlocked(person)
  await vault.lock()
  return world.device(database)
}

/** The account signs a state that follows the newest one, or whatever is asked for. */
async function signed(changes: Partial<AccountState>, after: string = newest): Promise<string> {
  const { state: before } = splitState(after)
  return signState(
    { ...before, revision: before.revision + 1, previous: await hashState(after), ...changes },
    ownSigner,
  )
}

const unlock = ({ vault }: Device): Promise<void> => vault.unlock({ recoveryCode: person.recoveryCode })

async function checkRefused(device: Device, mutator: Mutator, ...codes: ErrorCode[]): Promise<void> {
  await expectRefused(device, mutator, () => unlock(device), ...codes)
  expect(await device.vault.status()).toEqual({ state: 'locked' })
}

/** The honest path goes on. */
async function checkUsable(device: Device): Promise<void> {
  await unlock(device)
  expect(await device.vault.load(Ledger, 'kept')).toMatchObject({ name: CANARIES.name })
}

test('the history is the one that these attacks are about', () => {
  expect(history.map((text) => splitState(text).state.revision)).toEqual([1, 2, 3])
  expect(state.keyring.map(({ classification }) => classification)).toEqual(['phi', 'pii', 'confidential'])
})

describe('A14 missing keys are never made anew', () => {
  const shown: [string, unknown][] = [
    ['null', null],
    ['{}', {}],
    ['[]', []],
    ['empty text', ''],
    ['false', false],
    ['0', 0],
    ['no keys', { slots: [], keyring: [] }],
  ]
  test.each(shown)('when the state is %s', async (_, value) => {
    for (const device of [world.device(), await known()]) {
      await checkRefused(device, showing(value), 'ERR_PROTOCOL', 'ERR_FORMAT_INVALID')
      expect(device.net.log.filter(({ method }) => method === 'PUT')).toEqual([])
      expect(device.net.log).toHaveLength(1)
      await checkUsable(device)
    }
  })

  test.each<[number, unknown, ErrorCode]>([
    [404, { code: 'ERR_RECORD_NOT_FOUND' }, 'ERR_REJECTED_BY_SERVER'],
    [404, '', 'ERR_PROTOCOL'],
    [204, '', 'ERR_PROTOCOL'],
    [200, '', 'ERR_PROTOCOL'],
    [200, {}, 'ERR_PROTOCOL'],
    [410, { code: 'ACCOUNT_GONE' }, 'ERR_REJECTED_BY_SERVER'],
    [401, { code: 'ERR_UNLOCK_FAILED' }, 'ERR_UNLOCK_FAILED'],
    [201, { enrolled: false }, 'ERR_PROTOCOL'],
  ])('when the login is answered with %i %j', async (status, body, code) => {
    for (const device of [world.device(), await known()]) {
      await checkRefused(device, instead('POST', '/v1/sessions', status, body), code)
      expect(device.net.log).toHaveLength(1)
      await checkUsable(device)
    }
  })

  test('when parts of the keyring are withheld, by the account itself or by another', async () => {
    const device = await known()
    for (const keyring of [[], state.keyring.slice(1), state.keyring.slice(0, -1)]) {
      const next = await signed({ keyring })
      await checkRefused(device, showing(next, [next]), 'ERR_ACCOUNT_STATE')
      const same = await signState({ ...state, keyring }, ownSigner)
      await checkRefused(device, showing(same, []), 'ERR_ROLLBACK')
      const foreign = await signState({ ...state, keyring }, eveSigner)
      await checkRefused(device, showing(foreign, []), 'ERR_ACCOUNT_STATE')
    }
    await checkUsable(device)
  })

  test('when the server says while I work that there never was a key', async () => {
    const device = await world.unlocked(person)
    const before = device.net.log.length
    const [saved] = await device.vault.saveMany(Intake, [{ secretForUs: 'two' }])
    expect(saved).toMatchObject({ ok: true })
    // Its keys are there, so nothing is asked and nothing is made.
    expect(device.net.log.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/records'])
  })
})

describe('A13 the parts of two accounts do not fit together', () => {
  const parts = ['account', 'accountKey', 'identity', 'slots', 'keyring', 'created', 'policy'] as const
  const subsets = Array.from({ length: 2 ** parts.length - 1 }, (_, bits) =>
    parts.filter((_part, index) => ((bits + 1) >> index) & 1),
  )

  test('whatever a second user puts into my state or into their own, and signs', async () => {
    const mallory = await generateSigner()
    const device = world.device()
    for (const subset of subsets) {
      const taken = Object.fromEntries(subset.map((part) => [part, theirs[part]]))
      const given = Object.fromEntries(subset.map((part) => [part, state[part]]))
      const mixed = { ...state, ...taken }
      const shown = [
        await signState(mixed, eveSigner),
        await signState({ ...theirs, ...given }, eveSigner),
        await signState({ ...mixed, identity: { ...mixed.identity, signing: mallory.publicKey } }, mallory.privateKey),
      ]
      for (const text of shown) {
        // The whole of my own state, signed by them, is the one that only the signature gives away.
        await checkRefused(device, showing(text), 'ERR_UNLOCK_FAILED', 'ERR_ACCOUNT_STATE', 'ERR_FORMAT_INVALID')
      }
    }
    await checkUsable(device)
  })

  test('even when my own key signed it', async () => {
    const device = world.device()
    const bound = ['account', 'accountKey', 'identity', 'slots', 'keyring'] as const
    for (const part of bound) {
      await checkRefused(
        device,
        showing(await signState({ ...state, [part]: theirs[part] }, ownSigner)),
        'ERR_UNLOCK_FAILED',
      )
    }
    await checkUsable(device)
  })

  test('A15 a key that the server made is not in the keyring, whatever the keyring says', async () => {
    const device = world.device()
    const key = {
      ...(theirs.keyring[0] as AccountState['keyring'][number]),
      classification: 'internal',
      state: 'active',
    }
    for (const signer of [eveSigner, ownSigner]) {
      const text = await signState({ ...state, keyring: [...state.keyring, key] }, signer)
      await checkRefused(device, showing(text), 'ERR_UNLOCK_FAILED', 'ERR_ACCOUNT_STATE')
    }
  })
})

describe('A55 A63 what a device has seen does not become older', () => {
  test('an earlier state is refused after a reload, at every revision', async () => {
    const device = await known()
    for (const older of history.slice(0, -1)) {
      await checkRefused(device, showing(older, history), 'ERR_ROLLBACK')
      await checkRefused(device, showing(older, []), 'ERR_ROLLBACK')
    }
    await checkUsable(device)
  })

  test('an earlier state is refused with the password too, and by a second vault on the same database', async () => {
    const { database } = await known()
    const device = world.device(database)
    const { handle, password } = person
    await expectRefused(device, showing(history[0]), () => device.vault.unlock({ handle, password }), 'ERR_ROLLBACK')
    await device.vault.unlock({ handle, password })
  })

  test('another state of the same revision is refused', async () => {
    const device = await known()
    const fork = await signState({ ...state, slots: state.slots.map((slot) => ({ ...slot, confirmed: 1 })) }, ownSigner)
    await checkRefused(device, showing(fork, [fork]), 'ERR_ROLLBACK')
    await checkUsable(device)
  })

  test('a later state is refused unless an unbroken chain leads to it', async () => {
    const device = await known()
    const next = await signed({})
    const afterNext = await signed({}, next)
    const detour = await signed({ policy: { ...state.policy }, created: state.created }, history[1])
    const chains: [string, unknown[], ErrorCode][] = [
      ['none', [], 'ERR_ROLLBACK'],
      ['with a gap', [afterNext], 'ERR_ROLLBACK'],
      ['backwards', [afterNext, next], 'ERR_ROLLBACK'],
      ['too short', [next], 'ERR_ROLLBACK'],
      ['from the beginning', [...history, next, afterNext], 'ERR_ROLLBACK'],
      ['twice the same', [next, next, afterNext], 'ERR_ROLLBACK'],
      ['over a fork', [detour, afterNext], 'ERR_ROLLBACK'],
      ['with a state of another account', [(await statesOf(eve.device.net))[0], afterNext], 'ERR_ACCOUNT_STATE'],
      ['with nothing readable', ['x', afterNext], 'ERR_FORMAT_INVALID'],
      ['with null', [null], 'ERR_PROTOCOL'],
      ['of 101 states', Array.from({ length: 101 }, () => next), 'ERR_PROTOCOL'],
    ]
    for (const [, chain, code] of chains) {
      // A short chain is asked for again from where it ended; then there is no more of it.
      await checkRefused(device, showing(afterNext, chain), code)
    }
    await checkUsable(device)
    device.net.mutator = showing(afterNext, [next, afterNext])
    await unlock(device)
    expect(JSON.stringify((await readDatabase(device.database))['accounts'])).toContain(afterNext)
  })

  test('A61 a later state may not loosen what was agreed, although the account signed it', async () => {
    const device = await known()
    const [first, second, third] = state.keyring as [
      AccountState['keyring'][number],
      AccountState['keyring'][number],
      AccountState['keyring'][number],
    ]
    const revoked = await signed({ keyring: [{ ...first, state: 'revoked' }, second, third] })
    const loosened: [string, Partial<AccountState>, ErrorCode][] = [
      ['the floor', { policy: { ...state.policy, minIterations: 599_999 } }, 'ERR_ACCOUNT_STATE'],
      ['the floor to nothing', { policy: { ...state.policy, minIterations: 0 } }, 'ERR_ACCOUNT_STATE'],
      ['the time of its making', { created: state.created + 1 }, 'ERR_ACCOUNT_STATE'],
      ['a key gone', { keyring: [second, third] }, 'ERR_ACCOUNT_STATE'],
      ['a key made later', { keyring: [{ ...first, created: first.created + 1 }, second, third] }, 'ERR_ACCOUNT_STATE'],
    ]
    for (const [, changes, code] of loosened) {
      const next = await signed(changes)
      await checkRefused(device, showing(next, [next]), code)
    }
    const revived = await signed({ keyring: state.keyring }, revoked)
    await checkRefused(device, showing(revived, [revoked, revived]), 'ERR_ACCOUNT_STATE')
    await checkUsable(device)
  })

  test('the account that is shown to a device that waits for another is not believed', async () => {
    const device = await known()
    const text = (await statesOf(eve.device.net)).at(-1)
    await checkRefused(device, showing(text, []), 'ERR_UNLOCK_FAILED')
    await checkUsable(device)
  })
})
