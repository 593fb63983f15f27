import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { canonicalJson, parseJson, stringifyJson } from '../../packages/sdk/src/bytes/json.ts'
import { equalBytes } from '../../packages/sdk/src/bytes/equal.ts'
import { isEndToEnd, modelFields, type ModelSpec, parseModel } from '../../packages/sdk/src/format/model.ts'
import { walkRecord } from '../../packages/sdk/src/format/record-tree.ts'
import { type DigestEntry, recordDigestInput, verifySealedRecord } from '../../packages/sdk/src/format/sealed-record.ts'
import { sealRecord } from '../../packages/sdk/src/records/seal-record.ts'
import { createAccount, type TestAccount } from '../unit/support/account.ts'
import { open, strings } from '../unit/support/records.ts'
import { anything, modelAndRecord, model, present, recordId, text } from './support/arbitraries.ts'
import { check, checkAsync, expectRead, expectSame, result, resultOf } from './support/check.ts'

let account: TestAccount

beforeAll(async () => {
  account = await createAccount()
})

test('model: any model is read as itself, also after a message and as JSON', () => {
  check(
    fc.property(model, (value) => {
      expect(parseModel(value)).toEqual(value)
      expect(parseModel(structuredClone(value))).toEqual(value)
      expect(parseModel(parseJson(stringifyJson(value)))).toEqual(value)
      const paths = modelFields(value).map(({ path }) => path)
      expect(new Set(paths).size).toBe(paths.length)
    }),
  )
})

test('model: anything else, and any model with something else in one place, is refused with the code', () => {
  check(
    fc.property(anything, model, fc.nat(), (value, legal, at) => {
      const read = result(() => parseModel(value))
      expect(read).toEqual({ code: 'ERR_MODEL_INVALID' })
      const places = strings(structuredClone(legal))
      const changed = places[at % places.length]?.put(value)
      expectRead(
        () => parseModel(changed),
        ['ERR_MODEL_INVALID'],
        (reread) => reread,
        changed,
      )
    }),
  )
})

test('walk: every present leaf has a path of its own, and its place gives the same record again', () => {
  check(
    fc.property(modelAndRecord, ({ model: spec, record }) => {
      const { leaves, empties, output } = walkRecord(spec, record, [])
      const paths = [...leaves, ...empties].map(({ path }) => path)
      expect(new Set(paths).size).toBe(paths.length)
      const fields = new Set(modelFields(spec).map(({ path }) => path))
      for (const { path } of leaves) expect(fields).toContain(path.replace(/\.\d+(?=\.|$)/g, '.*'))
      for (const { value, place } of leaves) place(value)
      expectSame(output, present(record, spec.root))
    }),
  )
})

test('walk: anything at all for a record is walked or refused with a code', () => {
  check(
    fc.property(model, anything, (spec, value) => {
      const codes = ['ERR_VALUE_INVALID', 'ERR_FIELD_UNKNOWN', 'ERR_FORMAT_LIMIT'] as const
      expectRead(
        () => walkRecord(spec, value, []),
        codes,
        ({ leaves }) => Array.isArray(leaves),
        true,
      )
    }),
  )
})

const entry: fc.Arbitrary<DigestEntry> = fc.tuple(text, fc.constantFrom('envelope', 'clear', 'empty'), text)
const entries = fc.uniqueArray(entry, { selector: ([path]) => path, maxLength: 8 })

test('digest: the order of entries does not count, everything else does', () => {
  check(
    fc.property(entries, fc.nat(), entry, (list, at, other) => {
      const input = recordDigestInput(list)
      expect(recordDigestInput([...list].reverse())).toEqual(input)
      expect(recordDigestInput([...list.slice(at % 9), ...list.slice(0, at % 9)])).toEqual(input)
      const known = new Set(list.map((one) => JSON.stringify(one)))
      const changed = list.length === 0 ? [other] : list.with(at % list.length, other)
      const isSame =
        changed.every((one) => known.has(JSON.stringify(one))) &&
        new Set(changed.map(([path]) => path)).size === list.length
      expect(equalBytes(recordDigestInput(changed), input)).toBe(isSame)
      expect(equalBytes(recordDigestInput(list.slice(1)), input)).toBe(list.length === 0)
    }),
  )
})

test('digest: two different lists never have the same bytes', () => {
  const tiny = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 })
  const small = fc.uniqueArray(fc.tuple(tiny, fc.constantFrom('clear' as const, 'empty' as const), tiny), {
    selector: ([path]) => path,
    maxLength: 3,
  })
  const sorted = (list: readonly DigestEntry[]): string => canonicalJson([...list].sort(([a], [b]) => (a < b ? -1 : 1)))
  check(
    fc.property(small, small, (a, b) => {
      expect(equalBytes(recordDigestInput(a), recordDigestInput(b))).toBe(sorted(a) === sorted(b))
    }),
  )
})

const sealable = fc.tuple(modelAndRecord, recordId)

async function seal(
  spec: ModelSpec,
  record: Record<string, unknown>,
  id: string,
): Promise<Readonly<Record<string, unknown>>> {
  return (await sealRecord(account.keys, spec, record, id, undefined)).record
}

test('seal and open: any record of any model comes back equal, over the wire too', async () => {
  await checkAsync(
    fc.asyncProperty(sealable, async ([{ model: spec, record }, id]) => {
      const sealed = await seal(spec, record, id)
      const expected = { id, ...(present(record, spec.root) as object) }
      expectSame(await open(account.keys, spec, sealed), expected)
      expectSame(await open(account.keys, spec, parseJson(stringifyJson(sealed))), expected)
    }),
  )
})

test('seal: an end-to-end field is an envelope and nothing of its value is left in clear', async () => {
  await checkAsync(
    fc.asyncProperty(sealable, async ([{ model: spec, record }, id]) => {
      const { sealed, clear } = verifySealedRecord(spec, await seal(spec, record, id))
      const { leaves } = walkRecord(spec, record, ['id'])
      expect(sealed.length).toBe(leaves.filter(({ field }) => isEndToEnd(field)).length)
      expect(clear.length).toBe(leaves.length - sealed.length)
      expect(new Set(sealed.map(({ envelope }) => envelope.sealed.subarray(0, 12).join())).size).toBe(sealed.length)
    }),
  )
})

test('open: a sealed record with anything else in one place is refused with a code', async () => {
  await checkAsync(
    fc.asyncProperty(sealable, fc.oneof(anything, text), fc.nat(), async ([{ model: spec, record }, id], other, at) => {
      const sealed = await seal(spec, record, id)
      const places = strings(sealed)
      const { text: before, put } = places[at % places.length] as (typeof places)[number]
      fc.pre(before !== other)
      const opened = await resultOf(() => open(account.keys, spec, put(other)))
      expect(Object.keys(opened)).toEqual(['code'])
    }),
  )
})

test('verify: anything at all for a sealed record is refused with a code', () => {
  check(
    fc.property(model, anything, (spec, value) => {
      expect(Object.keys(result(() => verifySealedRecord(spec, value)))).toEqual(['code'])
    }),
  )
})
