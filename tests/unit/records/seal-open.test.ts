import { beforeAll, describe, expect, test } from 'vitest'
import { parseEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { sealRecord } from '../../../packages/sdk/src/records/seal-record.ts'
import { verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import { Intake, Ledger, Signed } from '../../support/models.ts'
import { changedCharacters } from '../../vectors/support/tamper.ts'
import { createAccount, type TestAccount } from '../support/account.ts'
import { outcome, toHex } from '../support/outcome.ts'
import { FULL, open, openUnproved, strings } from '../support/records.ts'

let account: TestAccount
let sealed: Readonly<Record<string, unknown>>

beforeAll(async () => {
  account = await createAccount()
  sealed = (await sealRecord(account.keys, Intake, FULL, 'r1', undefined)).record
})

const envelopes = (record: unknown): ReturnType<typeof strings> =>
  strings(record).filter(({ text }) => text.startsWith('ls1.'))

describe('a record', () => {
  test('comes back equal, in the order it was given, with every kind of value', async () => {
    const opened = await open(account.keys, Intake, sealed)
    expect(opened).toStrictEqual({ id: 'r1', ...FULL })
    expect(Object.keys(opened)).toEqual(['id', ...Object.keys(FULL)])
    expect(Object.is((opened as typeof FULL).queue, -0) && Object.is((opened as typeof FULL).weight, -0)).toBe(true)
  })

  test('has an envelope in every end-to-end field and none elsewhere', () => {
    const paths = envelopes(sealed).map(({ path }) => path)
    expect(paths.join(' ')).toBe(
      'name ssn notes weight smoker birthDate mrn scan resource address.city address.lines.0 address.lines.1 ' +
        'medications.0.name medications.0.milligrams medications.1.name secretForUs',
    )
    expect(sealed).toMatchObject({ billing: 'plan B', formVersion: 3, updated: '2026-09-21T14:13:20.000Z' })
  })

  test('an envelope of a short name has at most 70 characters', async () => {
    const { record } = await sealRecord(account.keys, Ledger, { name: 'John Doe' }, 'r1', undefined)
    expect(String(record['name']).length).toBeLessThanOrEqual(70)
  })

  test('lengths say only the class: every short name and every yes or no is alike', async () => {
    const lengths = async (record: object): Promise<number[]> =>
      envelopes((await sealRecord(account.keys, Intake, record, 'r1', undefined)).record).map(({ text }) => text.length)
    expect(await lengths({ name: 'Jo', smoker: true })).toEqual(await lengths({ name: 'Wolfgang A', smoker: false }))
    expect(await lengths({ ssn: '' })).toEqual(await lengths({ ssn: 'x'.repeat(30) }))
  })

  test('sealed again is another record: no envelope, nonce or manifest comes twice', async () => {
    const again = (await sealRecord(account.keys, Intake, FULL, 'r1', undefined)).record
    const [first, second] = [envelopes(sealed), envelopes(again)]
    const texts = [...first, ...second].map(({ text }) => text)
    expect(new Set(texts).size).toBe(32)
    expect(new Set(texts.map((text) => toHex(parseEnvelope(text).sealed.subarray(0, 12)))).size).toBe(32)
  })

  test('without any field is a record, too', async () => {
    const { record } = await sealRecord(account.keys, Intake, {}, 'empty', undefined)
    expect(Object.keys(record)).toEqual(['id', '$seal'])
    expect(await open(account.keys, Intake, record)).toEqual({ id: 'empty' })
  })
})

describe('a field opens nowhere else', () => {
  test('any envelope in the place of any other is refused by the manifest, and by the field alone', async () => {
    const places = envelopes(sealed)
    const swaps = places.flatMap((to) => places.filter((from) => from !== to).map((from) => to.put(from.text)))
    expect(swaps.length).toBe(16 * 15)
    const proved = await Promise.all(swaps.map((record) => outcome(() => open(account.keys, Intake, record))))
    expect(new Set(proved)).toEqual(new Set(['ERR_DIGEST_MISMATCH']))
    const unproved = await Promise.all(swaps.map((record) => outcome(() => openUnproved(account.keys, Intake, record))))
    expect(new Set(unproved)).toEqual(new Set(['ERR_OPEN_FAILED', 'ERR_KEY_INVALID']))
  })

  test('not in another record, model or account, whatever the manifest says', async () => {
    const inPlace = (await sealRecord(account.keys, Ledger, { name: 'Jane Roe', ssn: '1' }, 'r1', undefined)).record
    const otherId = (await sealRecord(account.keys, Ledger, { name: 'Jane Roe', ssn: '1' }, 'r2', undefined)).record
    const stranger = await createAccount()
    const otherOwner = (await sealRecord(stranger.keys, Ledger, { name: 'Jane Roe', ssn: '1' }, 'r1', undefined)).record
    const cases: [string, unknown, string][] = [
      ['another record', { ...inPlace, name: otherId['name'] }, 'ERR_OPEN_FAILED'],
      ['another model', { ...inPlace, name: sealed['name'] }, 'ERR_OPEN_FAILED'],
      ['another account', { ...inPlace, name: otherOwner['name'] }, 'ERR_KEY_UNKNOWN'],
    ]
    for (const [name, record, code] of cases) {
      expect([name, await outcome(() => openUnproved(account.keys, Ledger, record))]).toEqual([name, code])
      expect([name, await outcome(() => open(account.keys, Ledger, record))]).toEqual([name, 'ERR_DIGEST_MISMATCH'])
    }
    expect(await open(account.keys, Ledger, inPlace)).toEqual({ id: 'r1', name: 'Jane Roe', ssn: '1' })
  })

  test('not under another classification or kid', async () => {
    const text = String(sealed['name'])
    const phi = account.state.keyring.find(({ classification }) => classification === 'phi')?.kid ?? ''
    const renamed = `ls1.${phi}.${text.slice(16)}`
    expect(await outcome(() => openUnproved(account.keys, Intake, { ...sealed, name: renamed }))).toBe(
      'ERR_KEY_INVALID',
    )
    expect(await outcome(() => openUnproved(account.keys, Intake, { ...sealed, ssn: renamed }))).toBe('ERR_OPEN_FAILED')
  })
})

function without(record: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([member]) => member !== name))
}

