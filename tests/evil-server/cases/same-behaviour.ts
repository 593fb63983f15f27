/** I5, A07, A41, A42: whatever is wrong, the server sees the same requests, in the same order, and learns nothing of it. */
import { describe, expect, test } from 'vitest'
import type { ErrorCode, TransportRequest } from '@lockstitch/sdk'
import { canonicalJson } from '@lockstitch/sdk/format'
import type { Mutator } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { edited, flipCharacter, generateSigner, joinState, signState, splitState, statesOf } from '../support/forge.ts'
import { expectCode } from '../support/oracles.ts'
import { editEnvelope, fetchRaw, type RawRecord } from '../support/records.ts'
import { CANARIES, createWorld, type Device } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const eve = await world.enrol('eve')
const { handle, password, recoveryCode } = person
const text = (await statesOf(home.net)).at(-1) as string
const { state, signature } = splitState(text)
const mallory = await generateSigner()
await home.vault.saveMany(Ledger, [{ id: 'one', name: CANARIES.name, ssn: CANARIES.ssn }])
const record = await fetchRaw(home.net, Ledger, 'one')

/** What the server can tell apart: methods, paths, the names of headers, sizes. */
const seen = (log: readonly TransportRequest[]): string[] =>
  log.map(({ method, path, headers, body = '' }) => `${method} ${path} ${Object.keys(headers).join()} ${body.length}`)

const showing = (shown: string): Mutator =>
  edited('POST', '/v1/sessions', (body: object) => ({ ...body, state: shown }))
const slots = state.slots.map((slot) => ({ ...slot, wrapped: flipCharacter(slot.wrapped, 30) }))
const keyring = state.keyring.map((entry) => ({ ...entry, wrapped: flipCharacter(entry.wrapped ?? '', 30) }))
const identity = { ...state.identity, wrappedSigning: flipCharacter(state.identity.wrappedSigning, 30) }
const rolled = (await statesOf(home.net))[0] as string

/** Everything that can be wrong with what a login is answered. */
const BROKEN: readonly [string, Mutator, ErrorCode][] = [
  ['tampered slots', showing(joinState(canonicalJson({ ...state, slots }), signature)), 'ERR_UNLOCK_FAILED'],
  ['a tampered keyring', showing(joinState(canonicalJson({ ...state, keyring }), signature)), 'ERR_ACCOUNT_STATE'],
  ['a tampered identity', showing(joinState(canonicalJson({ ...state, identity }), signature)), 'ERR_UNLOCK_FAILED'],
  ['a tampered signature', showing(joinState(canonicalJson(state), flipCharacter(signature, 9))), 'ERR_ACCOUNT_STATE'],
  ['the signature of another', showing(await signState(state, mallory.privateKey)), 'ERR_ACCOUNT_STATE'],
  ['the state of another', showing((await statesOf(eve.device.net))[0] as string), 'ERR_UNLOCK_FAILED'],
  ['nothing readable', showing('ls1a.x.y'), 'ERR_FORMAT_INVALID'],
  ['another version', showing('ls9a.x.y'), 'ERR_FORMAT_VERSION'],
  ['no state', edited('POST', '/v1/sessions', () => ({})), 'ERR_PROTOCOL'],
]

describe.each<[string, () => Promise<Device>]>([
  ['a device that does not know the account', async () => world.device()],
  [
    'a device that knows it',
    async () => {
      const { vault, database } = await world.unlocked(person)
      await vault.unlock({ handle, password })
      await vault.lock()
      return world.device(database)
    },
  ],
])('%s', (place, makeDevice) => {
  test('I5 A41 logs in with the password in the same two requests, whatever the answer', async () => {
    const device = await makeDevice()
    const unlock = (secret = password): Promise<void> => device.vault.unlock({ handle, password: secret })
    const observed: string[][] = []
    const observe = async (mutator: Mutator, call: () => Promise<unknown>): Promise<void> => {
      device.net.mutator = mutator
      device.net.log.length = 0
      await call()
      observed.push(seen(device.net.log))
      device.net.mutator = {}
    }
    await observe({}, () => expectCode(unlock(`${password}!`), 'ERR_UNLOCK_FAILED'))
    for (const [, mutator, code] of BROKEN) await observe(mutator, () => expectCode(unlock(), code))
    if (place === 'a device that knows it') await observe(showing(rolled), () => expectCode(unlock(), 'ERR_ROLLBACK'))
    await observe({}, unlock)
    expect(observed[0]).toHaveLength(2)
    expect(new Set(observed.map((requests) => requests.join('\n'))).size).toBe(1)
  })

  test('I5 A41 logs in with the recovery code in the same request, whatever the answer', async () => {
    const device = await makeDevice()
    const observed: string[] = []
    for (const [, mutator, code] of BROKEN) {
      device.net.mutator = mutator
      device.net.log.length = 0
      await expectCode(device.vault.unlock({ recoveryCode }), code)
      observed.push(seen(device.net.log).join('\n'))
    }
    device.net.mutator = {}
    device.net.log.length = 0
    await device.vault.unlock({ recoveryCode })
    observed.push(seen(device.net.log).join('\n'))
    expect(observed[0]).not.toBe('')
    expect(new Set(observed).size).toBe(1)
  })
})

