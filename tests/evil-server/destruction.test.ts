/** A55, A61, A63: checkpoints are forged, misused to roll back or fork a device, and kept from doing what they say. */
import { describe, expect, test } from 'vitest'
import { type ErrorCode, type Keys, managed } from '@lockstitch/sdk'
import type { AccountState, Erasure } from '@lockstitch/sdk/format'
import { verifyCertificate } from '@lockstitch/sdk/server'
import { answer, type Mutator } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { generateSigner, hashState, isFor, lendSigner, signState, splitState, statesOf } from './support/forge.ts'
import { expectRefused } from './support/oracles.ts'
import { createWorld, type Device } from './support/world.ts'

type Key = AccountState['keyring'][number]

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const signer = await lendSigner(() => home.vault.saveMany(Ledger, [{ id: 'kept', name: 'x', ssn: 'y' }]))
// Three more states.
for (const secretForUs of ['a', 'b']) await home.vault.saveMany(Intake, [{ secretForUs }])
const keysOf = ({ vault }: Device): Keys => managed(async (...call) => vault.manage(...call)).keys
await keysOf(home).rotate({ classification: 'phi', models: [Ledger] })
const history = await statesOf(home.net)
const hashes = await Promise.all(history.map((text) => hashState(text)))
const { state } = splitState(history.at(-1) as string)

/** A state that destroys the pii key and is signed by the account, or by whom is asked for. */
async function checkpoint(
  changes: Partial<AccountState> = {},
  erased: Partial<Erasure> = {},
  by: CryptoKey = signer,
): Promise<string> {
  const kids = state.keyring.filter(({ classification }) => classification === 'pii').map(({ kid }) => kid)
  const keyring = state.keyring.map((key) => (kids.includes(key.kid) ? gone(key) : key))
  const method = 'NIST SP 800-88r2 cryptographic erase'
  return signState(
    {
      ...state,
      keyring,
      revision: history.length + 1,
      previous: hashes.at(-1),
      erased: { method, kids, time: 1, ancestors: hashes, ...erased },
      ...changes,
    },
    by,
  )
}

const gone = (key: Key): Key => ({ ...key, state: 'destroyed', wrapped: null })
const showing = (shown: string, chain: readonly string[]): Mutator => ({
  request(request) {
    if (isFor(request, 'POST', '/v1/sessions')) return answer(200, { state: shown, revision: 1, now: Date.now() })
    if (isFor(request, 'GET', '/v1/account/states')) return answer(200, { states: chain })
    return undefined
  },
})
const unlock = ({ vault }: Device): Promise<void> => vault.unlock({ recoveryCode: person.recoveryCode })

/** A locked device that has seen the account at one of its revisions. */
async function knowing(revision: number): Promise<Device> {
  const device = world.device()
  device.net.mutator = showing(history[revision - 1] as string, [])
  await unlock(device)
  device.net.mutator = {}
  await device.vault.lock()
  return world.device(device.database)
}

async function checkRefused(device: Device, shown: string, code: ErrorCode, chain = [shown]): Promise<void> {
  await expectRefused(device, showing(shown, chain), () => unlock(device), code)
}

describe('a checkpoint is followed from every state that it names', () => {
  test.each([1, 2, 3])('from revision %i, and from nowhere else afterwards', async (revision) => {
    const device = await knowing(revision)
    const shown = await checkpoint()
    device.net.mutator = showing(shown, [shown])
    await unlock(device)
    await device.vault.lock()
    for (const older of history) {
      await checkRefused(device, older, 'ERR_ROLLBACK', history)
      await checkRefused(device, older, 'ERR_ROLLBACK', [])
    }
    const other = await checkpoint({}, { time: 2 })
    await checkRefused(device, other, 'ERR_ROLLBACK')
  })
})

