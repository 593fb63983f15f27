/** Made `own/ls1-record-layout/records.json`, once. It seals with fresh nonces, so that another run gives other vectors. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineModel, phi, pii, pub } from '@lockstitch/sdk'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import type { AccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { bundleRecord, BUNDLES_MEMBER } from '../../../packages/sdk/src/format/bundle.ts'
import { sealRecord } from '../../../packages/sdk/src/records/seal-record.ts'
import records from '../own/ls1/records.json' with { type: 'json' }
import { recordKeysOf } from './account.ts'
import { toHex } from './hex.ts'

const SHAPE = {
  name: pii(),
  ssn: phi(),
  weight: phi({ type: 'number' }),
  resource: phi({ type: 'json' }),
  lines: [pii()],
  both: [{ code: phi(), who: pii() }],
  visits: [{ reason: phi(), room: pub() }],
  formVersion: pub({ type: 'number' }),
} as const

const CASES: readonly [id: string, comment: string, model: ReturnType<typeof defineModel>, record: object][] = [
  [
    'every-place',
    'fields alone, in arrays, in objects of two classifications and beside a public one',
    defineModel('overlay', SHAPE, { layout: 'record' }),
    {
      name: 'Zo\u00eb',
      ssn: '219-09-9999',
      weight: -0,
      resource: { b: [1.5, null], a: '' },
      lines: Array.from({ length: 11 }, (_, index) => `line ${index}`),
      both: [{ code: 'J45' }, { who: 'Ada' }, {}],
      visits: [{ reason: 'fall', room: '7' }, { reason: 'check' }, {}],
      formVersion: 3,
    },
  ],
  ['empty', 'no field, and still every bundle', defineModel('overlay', SHAPE, { layout: 'record' }), {}],
  [
    'empty-containers',
    'empty containers in a bundle and in clear, signed',
    defineModel('overlay', SHAPE, { layout: 'record', signed: true }),
    { lines: [], both: [{}], visits: [] },
  ],
]

const target = join(import.meta.dirname, '..', 'own', 'ls1-record-layout', 'records.json')
if (existsSync(target)) throw new Error('the vectors exist, and a vector is never made again')
const [first] = records.cases
if (first === undefined) throw new Error('the vectors of ls1 have no record')
const keys = await recordKeysOf(first.in.accountKey, first.in.state as unknown as AccountState)
const cases = []
for (const [id, comment, model, record] of CASES) {
  const sealed = await sealRecord(keys, model, record, id, undefined)
  const bundles = (bundleRecord(model, record, []) as Record<string, Record<string, Bytes>>)[BUNDLES_MEMBER] ?? {}
  cases.push({
    id,
    comment,
    expect: 'ok',
    in: { account: first.id, model, record: stringifyJson(record) },
    out: {
      bundles: Object.fromEntries(Object.entries(bundles).map(([name, bytes]) => [name, toHex(bytes)])),
      sealed: stringifyJson(sealed.record),
      hash: sealed.head.hash,
    },
  })
}
const file = {
  source: 'Lockstitch, format ls1, record layout (docs/format.md section 9)',
  generatedBy: 'tests/vectors/support/make-record-layout-vectors.ts',
  date: '2026-11-22',
  note: 'Whole records, sealed by the account of the case of own/ls1/records.json that is named; all values are JSON.',
  cases,
}
writeFileSync(target, `${JSON.stringify(file, null, 2)}\n`)
