/** Random values, models, records and texts. */
import fc, { type Arbitrary } from 'fast-check'
import type { Audience, Classification, Padding } from '../../../packages/sdk/src/format/classification.ts'
import { CLASSIFICATIONS } from '../../../packages/sdk/src/format/classification.ts'
import type { FieldSpec, ModelSpec, NodeSpec, ObjectSpec } from '../../../packages/sdk/src/format/model.ts'
import { VALUE_TYPES, type ValueType } from '../../../packages/sdk/src/format/value-type.ts'

export type Bytes = Uint8Array<ArrayBuffer>

/** Bytes; short ones, and sometimes long ones. */
export const bytes = (options: { minLength?: number; maxLength?: number } = {}): Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength: 200, ...options }).map((array) => Uint8Array.from(array))

/** Well-formed text with every plane, NUL, byte order marks and combining characters. */
export const text: Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('', '\u0000', '\ufeff', 'e\u0301', '\u{1f9f5}', 'ls1.AAAAAAAAAAA.AAAA', '__proto__', '-0', 'null'),
)

/** Any text at all, lone surrogates too. */
export const anyText: Arbitrary<string> = fc.oneof(
  text,
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')

/** Texts that look like those of the format: its alphabet, its prefixes, dots, and a few characters that are wrong. */
export const formatText: Arbitrary<string> = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 90 }),
  fc.string({ unit: fc.constantFrom(...ALPHABET, '.', '=', '+', '/', ' ', '\n'), maxLength: 90 }),
  fc
    .tuple(
      fc.constantFrom('ls1', 'ls1m', 'ls1a', 'ls2', 'ls0m', 'ls99a', 'LS1', 'ls', ''),
      fc.array(fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 90 }), { maxLength: 4 }),
    )
    .map(([prefix, parts]) => [prefix, ...parts].join('.')),
)

/** Any JavaScript value: what a caller without types, or a worker's message, can hand over. */
export const anything: Arbitrary<unknown> = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
})

const jsonNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e21, 5e-324),
)
const jsonName = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'a', 'b', '0', '10', '9'))

/** JSON values: minus zero, odd names, nothing that JSON cannot carry. */
export const json: Arbitrary<unknown> = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    jsonNumber,
    text,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.array(fc.tuple(jsonName, tie('node')), { maxLength: 5 }).map(objectOf),
  ),
})).node

/** An object with its own members only, `__proto__` among them. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
}

const VALUES: { readonly [T in ValueType]: Arbitrary<unknown> } = {
  string: text,
  number: jsonNumber,
  boolean: fc.boolean(),
  date: fc.oneof(
    fc.date({ noInvalidDate: true }),
    fc.constantFrom(new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15)),
  ),
  bigint: fc.oneof(
    fc.bigInt(),
    fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }),
    fc.constantFrom(0n, -1n, 255n, 256n),
  ),
  bytes: bytes(),
  json,
}

export const valueType: Arbitrary<ValueType> = fc.constantFrom(...VALUE_TYPES)
export const padding: Arbitrary<Padding> = fc.constantFrom('none', 'block', 'padme')

/** A value of a type. */
export const valueOfType = (type: ValueType): Arbitrary<unknown> => VALUES[type]

/** A type and a value of it. */
export const typedValue: Arbitrary<{ type: ValueType; value: unknown }> = valueType.chain((type) =>
  VALUES[type].map((value) => ({ type, value })),
)

const name = fc
  .tuple(
    fc.constantFrom(...'abcXYZ_'.split('')),
    fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'.split('')), maxLength: 6 }),
  )
  .map(([first, rest]) => first + rest)
  .filter((member) => !['id', 'then', '__proto__'].includes(member))

const field: Arbitrary<FieldSpec> = fc
  .record({
    classification: fc.constantFrom<Classification>('phi', 'pii', 'confidential', 'internal', 'pub'),
    type: valueType,
    audience: fc.constantFrom<Audience>('user', 'server'),
    pad: padding,
  })
  .map(({ classification, type, audience, pad }) => {
    const { rotationDays } = CLASSIFICATIONS[classification]
    return {
      kind: 'field',
      classification,
      type,
      audience: rotationDays === null ? 'server' : audience,
      pad,
      rotationDays,
    }
  })

const node: Arbitrary<NodeSpec> = fc.letrec<{ node: NodeSpec; object: ObjectSpec }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    field,
    tie('object'),
    tie('node').map((item) => ({ kind: 'array', item }) as const),
  ),
  object: fc
    .dictionary(name, tie('node'), { minKeys: 1, maxKeys: 4, noNullPrototype: true })
    .map((members) => ({ kind: 'object', members })),
})).node

/** A random model. */
export const model: Arbitrary<ModelSpec> = fc.record({
  name: fc.constantFrom('intake', 'M', 'a-b_9'),
  signed: fc.boolean(),
  root: fc
    .dictionary(name, node, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
    .map((members): ObjectSpec => ({ kind: 'object', members })),
})

/** A record of an object of a model; members may be absent, as null, undefined or not at all. */
export function recordOf(spec: ObjectSpec): Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(spec.members).map(([member, place]) =>
    fc.oneof(
      { weight: 6, arbitrary: nodeOf(place).map((value): [string, unknown][] => [[member, value]]) },
      { weight: 1, arbitrary: fc.constantFrom<[string, unknown][]>([], [[member, null]], [[member, undefined]]) },
    ),
  )
  return fc.tuple(...entries).map((lists) => Object.fromEntries(lists.flat()))
}

function nodeOf(spec: NodeSpec): Arbitrary<unknown> {
  // An item of an array, and a field, that is null is absent: a value that is null stands inside another one.
  if (spec.kind === 'field') return VALUES[spec.type].filter((value) => value !== null)
  if (spec.kind === 'array') return fc.array(nodeOf(spec.item), { maxLength: 3 })
  return recordOf(spec)
}

/** A random model with a record of it. */
export const modelAndRecord: Arbitrary<{ model: ModelSpec; record: Record<string, unknown> }> = model.chain((spec) =>
  recordOf(spec.root).map((record) => ({ model: spec, record })),
)

/** The record without its absent members, which is what comes back. */
export function present(value: unknown, spec: NodeSpec): unknown {
  if (spec.kind === 'field') return value
  if (spec.kind === 'array') return (value as unknown[]).map((item) => present(item, spec.item))
  const entries = Object.entries(value as object).filter(([, member]) => member !== null && member !== undefined)
  return Object.fromEntries(
    entries.map(([member, inner]) => [member, present(inner, spec.members[member] as NodeSpec)]),
  )
}

export const recordId: Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...ALPHABET),
  minLength: 1,
  maxLength: 64,
})
export const uuid: Arbitrary<string> = fc.uuid({ version: [1, 4, 7] })
