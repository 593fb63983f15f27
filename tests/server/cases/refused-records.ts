/** Every way in which a record can be wrong, and that nothing of it is stored. */
import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { intake, leaflet, letter, seal, type Sealed, tombstone } from '../support/sealed.ts'
import { type Patient, type TestServer, refused } from '../support/server.ts'
import { type Account, b64u, envelope, type Json, makeAccount } from '../support/writer.ts'
import type { Context } from './context.ts'

type Case = [what: string, status: number, code: string, make: (account: Account) => Sealed | readonly Sealed[]]

const other = makeAccount()
const id = 'r-new'
const replaced = (sealed: Sealed, changes: Json): Sealed => ({ ...sealed, record: { ...sealed.record, ...changes } })
const withName = (name: unknown) => (account: Account) => intake(account, id, {}, { name })

const PLAINTEXT: Case[] = [
  ['a text', 422, 'ERR_FORMAT_INVALID', withName('John Doe')],
  ['an empty text', 422, 'ERR_FORMAT_INVALID', withName('')],
  ['a number', 422, 'ERR_FORMAT_INVALID', withName(42)],
  ['false', 422, 'ERR_FORMAT_INVALID', withName(false)],
  ['an older format', 422, 'ERR_FORMAT_INVALID', withName('v1:AAAA:BBBB:CCCC')],
  [
    'a later version',
    422,
    'ERR_FORMAT_VERSION',
    (a) => intake(a, id, {}, { name: envelope(a.keys.pii.kid).replace('ls1', 'ls2') }),
  ],
  ['an object', 422, 'ERR_FORMAT_INVALID', withName({ first: 'John' })],
  ['an array', 422, 'ERR_FORMAT_INVALID', withName(['John'])],
  ['a text where an object belongs', 422, 'ERR_VALUE_INVALID', (a) => intake(a, id, {}, { address: 'Main Street 1' })],
  ['a text in a list', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { medications: [{ name: 'Aspirin' }] })],
]

const ENCODING: Case[] = [
  ['a tag cut short, and the digest not', 422, 'ERR_DIGEST_MISMATCH', (a) => cut(a)],
  [
    'nothing left but nonce and tag',
    422,
    'ERR_FORMAT_INVALID',
    (a) => intake(a, id, {}, { name: envelope(a.keys.pii.kid, randomBytes(12), 0) }),
  ],
  [
    'a tag of 15 bytes',
    422,
    'ERR_FORMAT_INVALID',
    (a) => intake(a, id, {}, { name: `ls1.${a.keys.pii.kid}.${b64u(randomBytes(27))}` }),
  ],
  [
    'padding',
    422,
    'ERR_FORMAT_INVALID',
    (a) => intake(a, id, {}, { name: `${envelope(a.keys.pii.kid, randomBytes(12), 23)}=` }),
  ],
  [
    'trailing bits',
    422,
    'ERR_FORMAT_INVALID',
    (a) => intake(a, id, {}, { name: trailingBits(envelope(a.keys.pii.kid, randomBytes(12), 24)) }),
  ],
  [
    'the other alphabet',
    422,
    'ERR_FORMAT_INVALID',
    (a) => intake(a, id, {}, { name: `${envelope(a.keys.pii.kid).slice(0, -1)}+` }),
  ],
  ['a space', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { name: `${envelope(a.keys.pii.kid)} ` })],
  ['a line end', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { name: `${envelope(a.keys.pii.kid)}\n` })],
  ['a zero character', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { name: `${envelope(a.keys.pii.kid)}\0` })],
  [
    'a manifest of another form',
    422,
    'ERR_FORMAT_INVALID',
    (a) => replaced(intake(a, id), { $seal: 'ls1m.AAAA.AAAA' }),
  ],
  ['no manifest', 422, 'ERR_FORMAT_INVALID', (a) => replaced(intake(a, id), { $seal: undefined })],
]

const KEYS: Case[] = [
  ['an unknown key', 422, 'ERR_KEY_UNKNOWN', (a) => intake(a, id, {}, { name: envelope(b64u(randomBytes(8))) })],
  [
    'the key of another account',
    422,
    'ERR_KEY_UNKNOWN',
    (a) => intake(a, id, {}, { name: envelope(other.keys.pii.kid) }),
  ],
  [
    'the key of another classification',
    422,
    'ERR_KEY_UNKNOWN',
    (a) => intake(a, id, {}, { name: envelope(a.keys.phi.kid) }),
  ],
  ['the account key', 422, 'ERR_KEY_UNKNOWN', (a) => intake(a, id, {}, { name: envelope(a.keys.account.kid) })],
  [
    'a key that takes no new writes',
    422,
    'ERR_KEY_STATE',
    (a) => intake(a, id, {}, { diagnosis: envelope(a.keys.old.kid) }),
  ],
  ['a manifest under another key', 422, 'ERR_KEY_UNKNOWN', (a) => intake(a, id, { kid: other.keys.account.kid })],
]

