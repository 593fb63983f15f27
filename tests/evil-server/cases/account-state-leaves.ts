/** A10 to A12, A35, A36, A44, A58, A61: every part of the account state is changed, and signed by whoever can sign. */
import { describe, expect, test } from 'vitest'
import { type ErrorCode, isLockstitchError } from '@lockstitch/sdk'
import { type AccountState, canonicalJson } from '@lockstitch/sdk/format'
import { Intake } from '../../support/models.ts'
import {
  instead,
  flipCharacter,
  generateSigner,
  isFor,
  joinState,
  lendSigner,
  placesOf,
  replaceAt,
  signState,
  splitState,
  valueAt,
} from '../support/forge.ts'
import { expectTyped, expectUntouched } from '../support/oracles.ts'
import { createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const eve = await world.enrol('eve')
const mallory = await generateSigner()
const ownSigner = await lendSigner(() => home.vault.saveMany(Intake, [{ secretForUs: 'x' }]))
const text = await stateOf(home, person.recoveryCode)
const { state, signature } = splitState(text)
const { state: older } = splitState(await stateOf(home, person.recoveryCode, 1))
const { state: theirs } = splitState(await stateOf(eve.device, eve.person.recoveryCode))
const wrappedPlaces = placesOf(state).filter((path) => String(path.at(-1)).startsWith('wrapped'))
const known = await world.unlocked(person)
await known.vault.lock()

/** The state that the server shows, or an earlier one. */
async function stateOf(device: Device, recoveryCode: string, revision?: number): Promise<string> {
  await device.vault.unlock({ recoveryCode })
  const answer = await device.net.send({ method: 'GET', path: '/v1/account/states?after=0', headers: {} })
  const { states } = JSON.parse(answer.body) as { states: string[] }
  return (revision === undefined ? states.at(-1) : states[revision - 1]) as string
}

/** Logs in to servers that show these states; gives the codes with which they were refused. */
async function checkRefused(device: Device, states: readonly string[]): Promise<Map<ErrorCode, number>> {
  const codes = new Map<ErrorCode, number>()
  const start = device.net.log.length
  await expectUntouched(device, async () => {
    for (const shown of states) {
      device.net.mutator = instead('POST', '/v1/sessions', 200, {
        state: shown,
        revision: state.revision,
        now: Date.now(),
      })
      const outcome = await device.vault.unlock({ recoveryCode: person.recoveryCode }).catch((error: unknown) => error)
      if (!isLockstitchError(outcome)) throw new Error(`accepted: ${shown}`)
      expectTyped(outcome, CODES)
      codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1)
    }
  })
  // Whatever is wrong, the server learns the same: one login each, and nothing more.
  const asked = device.net.log.slice(start)
  expect(asked).toHaveLength(states.length)
  expect(asked.every((request) => isFor(request, 'POST', '/v1/sessions'))).toBe(true)
  device.net.mutator = {}
  await device.vault.unlock({ recoveryCode: person.recoveryCode })
  expect((await device.vault.status()).account).toBe(person.account)
  await device.vault.lock()
  return codes
}

const CODES: readonly ErrorCode[] = [
  'ERR_ACCOUNT_STATE',
  'ERR_FORMAT_INVALID',
  'ERR_FORMAT_LIMIT',
  'ERR_FORMAT_VERSION',
  'ERR_KDF_PARAMS',
  'ERR_PROTOCOL',
  'ERR_UNLOCK_FAILED',
]

/** Everything that a place of the state can be made to say, but for what it says. */
function mutationsOf(path: readonly (string | number)[]): unknown[] {
  const values = [undefined, null, '', 0, -1, 1e308, true, 'x', [], {}, valueAt(theirs, path), valueAt(older, path)]
  const current = valueAt(state, path)
  if (typeof current === 'number') values.push(current + 1, current - 1, String(current))
  if (typeof current === 'string') values.push([current], `${current}A`, current.slice(0, -1), current.toUpperCase())
  if (Array.isArray(current))
    values.push([...(current as unknown[]), ...(current as unknown[])], current.slice(1), current.toReversed())
  const same = JSON.stringify(current)
  const texts = new Set(values.map((value) => JSON.stringify(value)).filter((value) => value !== same))
  return [...texts].map((value) => (value === undefined ? undefined : (JSON.parse(value) as unknown)))
}

const mutants = placesOf(state).flatMap((path) => mutationsOf(path).map((value) => replaceAt(state, path, value)))

