import { expect, test } from 'vitest'
import { confidential, defineModel, phi, pii, pub } from '@lockstitch/sdk'
import { modelFields } from '../../../packages/sdk/src/format/model.ts'
import { walkRecord } from '../../../packages/sdk/src/format/record-tree.ts'
import { outcome } from '../support/outcome.ts'

const Model = defineModel('tree', {
  a: pii(),
  list: [phi()],
  grid: [[phi()]],
  sub: { b: pub(), c: { d: confidential() } },
  rows: [{ x: phi() }],
})

function paths(record: unknown): string[] {
  const { leaves, empties } = walkRecord(Model, record, ['id'])
  return [...leaves.map(({ path }) => path), ...empties.map(({ path, text }) => path + text)]
}

test('every leaf has its path, in the order of the record', () => {
  const record = { rows: [{ x: 1 }, { x: 2 }], a: 1, sub: { c: { d: 1 }, b: 1 }, list: [1, 2], grid: [[1], [2, 3]] }
  expect(paths(record).join(' ')).toBe('rows.0.x rows.1.x a sub.c.d sub.b list.0 list.1 grid.0.0 grid.1.0 grid.1.1')
})

test('empty containers are there, an empty record is not one', () => {
  expect(paths({ list: [], sub: { c: {} }, rows: [{}], grid: [[]] }).join(' ')).toBe('list[] sub.c{} rows.0{} grid.0[]')
  expect(paths({})).toEqual([])
  expect(paths({ id: 'r1', a: null, sub: undefined, list: null })).toEqual([])
  expect(paths({ sub: { b: null } })).toEqual(['sub{}'])
})

test('the other side has the same shape and order', () => {
  const { leaves, output } = walkRecord(Model, { rows: [{ x: 1 }], sub: { c: { d: 1 } }, a: 1, list: [] }, [])
  for (const { path, place } of leaves) place(`<${path}>`)
  expect(JSON.stringify(output)).toBe('{"rows":[{"x":"<rows.0.x>"}],"sub":{"c":{"d":"<sub.c.d>"}},"a":"<a>","list":[]}')
})

test.each([
  ['an unknown member', { ssn: 1 }, 'ERR_FIELD_UNKNOWN'],
  ['an unknown member that is absent', { ssn: undefined }, 'ERR_FIELD_UNKNOWN'],
  ['an unknown member below', { sub: { c: { e: 1 } } }, 'ERR_FIELD_UNKNOWN'],
  ['an unknown member in an item', { rows: [{ x: 1 }, { y: 1 }] }, 'ERR_FIELD_UNKNOWN'],
  ['a member of Object.prototype', { toString: 1 }, 'ERR_FIELD_UNKNOWN'],
  ['an own __proto__', JSON.parse('{"__proto__":{"a":1}}'), 'ERR_FIELD_UNKNOWN'],
  ['the id of a record below', { sub: { id: 'r1' } }, 'ERR_FIELD_UNKNOWN'],
  ['the manifest, where it is not reserved', { $seal: 'x' }, 'ERR_FIELD_UNKNOWN'],
  ['an array for an object', { sub: [] }, 'ERR_VALUE_INVALID'],
  ['an object for an array', { list: {} }, 'ERR_VALUE_INVALID'],
  ['a text for an array', { list: 'abc' }, 'ERR_VALUE_INVALID'],
  ['an array-like for an array', { list: { length: 1, 0: 1 } }, 'ERR_VALUE_INVALID'],
  ['a map for an object', { sub: new Map() }, 'ERR_VALUE_INVALID'],
  ['an instance for an object', { sub: new Date() }, 'ERR_VALUE_INVALID'],
  ['a null item', { list: [1, null] }, 'ERR_VALUE_INVALID'],
  ['a hole', { list: [1, undefined, 2] }, 'ERR_VALUE_INVALID'],
  ['null', null, 'ERR_VALUE_INVALID'],
  ['an array for a record', [], 'ERR_VALUE_INVALID'],
  ['a text for a record', 'a', 'ERR_VALUE_INVALID'],
])('refuses %s', async (_, record, code) => {
  expect(await outcome(() => walkRecord(Model, record, ['id']))).toBe(code)
})

test('a real hole is refused like an absent item', async () => {
  const sparse: unknown[] = [1]
  sparse[2] = 3
  expect(await outcome(() => walkRecord(Model, { list: sparse }, []))).toBe('ERR_VALUE_INVALID')
})

test('at most 4,096 leaves and empty containers together', async () => {
  const items = (count: number, item: unknown): unknown[] => Array.from({ length: count }, () => item)
  expect(await outcome(() => walkRecord(Model, { list: items(4096, 1) }, []))).toBe('ok')
  expect(await outcome(() => walkRecord(Model, { list: items(4096, 1), a: 1 }, []))).toBe('ERR_FORMAT_LIMIT')
  expect(await outcome(() => walkRecord(Model, { list: items(4096, 1), grid: [] }, []))).toBe('ERR_FORMAT_LIMIT')
  expect(await outcome(() => walkRecord(Model, { rows: items(4097, { x: 1 }) }, []))).toBe('ERR_FORMAT_LIMIT')
  expect(await outcome(() => walkRecord(Model, { grid: items(2000, items(3, 1)) }, []))).toBe('ERR_FORMAT_LIMIT')
})

test('the fields of a model, an item as a star', () => {
  expect(modelFields(Model).map(({ path }) => path)).toEqual([
    'a',
    'list.*',
    'grid.*.*',
    'sub.b',
    'sub.c.d',
    'rows.*.x',
  ])
})