describe('a changed record', () => {
  test('any character of any text of it is refused with a code, and no value is given out', async () => {
    const { record } = await sealRecord(account.keys, Signed, { finding: 'benign' }, 'r1', undefined)
    const outcomes = new Map<string, number>()
    for (const { text, put } of strings(record)) {
      for (const changed of changedCharacters(text)) {
        const code = await outcome(() => open(account.keys, Signed, put(changed)))
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1)
      }
    }
    expect([...outcomes.keys()].sort().join(' ')).toBe(
      'ERR_DIGEST_MISMATCH ERR_FORMAT_INVALID ERR_FORMAT_VERSION ERR_OPEN_FAILED ERR_RECORD_ID',
    )
  })

  const medications = FULL.medications.length
  test.each<[string, (record: Record<string, unknown>) => unknown, string]>([
    ['a field is gone', (record) => without(record, 'ssn'), 'ERR_DIGEST_MISMATCH'],
    ['a field is absent', (record) => ({ ...record, ssn: null }), 'ERR_DIGEST_MISMATCH'],
    ['a clear field is gone', (record) => without(record, 'billing'), 'ERR_DIGEST_MISMATCH'],
    ['a clear field is another', (record) => ({ ...record, formVersion: 4 }), 'ERR_DIGEST_MISMATCH'],
    ['minus zero is zero', (record) => ({ ...record, queue: 0 }), 'ERR_DIGEST_MISMATCH'],
    [
      'an item is gone',
      (record) => ({ ...record, medications: (record['medications'] as []).slice(0, medications - 1) }),
      'ERR_DIGEST_MISMATCH',
    ],
    [
      'items in another order',
      (record) => ({ ...record, medications: [...(record['medications'] as [])].reverse() }),
      'ERR_DIGEST_MISMATCH',
    ],
    [
      'an empty item more',
      (record) => ({ ...record, medications: [...(record['medications'] as []), {}] }),
      'ERR_DIGEST_MISMATCH',
    ],
    ['a member that the model does not name', (record) => ({ ...record, admin: true }), 'ERR_FIELD_UNKNOWN'],
    ['plaintext in a protected field', (record) => ({ ...record, name: 'John Doe' }), 'ERR_FORMAT_INVALID'],
    ['another id', (record) => ({ ...record, id: 'r2' }), 'ERR_FORMAT_INVALID'],
    ['no manifest', (record) => without(record, '$seal'), 'ERR_FORMAT_INVALID'],
    [
      'members in another order, which is not authenticated',
      (record) => Object.fromEntries(Object.entries(record).reverse()),
      'ok',
    ],
    [
      'an absent member in an empty container',
      (record) => ({ ...record, medications: [...(record['medications'] as []).slice(0, 2), { name: null }] }),
      'ok',
    ],
  ])('%s', async (_, change, code) => {
    expect(await outcome(() => open(account.keys, Intake, change({ ...sealed })))).toBe(code)
  })
})