describe.each<[string, () => Device]>([
  ['on a new device', () => world.device()],
  ['on a device that knows the account', () => world.device(known.database)],
])('%s', (_, device) => {
  test('A61 no place of the state can be changed', async () => {
    const shown = mutants.map((mutant) => joinState(JSON.stringify(mutant), signature))
    expect(shown.length).toBeGreaterThan(500)
    const codes = await checkRefused(device(), shown)
    expect(codes.get('ERR_ACCOUNT_STATE')).toBeGreaterThan(10)
    expect(codes.get('ERR_FORMAT_INVALID')).toBeGreaterThan(100)
  })

  test('A61 no place of the state can be changed and signed anew by somebody else', async () => {
    const shown = await Promise.all(mutants.map((mutant) => signState(mutant, mallory.privateKey)))
    await checkRefused(device(), [...shown, await signState(state, mallory.privateKey)])
  })

  test('A11 A62 no place of the state can be changed under a signing key that is put in the place of mine', async () => {
    const replaced = mutants.map((mutant) => replaceSigning(mutant, mallory.publicKey))
    const shown = await Promise.all(replaced.map((mutant) => signState(mutant, mallory.privateKey)))
    await checkRefused(device(), [
      ...shown,
      await signState(replaceSigning(state, mallory.publicKey), mallory.privateKey),
    ])
  })
})

test('A10 no character of a key, of a commitment or of the signature can be changed', async () => {
  const secrets = placesOf(state).filter((path) =>
    /wrapped|commitment|signing|receiving|previous/.test(String(path.at(-1))),
  )
  const shown = secrets.flatMap((path) => {
    const current = valueAt(state, path) as string
    const flips = Array.from({ length: current.length }, (_, index) => flipCharacter(current, index))
    return flips.map((flipped) => joinState(canonicalJson(replaceAt(state, path, flipped)), signature))
  })
  const payload = canonicalJson(state)
  for (let index = 0; index < signature.length; index++) shown.push(joinState(payload, flipCharacter(signature, index)))
  expect(shown.length).toBeGreaterThan(900)
  await checkRefused(world.device(), shown)
})