const PROOFS: Case[] = [
  ['a wrong digest', 422, 'ERR_DIGEST_MISMATCH', (a) => intake(a, id, { digest: randomBytes(32) })],
  ['a changed clear value', 422, 'ERR_DIGEST_MISMATCH', (a) => replaced(intake(a, id), { formVersion: 8 })],
  ['a field left out', 422, 'ERR_DIGEST_MISMATCH', (a) => replaced(intake(a, id), { name: undefined })],
  [
    'a field put in',
    422,
    'ERR_DIGEST_MISMATCH',
    (a) => replaced(intake(a, id), { address: { city: envelope(a.keys.pii.kid) } }),
  ],
  ['an empty list left out', 422, 'ERR_DIGEST_MISMATCH', (a) => replaced(intake(a, id), { tags: undefined })],
  [
    'the manifest of another record',
    422,
    'ERR_FORMAT_INVALID',
    (a) => replaced(intake(a, id), { $seal: intake(a, 'r-other').record.$seal }),
  ],
  ['the manifest of another model', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, { model: 'letter' })],
  ['another owner', 403, 'ERR_FORBIDDEN', (a) => intake(a, id, { owner: other.id })],
  ['another writer', 403, 'ERR_FORBIDDEN', (a) => intake(a, id, { writer: randomBytes(16) })],
  ['a record of another account', 403, 'ERR_FORBIDDEN', () => intake(other, id)],
  ['no signature where one is due', 422, 'ERR_FORMAT_INVALID', (a) => letter(a, id, { signature: 'none' })],
  ['a wrong signature', 422, 'ERR_SIGNATURE_INVALID', (a) => letter(a, id, { signature: randomBytes(64) })],
  ['a signature where none is due', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, { signature: 'right' })],
]

const SHAPES: Case[] = [
  ['an unknown field', 422, 'ERR_FIELD_UNKNOWN', (a) => replaced(intake(a, id), { ssn: 'x' })],
  ['an unknown field inside', 422, 'ERR_FIELD_UNKNOWN', (a) => replaced(intake(a, id), { address: { ssn: 'x' } })],
  ['an unknown empty field', 422, 'ERR_FIELD_UNKNOWN', (a) => replaced(intake(a, id), { ssn: null })],
  ['a constructor', 422, 'ERR_FIELD_UNKNOWN', (a) => replaced(intake(a, id), { constructor: { name: 'x' } })],
  ['an unknown model', 422, 'ERR_MODEL_INVALID', (a) => seal(a, 'unknown', id, {}, [])],
  ['a model of the prototype', 422, 'ERR_MODEL_INVALID', (a) => seal(a, '__proto__', id, {}, [])],
  ['a clear number that is a text', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { formVersion: '7' })],
  ['a clear text that is a number', 422, 'ERR_FORMAT_INVALID', (a) => intake(a, id, {}, { insurer: 7 })],
  ['a lone surrogate', 422, 'ERR_FORMAT_INVALID', (a) => replaced(leaflet(a, id), { title: '\ud800' })],
  ['an id with a slash', 422, 'ERR_RECORD_ID', (a) => replaced(leaflet(a, id), { id: '../x' })],
  ['a record that is a list', 422, 'ERR_VALUE_INVALID', (a) => ({ ...leaflet(a, id), record: [] as never })],
  ['a hole in a list', 422, 'ERR_VALUE_INVALID', (a) => replaced(intake(a, id), { medications: [null] })],
]

const TOMBSTONES: Case[] = [
  [
    'a field in a tombstone',
    422,
    'ERR_FORMAT_INVALID',
    (a) => tombstone(a, id, {}, { name: envelope(a.keys.pii.kid) }),
  ],
  ['a clear value in a tombstone', 422, 'ERR_FORMAT_INVALID', (a) => tombstone(a, id, {}, { formVersion: 1 })],
  ['an empty list in a tombstone', 422, 'ERR_FORMAT_INVALID', (a) => tombstone(a, id, {}, { tags: [] })],
]

export function refusedRecordCases({ start }: Context): void {
  describe('a record is refused, and nothing stored, for', () => {
    let server: TestServer
    let patient: Patient
    beforeAll(async () => {
      server = await start({ limits: { sessionRequests: { count: 10_000, ms: 60_000 } } })
      patient = await server.patient()
    })

    for (const [what, status, code, make] of [
      ...PLAINTEXT,
      ...ENCODING,
      ...KEYS,
      ...PROOFS,
      ...SHAPES,
      ...TOMBSTONES,
    ]) {
      test(what, async () => {
        const answer = await server.outcome(() => server.write(patient, make(patient.account)))
        expect(answer).toMatchObject(refused(status, code))
        expect(answer.json.index).toBe(0)
        expect(answer.text).not.toContain('John')
      })
    }

    test('a member that is the prototype', async () => {
      const { model, record } = intake(patient.account, id)
      const text = JSON.stringify({ records: [{ model, record }] })
      const poisoned = text.replace('"id":', '"__proto__":{"admin":true},"id":')
      const request = { cookie: patient.cookie, signer: patient.account }
      expect(await server.outcome(() => server.send('POST', '/v1/records', poisoned, request))).toMatchObject(
        refused(422, 'ERR_FIELD_UNKNOWN'),
      )
    })

    test('a reason, and the check would notice what is stored all the same', async () => {
      const answer = await server.outcome(async () => {
        await server.write(patient, leaflet(patient.account, 'r-unnoticed'))
        return server.write(patient, intake(patient.account, id, {}, { name: 'John' }))
      })
      expect(answer.changed.join()).toContain('r-unnoticed')
      expect(answer).not.toMatchObject(refused(422, 'ERR_FORMAT_INVALID'))
    })

    test('nothing but its fault: the same record without it is stored', async () => {
      expect(await server.write(patient, intake(patient.account, id))).toMatchObject({ status: 200 })
    })
  })
}

/** An envelope without its last three bytes, with the digest of the whole one. */
function cut(account: Account): Sealed {
  const whole = intake(account, id, {}, { name: envelope(account.keys.pii.kid, randomBytes(12), 23) })
  return replaced(whole, { name: (whole.record['name'] as string).slice(0, -4) })
}

/** The same bytes in another text: bits of the last character that no byte has. */
function trailingBits(text: string): string {
  const last = text.at(-1) as string
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(last) + 1)
}
