import { expect, test } from 'vitest'
import { confidential, defineModel, internal, phi, pii, pub } from '@lockstitch/sdk'
import { parseModel } from '../../../packages/sdk/src/format/model.ts'
import { outcome } from '../support/outcome.ts'

test('what is not said follows from the classification', () => {
  const { root } = defineModel('m', { a: phi(), b: pii(), c: confidential(), d: internal(), e: pub() })
  expect(root.members).toEqual({
    a: { kind: 'field', classification: 'phi', type: 'string', audience: 'user', pad: 'padme', rotationDays: 90 },
    b: { kind: 'field', classification: 'pii', type: 'string', audience: 'user', pad: 'block', rotationDays: 90 },
    c: {
      kind: 'field',
      classification: 'confidential',
      type: 'string',
      audience: 'server',
      pad: 'none',
      rotationDays: 180,
    },
    d: {
      kind: 'field',
      classification: 'internal',
      type: 'string',
      audience: 'server',
      pad: 'none',
      rotationDays: 365,
    },
    e: { kind: 'field', classification: 'pub', type: 'string', audience: 'server', pad: 'none', rotationDays: null },
  })
})

test('every option is taken, and an option that is undefined is not said', () => {
  const { root } = defineModel('m', { a: phi({ type: 'json', audience: 'server', pad: 'none', rotationDays: 30 }) })
  expect(root.members['a']).toMatchObject({ type: 'json', audience: 'server', pad: 'none', rotationDays: 30 })
  expect(defineModel('m', { a: phi({ type: undefined } as never) }).root.members['a']).toMatchObject({ type: 'string' })
})

test('a model is frozen plain data that survives a message and reads as itself', () => {
  const model = defineModel('m', { a: phi(), b: [{ c: pii() }], d: { e: { f: pub() } } }, { signed: true })
  expect(parseModel(structuredClone(model))).toEqual(model)
  expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model)
  expect(() => Object.assign(model.root.members, { g: phi() })).toThrow(TypeError)
  expect(() => Object.assign(model.root.members['a'] as object, { audience: 'server' })).toThrow(TypeError)
  expect(model.signed).toBe(true)
})

const shapes: [string, unknown][] = [
  ['no fields', {}],
  ['no shape', undefined],
  ['an array for a shape', [phi()]],
  ['a builder that was not called', { a: phi }],
  ['a text for a field', { a: 'phi' }],
  ['null for a field', { a: null }],
  ['an empty array', { a: [] }],
  ['an array of two kinds', { a: [phi(), pii()] }],
  ['an empty object', { a: {} }],
  ['an instance', { a: new Date() }],
  ['a type that is none', { a: phi({ type: 'text' as never }) }],
  ['an audience that is none', { a: phi({ audience: 'all' as never }) }],
  ['a padding that is none', { a: phi({ pad: 'some' as never }) }],
  ['a longer interval', { a: phi({ rotationDays: 91 }) }],
  ['an interval of nothing', { a: phi({ rotationDays: 0 }) }],
  ['half a day', { a: phi({ rotationDays: 0.5 }) }],
  ['public only for the user', { a: pub({ audience: 'user' as never }) }],
  ['public with a key', { a: pub({ rotationDays: 1 }) }],
  ['a field with something more', { a: { ...phi(), optional: true } }],
  ['a field without a padding', { a: { ...phi(), pad: undefined } }],
]

test.each(shapes)('is not a model: %s', async (_, shape) => {
  expect(await outcome(() => defineModel('m', shape as never))).toBe('ERR_MODEL_INVALID')
})

test.each(['__proto__', 'constructor', 'prototype', 'then', 'toJSON', 'id', '$seal', '', '0', 'a.b'])(
  'is not a name of a member: %j',
  async (name) => {
    const shape = Object.defineProperty({}, name, { value: phi(), enumerable: true })
    expect(await outcome(() => defineModel('m', shape as never))).toBe('ERR_MODEL_INVALID')
  },
)

test.each(['', '1', 'a b', 'a.b', 'é', 'M'.repeat(65), '__proto__', null, 5])('is not a name: %j', async (name) => {
  expect(await outcome(() => defineModel(name as never, { a: phi() }))).toBe('ERR_MODEL_INVALID')
})

test('an option that nobody knows is refused, not ignored', async () => {
  expect(await outcome(() => phi({ encrypted: false } as never))).toBe('ERR_MODEL_INVALID')
  expect(await outcome(() => defineModel('m', { a: phi() }, { sign: true } as never))).toBe('ERR_MODEL_INVALID')
  expect(await outcome(() => defineModel('m', { a: phi() }, { signed: 'yes' } as never))).toBe('ERR_MODEL_INVALID')
})

test('sixteen levels are the most', async () => {
  const nested = (levels: number): never => {
    let shape: object = phi()
    for (let i = 0; i < levels; i++) shape = { a: shape }
    return shape as never
  }
  expect(await outcome(() => defineModel('m', nested(16)))).toBe('ok')
  expect(await outcome(() => defineModel('m', nested(17)))).toBe('ERR_MODEL_INVALID')
})

test('a shape that contains itself has no bottom', async () => {
  const shape: Record<string, unknown> = {}
  shape['a'] = shape
  expect(await outcome(() => defineModel('m', shape as never))).toBe('ERR_MODEL_INVALID')
  const array: unknown[] = []
  array[0] = array
  expect(await outcome(() => defineModel('m', { a: array } as never))).toBe('ERR_MODEL_INVALID')
})