describe('A55 A63 a checkpoint rolls nothing back and forks nobody', () => {
  test('it must name what the device has seen, in its place', async () => {
    const device = await knowing(2)
    const other = hashes.with(1, hashes[0] as string)
    await checkRefused(device, await checkpoint({}, { ancestors: other }), 'ERR_ROLLBACK')
    const swapped = [hashes[1] as string, hashes[0] as string, ...hashes.slice(2)]
    await checkRefused(device, await checkpoint({}, { ancestors: swapped }), 'ERR_ROLLBACK')
  })

  test('one that skips states, repeats one, or does not end with the state before is malformed', async () => {
    const device = await knowing(2)
    const wrong = [
      hashes.slice(1),
      [...hashes, hashes[0] as string],
      hashes.slice(0, -1),
      [],
      hashes.with(-1, hashes[0] as string),
    ]
    for (const ancestors of wrong) await checkRefused(device, await checkpoint({}, { ancestors }), 'ERR_FORMAT_INVALID')
    for (const erased of [{ kids: [] }, { kids: [state.keyring[0]?.kid] }, { method: 'by hand' }, { time: -1 }])
      await checkRefused(device, await checkpoint({}, erased as never), 'ERR_FORMAT_INVALID')
    await checkRefused(device, await checkpoint({ erased: {} } as never), 'ERR_FORMAT_INVALID')
  })

  test('nobody but the account makes one', async () => {
    const device = await knowing(2)
    const { privateKey } = await generateSigner()
    await checkRefused(device, await checkpoint({}, {}, privateKey), 'ERR_ACCOUNT_STATE')
  })

  test('what must stay must stay across one', async () => {
    for (const revision of [2, history.length]) {
      const device = await knowing(revision)
      const [first, ...others] = splitState(await checkpoint()).state.keyring as [Key, ...Key[]]
      const changes: Partial<AccountState>[] = [
        { keyring: others },
        { keyring: [{ ...first, created: first.created + 1 }, ...others] },
        { created: state.created + 1 },
        { policy: { ...state.policy, minIterations: 0 } },
      ]
      for (const change of changes) await checkRefused(device, await checkpoint(change), 'ERR_ACCOUNT_STATE')
    }
  })

  test('the one right after it names every key that went, and no other', async () => {
    const device = await knowing(history.length)
    const { keyring } = splitState(await checkpoint()).state
    const more = keyring.map((key) => (key.classification === 'confidential' ? gone(key) : key))
    expect(more).not.toEqual(keyring)
    await checkRefused(device, await checkpoint({ keyring: more }), 'ERR_ACCOUNT_STATE')
  })
})

describe('destroying against a server that lies', () => {
  const order = { classification: 'phi', models: [Ledger], with: { recoveryCode: person.recoveryCode } } as const

  test('an order of another shape, or for two things, is refused before anything is asked', async () => {
    const device = await world.unlocked(person)
    const asked = device.net.log.length
    const { classification: _phi, ...bare } = order
    const wrong: unknown[] = [undefined, null, 'phi', [], bare, { ...order, id: 'kept', model: Ledger }]
    wrong.push(
      { ...order, account: true },
      { account: true },
      { ...bare, account: 'true' },
      { ...bare, account: false },
    )
    wrong.push({ ...order, classification: 'pub' }, { ...order, models: Ledger }, { ...order, with: undefined })
    wrong.push(
      { ...bare, record: 'kept' },
      { ...bare, record: { model: Ledger, id: 'kept' } },
      { ...bare, record: { id: 'x' } },
    )
    wrong.push({ ...bare, record: { model: 'other', id: 'kept' } })
    for (const one of wrong)
      await expect(keysOf(device).destroy(one as never)).rejects.toMatchObject({ code: 'ERR_VALUE_INVALID' })
    expect(device.net.log).toHaveLength(asked)
  })

  test('nothing is destroyed on a history that does not lead to the present state', async () => {
    const device = await world.unlocked(person)
    await device.vault.load(Ledger, 'kept')
    const chains = [[], history.slice(1), history.toReversed(), [history[0], history[2]]]
    for (const states of chains) {
      const mutator: Mutator = {
        request: (request) => (request.path === '/v1/account/states?after=0' ? answer(200, { states }) : undefined),
      }
      await expectRefused(device, mutator, () => keysOf(device).destroy(order), 'ERR_ROLLBACK')
    }
    expect(await statesOf(device.net)).toEqual(history)
    expect(await device.vault.load(Ledger, 'kept')).toMatchObject({ ssn: 'y' })
  })

  test('the report says when what was before is still shown, and the certificate is the account’s', async () => {
    const device = await world.unlocked(person)
    device.net.mutator = {
      async response(response, request) {
        if (request.path !== '/v1/account/states?after=0' || response.status !== 200) return response
        const { states } = JSON.parse(response.body) as { states: string[] }
        const isErased = splitState(states[0] as string).state.erased !== undefined
        return answer(200, { states: isErased ? [...history, ...states] : states })
      },
    }
    const report = await keysOf(device).destroy(order)
    expect(report).toMatchObject({ isHistoryErased: false, proofs: [{ record: null }, { record: { id: 'kept' } }] })
    device.net.mutator = {}
    expect(await keysOf(device).destroy(order)).toMatchObject({ isHistoryErased: true })
    expect(verifyCertificate(report.certificate, state.identity.signing)).toMatchObject({ kids: report.kids })
    const { publicKey } = await generateSigner()
    expect(() => verifyCertificate(report.certificate, publicKey)).toThrow(/signature/)
    expect(() => verifyCertificate(report.certificate.replace('ls1d', 'ls1l'), state.identity.signing)).toThrow(
      /well-formed/,
    )
  })
})