describe('a manifest', () => {
  test('of another record, revision or account does not vouch for this one', async () => {
    const first = await sealRecord(account.keys, Ledger, { name: 'a' }, 'r1', undefined)
    const second = await sealRecord(account.keys, Ledger, { name: 'b' }, 'r1', first.head)
    expect(await outcome(() => open(account.keys, Ledger, { ...second.record, $seal: first.record.$seal }))).toBe(
      'ERR_DIGEST_MISMATCH',
    )
    const stranger = await createAccount()
    expect(await outcome(() => open(stranger.keys, Ledger, first.record))).toBe('ERR_OPEN_FAILED')
    const other = (await sealRecord(account.keys, Ledger, { name: 'a' }, 'r2', undefined)).record
    expect(await outcome(() => open(account.keys, Ledger, { ...first.record, $seal: other.$seal }))).toBe(
      'ERR_FORMAT_INVALID',
    )
    expect(second.head.revision).toBe(2)
    expect((await verifyRecord(account.keys, Ledger, second.record)).head).toEqual(second.head)
    expect((await verifyRecord(account.keys, Ledger, second.record)).parsed.manifest.previous).not.toEqual(
      new Uint8Array(32),
    )
  })

  test('of an identity that is not the own one, though the MAC is right, is refused', async () => {
    const stranger = await createAccount()
    const keys = { ...account.keys, identity: stranger.keys.identity }
    const signed = (await sealRecord(keys, Signed, { finding: 'x' }, 'r1', undefined)).record
    expect(await outcome(() => open(account.keys, Signed, signed))).toBe('ERR_OPEN_FAILED')
    // Without a signature only the name of the writer tells.
    const unsigned = (await sealRecord(keys, Ledger, { name: 'x' }, 'r1', undefined)).record
    expect(await outcome(() => open(keys, Ledger, unsigned))).toBe('ok')
    expect(await outcome(() => open(account.keys, Ledger, unsigned))).toBe('ERR_OPEN_FAILED')
  })

  test('is signed exactly when the model says so, and the signature is checked', async () => {
    const unsigned = (await sealRecord(account.keys, { ...Signed, signed: false }, { finding: 'x' }, 'r1', undefined))
      .record
    const signed = (await sealRecord(account.keys, Signed, { finding: 'x' }, 'r1', undefined)).record
    expect(await outcome(() => open(account.keys, Signed, unsigned))).toBe('ERR_FORMAT_INVALID')
    expect(await outcome(() => open(account.keys, { ...Signed, signed: false }, signed))).toBe('ERR_FORMAT_INVALID')
    expect(await outcome(() => open(account.keys, Signed, signed))).toBe('ok')
    const [prefix, payload, mac] = signed.$seal.split('.')
    const otherSignature = `${prefix}.${payload}.${mac}.${'A'.repeat(86)}`
    expect(await outcome(() => open(account.keys, Signed, { ...signed, $seal: otherSignature }))).toBe(
      'ERR_OPEN_FAILED',
    )
  })
})
