/** Bundles that only an owner of the key can make: one record has one spelling, and anything else is not opened. */
import { beforeAll, expect, test } from 'vitest'
import { defineModel, phi, pii, pub } from '@lockstitch/sdk'
import type { JsonValue } from '@lockstitch/sdk/format'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { bundleRecord, unbundleRecord } from '../../../packages/sdk/src/format/bundle.ts'
import { encodeValue } from '../../../packages/sdk/src/format/value.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import { sealRecord } from '../../../packages/sdk/src/records/seal-record.ts'
import { createVerifier } from '../../../packages/sdk/src/server/verifier.ts'
import { createAccount, type TestAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'
import { open, openUnproved } from '../support/records.ts'

const SHAPE = {
  name: pii(),
  ssn: phi(),
  list: [phi()],
  both: [{ a: phi(), b: pii() }],
  mixed: { secret: phi(), open: pub() },
  rows: [{ secret: phi(), open: pub() }],
} as const
const Bundled = defineModel('note', SHAPE, { layout: 'record' })

let account: TestAccount
beforeAll(async () => {
  account = await createAccount()
})

type Entries = readonly (readonly [path: string, value: string | Uint8Array])[]
const EMPTY_LIST = Uint8Array.of(0, 0x5b, 0x5d)
const EMPTY_OBJECT = Uint8Array.of(0, 0x7b, 0x7d)
const bundle = (entries: Entries): Uint8Array =>
  encodeFrame(
    entries.flatMap(([path, value]) => [path, typeof value === 'string' ? encodeValue('string', value) : value]),
  )
const unbundle = (phiEntries: Entries, piiEntries: Entries = [], clear: Record<string, JsonValue> = {}): unknown =>
  unbundleRecord(Bundled, { id: 'r', ...clear, $fields: { phi: bundle(phiEntries), pii: bundle(piiEntries) } })

test('the one spelling is read', () => {
  expect(unbundle([['ssn', '1']], [['name', 'Ada']])).toEqual({ id: 'r', ssn: '1', name: 'Ada' })
  expect(
    unbundle(
      [
        ['both.0.a', 'x'],
        ['list', EMPTY_LIST],
      ],
      [['both.1.b', 'y']],
    ),
  ).toEqual({
    id: 'r',
    both: [{ a: 'x' }, { b: 'y' }],
    list: [],
  })
  expect(unbundle([['both.0', EMPTY_OBJECT]])).toEqual({ id: 'r', both: [{}] })
  expect(unbundle([['rows.1.secret', 's']], [], { rows: [{}, { open: 'o' }] })).toEqual({
    id: 'r',
    rows: [{}, { open: 'o', secret: 's' }],
  })
  const eleven = Array.from({ length: 11 }, (_, index) => `v${index}`)
  const sealed = bundleRecord(Bundled, { list: eleven }, []) as Record<string, unknown>
  expect(unbundleRecord(Bundled, { id: 'r', ...sealed })).toEqual({ id: 'r', list: eleven })
})

test.each<[string, Entries, Entries?, Record<string, JsonValue>?]>([
  ['an unknown path', [['nope', 'x']]],
  ['a path of a prototype', [['__proto__', 'x']]],
  ['a path into a prototype', [['mixed.constructor', 'x']]],
  ['no path', [['', 'x']]],
  ['the id', [['id', 'x']]],
  ['a field of another classification', [['name', 'x']]],
  ['a field that the server may read', [['mixed.open', 'x']], [], { mixed: {} }],
  [
    'a path twice',
    [
      ['ssn', '1'],
      ['ssn', '1'],
    ],
  ],
  [
    'paths out of order',
    [
      ['ssn', '1'],
      ['list.0', 'x'],
    ],
  ],
  ['another type', [['ssn', encodeValue('number', 1)]]],
  ['no value', [['ssn', new Uint8Array(0)]]],
  ['a container for a value', [['ssn', EMPTY_OBJECT]]],
  ['a value for a container', [['both', 'x']]],
  ['an object for an array', [['list', EMPTY_OBJECT]]],
  ['an array without its first item', [['list.1', 'x']]],
  [
    'an array with an item missing',
    [
      ['list.0', 'x'],
      ['list.2', 'x'],
    ],
  ],
  ['an array that is longer than any', [['list.4096', 'x']]],
  ['a second spelling of an index', [['list.00', 'x']]],
  ['an index of an object', [['mixed.0', 'x']], [], { mixed: {} }],
  ['a member of an array', [['list.length', 'x']]],
  [
    'an empty container that is not empty',
    [
      ['list', EMPTY_LIST],
      ['list.0', 'x'],
    ],
  ],
  ['an empty container of an item that has members', [['both.0', EMPTY_OBJECT]], [['both.0.b', 'x']]],
  ['an empty container in the bundle of another', [], [['both', EMPTY_LIST]]],
  ['an empty container that stands in clear too', [['mixed', EMPTY_OBJECT]], [], { mixed: {} }],
  ['a container that must stand in clear', [['mixed.secret', 'x']]],
  ['an item that must stand in clear', [['rows.1.secret', 'x']], [], { rows: [{}] }],
])('%s is refused', async (_, phiEntries, piiEntries, clear) => {
  expect(await outcome(() => unbundle(phiEntries, piiEntries, clear))).not.toBe('ok')
})

test('bytes that are no list of pairs are refused', async () => {
  for (const bytes of [encodeFrame(['ssn']), Uint8Array.of(0), Uint8Array.of(0, 0, 0, 9, 1)]) {
    const $fields = { phi: bytes, pii: bundle([]) }
    expect(await outcome(() => unbundleRecord(Bundled, { id: 'r', $fields }))).toBe('ERR_FORMAT_INVALID')
  }
})

test('a bundle opens in its record, its classification and nowhere else, whatever the manifest says', async () => {
  const { keys } = account
  const seal = async (id: string, model = Bundled): Promise<Record<string, unknown>> => ({
    ...(await sealRecord(keys, model, { name: 'Ada', ssn: id }, id, undefined)).record,
  })
  const one = await seal('r1')
  const two = await seal('r2')
  const foreign = await seal('r1', defineModel('other', SHAPE, { layout: 'record' }))
  const fieldsOf = (record: Record<string, unknown>): Record<string, unknown> => record['$fields'] as never
  const put = (changes: object): unknown => ({ ...one, $fields: { ...fieldsOf(one), ...changes } })
  const moved = [put({ phi: fieldsOf(two)['phi'] }), put({ phi: fieldsOf(foreign)['phi'] })]
  for (const record of moved) {
    expect(await outcome(() => openUnproved(keys, Bundled, record))).toBe('ERR_OPEN_FAILED')
    expect(await outcome(() => open(keys, Bundled, record))).toBe('ERR_DIGEST_MISMATCH')
  }
  const swapped = put({ phi: fieldsOf(one)['pii'], pii: fieldsOf(one)['phi'] })
  expect(await outcome(() => openUnproved(keys, Bundled, swapped))).toBe('ERR_KEY_INVALID')
  expect(await open(keys, Bundled, one)).toEqual({ id: 'r1', name: 'Ada', ssn: 'r1' })
})

test('a server without keys accepts every bundle once, and no protected field in clear', async () => {
  const { record } = await sealRecord(account.keys, Bundled, { ssn: '1', mixed: { secret: 's' } }, 'r1', undefined)
  const verifier = createVerifier([Bundled])
  const verify = (changed: unknown): Promise<string> =>
    outcome(() => verifier.verifyRecord({ model: 'note', record: changed }, account.state))
  const { $fields, ...others } = record as typeof record & { $fields: Record<string, string> }
  const { nonces } = verifier.verifyRecord({ model: 'note', record }, account.state)
  expect(nonces.map(({ kid }) => kid)).toEqual(Object.values($fields).map((text) => text.slice(4, 15)))
  expect(await verify(others)).toBe('ERR_FORMAT_INVALID')
  expect(await verify({ ...record, $fields: { phi: $fields['phi'] } })).toBe('ERR_FORMAT_INVALID')
  expect(await verify({ ...record, $fields: { ...$fields, phi: 'in clear' } })).toBe('ERR_FORMAT_INVALID')
  expect(await verify({ ...record, ssn: '1' })).toBe('ERR_FIELD_UNKNOWN')
  expect(await verify({ ...record, list: [] })).toBe('ERR_FIELD_UNKNOWN')
  expect(await verify({ ...record, mixed: { secret: $fields['phi'] } })).toBe('ERR_FIELD_UNKNOWN')
  expect(await verify({ ...record, $fields: { ...$fields, phi: $fields['pii'] } })).toBe('ERR_DIGEST_MISMATCH')
})

test('what is authentic and no bundle is one code, like anything that does not open', async () => {
  const raw = defineModel('note', { ssn: phi(), name: pii() }, { layout: 'record' })
  const { record } = await sealRecord(account.keys, raw, { ssn: '1' }, 'r1', undefined)
  const verified = await verifyRecord(account.keys, raw, record)
  // The same name and bundles, but a model in which `ssn` is no field of that type.
  const other = defineModel('note', { ssn: phi({ type: 'number' }), name: pii() }, { layout: 'record' })
  expect(await outcome(() => openFields(account.keys, other, verified))).toBe('ERR_OPEN_FAILED')
})

test('the length of a bundle tells little: ninety lengths of a value give few sizes', async () => {
  const sizes = new Set<number>()
  for (let length = 0; length < 90; length++) {
    const { record } = await sealRecord(account.keys, Bundled, { ssn: 'x'.repeat(length) }, 'r1', undefined)
    sizes.add((record as unknown as { $fields: { phi: string } }).$fields.phi.length)
  }
  expect(sizes.size).toBeLessThan(16)
})
