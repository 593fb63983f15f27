/** A19, A55, A61: the server lies while an account is destroyed, keeps what it was to delete, and serves it afterwards. */
import { describe, expect, test } from 'vitest'
import { createFiles, type Keys, managed } from '@lockstitch/sdk'
import { canonicalJson, encodeBase64url, parseCertificate } from '@lockstitch/sdk/format'
import { verifyCertificate } from '@lockstitch/sdk/server'
import { encodeFrame } from '../../packages/sdk/src/bytes/frame.ts'
import { MANAGE_LABELS } from '../../packages/sdk/src/format/labels.ts'
import { answer, type Mutator } from '../support/evil.ts'
import { Intake, Ledger } from '../support/models.ts'
import { readDatabase } from './support/database.ts'
import { generateSigner, isFor, lendSigner, splitState, statesOf } from './support/forge.ts'
import { expectCode, expectRefused } from './support/oracles.ts'
import { createWorld, type Device, type Person } from './support/world.ts'

const world = await createWorld()
const keysOf = ({ vault }: Device): Keys => managed(async (...call) => vault.manage(...call)).keys
/** Sees the newest state of the account, and saves a record under keys that it has or makes. */
const saveAfresh = async ({ vault }: Device, id: string): Promise<unknown> => {
  await managed(async (...call) => vault.manage(...call)).slots.list()
  return vault.saveMany(Ledger, [{ id, name: 'z', ssn: 'z' }])
}
const orderOf = ({ recoveryCode }: Person) =>
  ({ account: true, models: [Ledger, Intake], with: { recoveryCode } }) as const
const isDeletion = (request: Parameters<typeof isFor>[0]): boolean => isFor(request, 'DELETE', '/v1/account')
const deleting = (status: number, body: unknown): Mutator => ({
  request: (request) => (isDeletion(request) ? answer(status, body) : undefined),
})
const showing = (certificate: unknown): Mutator => ({
  request: ({ path }) => (path.startsWith('/v1/destroyed/') ? answer(200, { certificate }) : undefined),
})

async function enrolled(): Promise<{ person: Person; home: Device; away: Device; signer: CryptoKey }> {
  const { person, device: home } = await world.enrol('leaver')
  const signer = await lendSigner(() => home.vault.saveMany(Ledger, [{ id: 'kept', name: 'x', ssn: 'y' }]))
  const away = world.device()
  await away.vault.unlock({ handle: person.handle, password: person.password })
  await away.vault.load(Ledger, 'kept')
  return { person, home, away, signer }
}

/** A certificate with whatever members, signed by whose key is given. */
async function sign(document: object, signer: CryptoKey): Promise<string> {
  const payload = new TextEncoder().encode(canonicalJson(JSON.parse(JSON.stringify(document))))
  const input = encodeFrame([MANAGE_LABELS.certificateSignature, payload])
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', signer, input))
  return `ls1d.${encodeBase64url(payload)}.${encodeBase64url(signature)}`
}

describe('a server that does not delete', () => {
  const lies: [string, Mutator, boolean][] = [
    ['says that it is done', {}, true],
    ['refuses the certificate', deleting(422, { code: 'ERR_ACCOUNT_STATE' }), false],
    ['says that it failed', deleting(500, {}), false],
    ['says that the account is forbidden', deleting(403, { code: 'ERR_FORBIDDEN' }), false],
    ['names another account', deleting(200, { account: '018f0000-0000-7000-8000-0000000000a1' }), false],
    ['says more than it should', deleting(200, { account: 'x', kept: true }), false],
  ]
  for (const [what, mutator, isDeleted] of lies) {
    test(`${what}: the keys are gone, and the report says what was confirmed`, async () => {
      const { person, home } = await enrolled()
      const { identity } = splitState((await statesOf(home.net)).at(-1) as string).state
      home.net.mutator = isDeleted ? deleting(200, { account: person.account }) : mutator
      const report = await keysOf(home).destroy(orderOf(person))
      expect(report).toMatchObject({ isDeleted, isForgotten: isDeleted })
      expect(verifyCertificate(report.certificate, identity.signing)).toMatchObject({ whole: true, kids: report.kids })
      expect(report.proofs.map(({ record }) => record?.id)).toContain('kept')
      home.net.mutator = {}
      // What it kept opens as an account without a key, and nothing of the records does.
      const later = await world.unlocked(person)
      await expectCode(later.vault.load(Ledger, 'kept'), 'ERR_KEY_UNKNOWN')
      expect((await keysOf(later).status()).every(({ state }) => state === 'destroyed')).toBe(true)
    })
  }

  test('cannot give a device that knew the account its past back', async () => {
    const { person, home, away } = await enrolled()
    const history = await statesOf(home.net)
    home.net.mutator = deleting(500, {})
    await keysOf(home).destroy(orderOf(person))
    // Once it has seen the last state, no older one is believed.
    await managed(async (...call) => away.vault.manage(...call)).slots.list()
    await away.vault.lock()
    for (const shown of history) {
      const serving: Mutator = {
        request(request) {
          if (isFor(request, 'POST', '/v1/sessions')) return answer(200, { state: shown, revision: 1, now: Date.now() })
          return isFor(request, 'GET', '/v1/account/states') ? answer(200, { states: history }) : undefined
        },
      }
      const { handle, password } = person
      await expectRefused(away, serving, () => away.vault.unlock({ handle, password }), 'ERR_ROLLBACK')
    }
  })
})