test('A43 A44 no other spelling of the same state is accepted', async () => {
  const payload = canonicalJson(state)
  const members = [...payload.matchAll(/"(\w+)":/g)]
  const shown = [
    ...members.map(({ index, 0: member }) =>
      joinState(`${payload.slice(0, index)}${member}null,${payload.slice(index)}`, signature),
    ),
    ...[...payload.matchAll(/\{/g)].map(({ index }) =>
      joinState(`${payload.slice(0, index)}{"__proto__":{"account":"x"},${payload.slice(index + 1)}`, signature),
    ),
    ...[` ${payload}`, `${payload}\n`, `\u{FEFF}${payload}`, `${payload}{}`, `${payload}\0`].map((json) =>
      joinState(json, signature),
    ),
    joinState(payload.replace('"revision":', '"revision" :'), signature),
    joinState(payload.replace(`"revision":${state.revision}`, `"revision":${state.revision}.0`), signature),
    joinState(payload.replace('"phi"', String.raw`"\u0070hi"`), signature),
    joinState(JSON.stringify(Object.fromEntries(Object.entries(state).toReversed())), signature),
    `${text}.`,
    `${text}.${signature}`,
    `${text}=`,
    ` ${text}`,
    text.replace('.', '..'),
    text.slice(0, -1),
    `${text.slice(0, -1)}${text.endsWith('B') ? 'C' : 'B'}`,
    signature,
    '',
  ]
  expect(shown.length).toBeGreaterThan(60)
  await checkRefused(world.device(), shown)
})

test('A35 A36 no other version and no other kind of document is accepted', async () => {
  const payload = canonicalJson(state)
  const prefixes = ['ls0a', 'ls2a', 'ls10a', 'ls1', 'ls1m', 'LS1A', 'ls1a ', 'v1', 'jwt', 'none', '', 'ls1b']
  const formats = ['ls0', 'ls2', 'v1', 'none', 'LS1']
  const shown = [
    ...prefixes.map((prefix) => joinState(payload, signature, prefix)),
    ...prefixes.map((prefix) => joinState(payload, '', prefix)),
    ...formats.map((format) => joinState(canonicalJson({ ...state, format }), signature)),
    ...(await Promise.all(formats.map((format) => signState({ ...state, format }, ownSigner)))),
    await signState({ ...state, alg: 'none' }, ownSigner),
    await signState({ ...state, policy: { ...state.policy, minSuite: 0 } }, ownSigner),
    await signState({ ...state, policy: { ...state.policy, minSuite: 2 } }, ownSigner),
    await signState({ ...state, policy: { ...state.policy, minIterations: 600_001 } }, ownSigner),
  ]
  const codes = await checkRefused(world.device(), shown)
  expect(codes.get('ERR_FORMAT_VERSION')).toBeGreaterThan(3)
})

describe('what the account itself signed, by a bug or by an old client', () => {
  test('A12 a wrapped key opens in its own place and in no other', async () => {
    const wraps = wrappedPlaces.map((path) => valueAt(state, path) as string)
    expect(wraps.length).toBeGreaterThan(6)
    const swapped = wrappedPlaces.flatMap((path) =>
      wraps.filter((wrap) => wrap !== valueAt(state, path)).map((wrap) => replaceAt(state, path, wrap)),
    )
    // The password slot's own wrap is not opened by a login with the recovery code.
    const opened = swapped.filter((mutant) => isOpenedByCode(mutant as AccountState))
    const codes = await checkRefused(
      world.device(),
      await Promise.all(opened.map((mutant) => signState(mutant, ownSigner))),
    )
    expect([...codes.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual([
      'ERR_FORMAT_INVALID',
      'ERR_UNLOCK_FAILED',
    ])
  })

  test('A10 A15 a key is what its id and its commitment say, of its classification and version', async () => {
    const [first, second] = state.keyring
    if (first === undefined || second === undefined) throw new Error('the keyring is too small')
    const { kid, commitment, wrapped, ...firstPlace } = first
    const exchanged = [
      { ...firstPlace, kid: second.kid, commitment: second.commitment, wrapped },
      { ...first, classification: 'internal' },
      { ...first, version: 2 },
      { ...first, kid: second.kid },
      { ...first, commitment: flipCharacter(commitment, 20) },
    ].map((entry) => ({ ...state, keyring: state.keyring.map((one) => (one.kid === kid ? entry : one)) }))
    const others = [
      { ...state, account: theirs.account },
      { ...state, accountKey: theirs.accountKey },
      { ...state, identity: { ...state.identity, receiving: theirs.identity.receiving } },
      { ...state, slots: state.slots.map((slot) => ({ ...slot, id: theirs.slots[0]?.id })) },
      { ...state, slots: state.slots.filter(({ kind }) => kind === 'password') },
      {
        ...state,
        keyring: [
          ...state.keyring,
          ...theirs.keyring.map((entry) => ({ ...entry, version: 9, state: 'decrypt-only' })),
        ],
      },
    ]
    await checkRefused(
      world.device(),
      await Promise.all([...exchanged, ...others].map((mutant) => signState(mutant, ownSigner))),
    )
  })

  test('A58 a signature made for one purpose is none for another', async () => {
    const requests = home.net.log.flatMap(({ headers }) => headers['signature'] ?? [])
    const manifests = home.net.log.flatMap(({ body = '' }) => body.match(/ls1m\.[\w-]+\.[\w-]{43}/g) ?? [])
    expect(requests.length).toBeGreaterThan(2)
    expect(manifests.length).toBeGreaterThan(0)
    const payload = canonicalJson(state)
    const signatures = [
      ...requests.map((header) => header.slice(4, -1).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
      splitState(await stateOf(home, person.recoveryCode, 1)).signature,
      'A'.repeat(86),
    ]
    const shown = signatures.map((other) => joinState(payload, other))
    const codes = await checkRefused(world.device(), [...shown, ...manifests])
    expect(codes.get('ERR_ACCOUNT_STATE')).toBe(shown.length)
  })
})

function replaceSigning(document: unknown, publicKey: string): unknown {
  return valueAt(document, ['identity', 'signing']) === undefined
    ? document
    : replaceAt(document, ['identity', 'signing'], publicKey)
}

function isOpenedByCode({ slots }: AccountState): boolean {
  const recovery = (document: AccountState['slots']): string | undefined =>
    document.find(({ kind }) => kind === 'recovery')?.wrapped
  const password = (document: AccountState['slots']): string | undefined =>
    document.find(({ kind }) => kind === 'password')?.wrapped
  return recovery(slots) !== recovery(state.slots) || password(slots) === password(state.slots)
}
