import { beforeAll, describe, expect, test } from 'vitest'
import { phi, pii, defineModel } from '@lockstitch/sdk'
import { sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { fieldAad } from '../../../packages/sdk/src/format/context.ts'
import { serializeEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { pad } from '../../../packages/sdk/src/format/padding.ts'
import { recordDigestInput } from '../../../packages/sdk/src/format/sealed-record.ts'
import { encodeValue } from '../../../packages/sdk/src/format/value.ts'
import { sealManifest } from '../../../packages/sdk/src/records/manifest.ts'
import { classificationsOf, idOf, sealRecord, sealTombstone } from '../../../packages/sdk/src/records/seal-record.ts'
import { verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import { Intake, Ledger } from '../../support/models.ts'
import { createAccount, type TestAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'
import { open } from '../support/records.ts'

let account: TestAccount

beforeAll(async () => {
  account = await createAccount(['phi', 'pii'])
})

test.each([
  ['an unknown field', { nickname: 'x' }, 'ERR_FIELD_UNKNOWN'],
  ['an unknown field below', { address: { country: 'x' } }, 'ERR_FIELD_UNKNOWN'],
  ['a number for a text', { name: 1 }, 'ERR_VALUE_INVALID'],
  ['an object for a text', { name: { toString: () => 'x' } }, 'ERR_VALUE_INVALID'],
  ['a text for a number', { weight: '80' }, 'ERR_VALUE_INVALID'],
  ['NaN', { weight: Number.NaN }, 'ERR_VALUE_INVALID'],
  ['a text for a date', { birthDate: '1970-01-01' }, 'ERR_VALUE_INVALID'],
  ['no date', { birthDate: new Date(Number.NaN) }, 'ERR_VALUE_INVALID'],
  ['a number for a bigint', { mrn: 1 }, 'ERR_VALUE_INVALID'],
  ['an array for bytes', { scan: [1] }, 'ERR_VALUE_INVALID'],
  ['a date in JSON', { resource: { at: new Date(0) } }, 'ERR_VALUE_INVALID'],
  ['a hole in JSON', { resource: [, 1] }, 'ERR_VALUE_INVALID'], // eslint-disable-line no-sparse-arrays
  ['a lone surrogate', { name: '\ud800' }, 'ERR_TEXT_INVALID'],
  ['a lone surrogate in JSON', { resource: ['\udc00'] }, 'ERR_TEXT_INVALID'],
  ['a lone surrogate in a clear text', { billing: '\ud800' }, 'ERR_TEXT_INVALID'],
  ['a text of 1 MiB', { notes: 'x'.repeat(1_048_576) }, 'ERR_FORMAT_LIMIT'],
  ['JSON of too many levels', { resource: JSON.parse('['.repeat(200) + ']'.repeat(200)) }, 'ERR_FORMAT_LIMIT'],
  ['4,097 items', { address: { lines: Array.from({ length: 4097 }, () => 'x') } }, 'ERR_FORMAT_LIMIT'],
  ['an absent item', { address: { lines: ['x', null] } }, 'ERR_VALUE_INVALID'],
  ['no record', null, 'ERR_VALUE_INVALID'],
  ['a classification without a key', { secretForUs: 'x' }, 'ERR_KEY_UNKNOWN'],
])('does not seal %s', async (_, record, code) => {
  expect(await outcome(() => sealRecord(account.keys, Intake, record, 'r1', undefined))).toBe(code)
})

test.each(['', '../x', 'a b', 'z'.repeat(65), 'é', 'a\n'])('does not seal under the id %j', async (id) => {
  expect(await outcome(() => sealRecord(account.keys, Ledger, {}, id, undefined))).toBe('ERR_RECORD_ID')
  expect(await outcome(() => sealTombstone(account.keys, Ledger, id, { revision: 1, hash: '', state: 'live' }))).toBe(
    'ERR_RECORD_ID',
  )
})

test('the largest value that fits is sealed and opened', async () => {
  const notes = 'x'.repeat(1_048_576 - 2)
  const { record } = await sealRecord(account.keys, Intake, { notes }, 'r1', undefined)
  expect((await open(account.keys, Intake, record))['notes']).toBe(notes)
})

test('the id and the classifications of a record', async () => {
  expect([idOf({}), idOf({ id: null }), idOf({ id: 'a' }), idOf(null)]).toEqual([undefined, undefined, 'a', undefined])
  expect(await outcome(() => idOf({ id: 5 }))).toBe('ERR_RECORD_ID')
  expect(
    [...classificationsOf(Intake, { id: 'r1', name: 'x', billing: 'y', medications: [{ name: 'z' }] })].sort(),
  ).toEqual(['phi', 'pii'])
  expect(classificationsOf(Intake, { billing: 'y', formVersion: 1 }).size).toBe(0)
})

describe('a tombstone', () => {
  test('follows the record that it deletes, and holds nothing', async () => {
    const { head } = await sealRecord(account.keys, Ledger, { name: 'x' }, 'r1', undefined)
    const { record, head: after } = await sealTombstone(account.keys, Ledger, 'r1', head)
    expect(Object.keys(record)).toEqual(['id', '$seal'])
    const verified = await verifyRecord(account.keys, Ledger, record)
    expect(verified.head).toEqual(after)
    expect([after.revision, after.state]).toEqual([2, 'tombstone'])
  })

  test('is not a live record without fields, nor the other way round', async () => {
    const { record, head } = await sealRecord(account.keys, Ledger, {}, 'r1', undefined)
    const { record: gone } = await sealTombstone(account.keys, Ledger, 'r1', head)
    expect((await verifyRecord(account.keys, Ledger, record)).head.state).toBe('live')
    expect((await verifyRecord(account.keys, Ledger, gone)).head.state).toBe('tombstone')
    const { record: full } = await sealRecord(account.keys, Ledger, { name: 'x' }, 'r1', undefined)
    expect(await outcome(() => verifyRecord(account.keys, Ledger, { ...full, $seal: gone.$seal }))).toBe(
      'ERR_FORMAT_INVALID',
    )
  })
})

describe('an authentic envelope with something inside that is no value of its field', () => {
  const Texts = defineModel('texts', { name: pii({ type: 'string' }), other: phi() })

  /** A record that its owner sealed and proved, with these bytes in the field. */
  async function withBytes(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
    const place = { owner: account.id, model: 'texts', id: 'r1' }
    const kid = account.keys.keyring.activeKid('pii')
    const key = await account.keys.keyring.recordKey(kid, 'pii', place)
    const sealed = await sealBytes(key, fieldAad({ ...place, path: 'name', classification: 'pii', kid }), bytes)
    const name = serializeEnvelope({ kid, sealed })
    const hash = await digest(recordDigestInput([['name', 'envelope', name]]))
    const { text } = await sealManifest(account.keys, Texts, place, undefined, 'live', hash)
    return { id: 'r1', name, $seal: text }
  }

  test.each([
    ['a value', pad(encodeValue('string', 'x'), 'none'), 'ok'],
    ['a value under another padding', pad(encodeValue('string', 'x'), 'padme'), 'ok'],
    ['another type', pad(encodeValue('number', 1), 'block'), 'ERR_OPEN_FAILED'],
    ['no padding', encodeValue('string', 'x'), 'ERR_OPEN_FAILED'],
    ['zeros', new Uint8Array(12), 'ERR_OPEN_FAILED'],
    ['no UTF-8', pad(Uint8Array.of(1, 0xff), 'block'), 'ERR_OPEN_FAILED'],
    ['the marker alone', Uint8Array.of(0x80), 'ERR_OPEN_FAILED'],
  ] as const)('%s', async (_, bytes, code) => {
    const record = await withBytes(bytes)
    expect(await outcome(() => open(account.keys, Texts, record))).toBe(code)
  })
})