test('nothing of it is left on the device: no pin, no record, no write that waited, no secret of the device', async () => {
  const { person, home } = await enrolled()
  const { devices } = managed(async (...call) => home.vault.manage(...call))
  await devices.add({ with: { recoveryCode: person.recoveryCode }, name: 'phone', pin: '271828' })
  home.net.mutator = {
    request: ({ method, path }) =>
      method === 'PUT' || (method === 'POST' && path === '/v1/records') ? answer(500, {}) : undefined,
  }
  await home.vault.saveMany(Ledger, [{ id: 'waits', name: 'q' }])
  const files = createFiles(async (...call) => home.vault.files(...call))
  await expectCode(files.upload(new Blob(['a scan']), { resume: 'scan' }), 'ERR_SERVER')
  home.net.mutator = { request: (request) => (isFor(request, 'POST', '/v1/records') ? answer(500, {}) : undefined) }
  const stores = async (): Promise<string[]> =>
    Object.entries(await readDatabase(home.database)).flatMap(([name, rows]) =>
      JSON.stringify(rows).includes(person.account) ? [name] : [],
    )
  expect(await stores()).toEqual(expect.arrayContaining(['accounts', 'devices', 'heads', 'outbox', 'uploads']))
  expect(await keysOf(home).destroy(orderOf(person))).toMatchObject({ isDeleted: true, isForgotten: true })
  expect(await stores()).toEqual([])
})

describe('another device', () => {
  test('that made a key meanwhile has it destroyed too', async () => {
    const { person, home, away } = await enrolled()
    let isMade = false
    home.net.mutator = {
      async request(request) {
        if (!isDeletion(request) || isMade) return undefined
        isMade = true
        await saveAfresh(away, 'late')
        return undefined
      },
    }
    const report = await keysOf(home).destroy(orderOf(person))
    expect(isMade).toBe(true)
    expect(report).toMatchObject({ isDeleted: true })
    expect(report.kids).toHaveLength(4)
    await expectCode(away.vault.load(Ledger, 'late'), 'ERR_SESSION')
  })

  test('that destroys it at the same time gets the same certificate', async () => {
    const { person, home, away } = await enrolled()
    const reports = await Promise.all([home, away].map((device) => keysOf(device).destroy(orderOf(person))))
    const [first, second] = reports.map(({ certificate }) => certificate)
    expect(first).toBe(second)
    expect(reports.map(({ isDeleted }) => isDeleted)).toEqual([true, true])
  })

  test('forgets an account on nothing but the account’s own word', async () => {
    const { person, home, away, signer } = await enrolled()
    const other = await enrolled()
    // Destroyed, not deleted, gone on with on another device, and destroyed once more.
    home.net.mutator = deleting(500, {})
    const earlier = (await keysOf(home).destroy(orderOf(person))).certificate
    home.net.mutator = {}
    await saveAfresh(away, 'new')
    await away.vault.lock()
    const genuine = (await keysOf(home).destroy(orderOf(person))).certificate
    const theirs = (await keysOf(other.home).destroy(orderOf(other.person))).certificate
    const { handle, password } = person
    await home.vault.enrol({ handle, password })
    const { document } = parseCertificate(genuine)
    expect(document.kids).toHaveLength(4)
    const { privateKey } = await generateSigner()
    const { whole: _whole, ...rest } = document
    const forged = [
      null,
      theirs,
      // A key that this device knows is not named.
      earlier,
      await sign({ ...document, kids: document.kids.slice(1) }, signer),
      await sign(document, privateKey),
      await sign({ ...document, account: other.person.account }, signer),
      await sign({ ...rest, classification: 'phi' }, signer),
      await sign({ ...rest, record: { model: 'ledger', id: 'kept' } }, signer),
      `${genuine.slice(0, -4)}AAAA`,
      'ls1d.x.y',
      7,
      { whole: true },
    ]
    for (const certificate of forged)
      await expectRefused(
        away,
        showing(certificate),
        () => away.vault.unlock({ handle, password }),
        'ERR_ACCOUNT_STATE',
      )
    // Nobody is asked for one unless the password opened something: what fails looks the same whatever the reason.
    const asked = away.net.log.length
    await expectRefused(away, {}, () => away.vault.unlock({ handle, password: 'wrong' }), 'ERR_UNLOCK_FAILED')
    expect(away.net.log.slice(asked).map(({ path }) => path)).toEqual(['/v1/kdf', '/v1/sessions'])
    await expectCode(away.vault.unlock({ handle, password }), 'ERR_ACCOUNT_DESTROYED')
  })

  test('is not served a new account under the handle of the old one', async () => {
    const { person, home, away } = await enrolled()
    const { handle, password } = person
    await away.vault.lock()
    await keysOf(home).destroy(orderOf(person))
    await home.vault.enrol({ handle, password })
    // The server hides that the old one was destroyed: then the new one is refused, for as long as it does.
    for (let time = 0; time < 2; time++)
      await expectRefused(away, showing(null), () => away.vault.unlock({ handle, password }), 'ERR_ACCOUNT_STATE')
    await expectCode(away.vault.unlock({ handle, password }), 'ERR_ACCOUNT_DESTROYED')
    await away.vault.unlock({ handle, password })
    await expectCode(away.vault.load(Ledger, 'kept'), 'ERR_RECORD_NOT_FOUND')
  })
})