/** Everything that can be wrong with a record. */
const FORGED: readonly [string, unknown][] = [
  ['a tampered envelope', { ...record, name: flipCharacter(record.name, 40) }],
  ['a short tag', { ...record, name: editEnvelope(record.name, (sealed) => sealed.subarray(0, -4)) }],
  ['a swapped field', { ...record, name: record.ssn }],
  ['a tampered manifest', { ...record, $seal: flipCharacter(record.$seal, 60) }],
  ['a tampered mac', { ...record, $seal: flipCharacter(record.$seal, record.$seal.length - 9) }],
  ['plaintext', { ...record, name: 'plain' }],
  ['a missing field', { ...record, name: undefined }],
  ['an unknown field', { ...record, extra: 1 }],
  ['another id', { ...record, id: 'two' }],
  ['another kid', { ...record, name: record.name.replace(/\.[\w-]{11}\./, '.AAAAAAAAAAA.') }],
  ['nothing', {}],
  ['null', null],
]

describe('reading', () => {
  const showingRecord = (shown: unknown): Mutator => edited('GET', '/v1/records/ledger/one', () => ({ record: shown }))
  const listing = (shown: unknown): Mutator =>
    edited('GET', '/v1/records/ledger', ({ records }: { records: RawRecord[] }) => ({
      records: records.map((one) => (one.id === 'one' ? { ...(shown as object), id: 'one' } : one)),
      next: null,
    }))

  test('I5 A41 A42 a record is asked for once, whatever is wrong with it, and nothing is told of it', async () => {
    const observed: string[] = []
    for (const [, shown] of [['right', record] as const, ...FORGED]) {
      home.net.mutator = showingRecord(shown)
      home.net.log.length = 0
      await home.vault.load(Ledger, 'one').catch(() => undefined)
      observed.push(seen(home.net.log).join('\n'))
    }
    expect(observed).toHaveLength(FORGED.length + 1)
    expect(new Set(observed).size).toBe(1)
  })

  test('I5 A41 a list is asked for once, whatever is wrong with a record of it', async () => {
    const observed: string[] = []
    for (const [, shown] of [['right', record] as const, ...FORGED]) {
      home.net.mutator = listing(shown)
      home.net.log.length = 0
      const { items } = await home.vault.listPage(Ledger, null, 10)
      expect(items).toHaveLength(1)
      observed.push(seen(home.net.log).join('\n'))
    }
    expect(new Set(observed).size).toBe(1)
  })

  test('A42 five hundred bad records cause no request that a good one does not', async () => {
    const bad = Array.from({ length: 500 }, (_, index) => ({ ...record, id: `bad-${String(index).padStart(3, '0')}` }))
    home.net.mutator = edited('GET', '/v1/records/ledger', () => ({ records: [...bad].toSpliced(499), next: null }))
    home.net.log.length = 0
    const { items } = await home.vault.listPage(Ledger, null, 500)
    expect(items.filter((item) => !item.ok)).toHaveLength(499)
    // The one that this device knows and that was not listed is asked for; that it knows it, the server knows.
    expect(seen(home.net.log)).toHaveLength(2)
  })
})

test('A69 the server can make the vault send nothing that the user did not ask for', async () => {
  const pushes = { reencrypt: ['one'], rotate: true, keys: [], message: 'please upload your keys', next: null }
  const answers: Mutator = {
    response: (response) => ({ ...response, body: response.body.replace(/\}$/, `,"push":${JSON.stringify(pushes)}}`) }),
  }
  home.net.mutator = answers
  home.net.log.length = 0
  for (const call of [
    () => home.vault.load(Ledger, 'one'),
    () => home.vault.listPage(Ledger, null, 10),
    () => home.vault.drain(),
    () => home.vault.unlock({ recoveryCode }),
  ]) {
    await call().catch(() => undefined)
  }
  const methods = home.net.log.map(({ method, path }) => `${method} ${path}`)
  expect(methods).toEqual(['GET /v1/records/ledger/one', 'GET /v1/records/ledger?limit=10', 'POST /v1/sessions'])
  home.net.mutator = {}
  await home.vault.unlock({ recoveryCode })
})
