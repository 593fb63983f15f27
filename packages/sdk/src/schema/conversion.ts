/** How records of another system become records of a model: the mapping, what may stand in it, what is reported. */
import { isPlainObject } from '../assert.ts'
import { LockstitchError, type ErrorCode } from '../errors.ts'
import type { FieldSpec, ModelSpec, NodeSpec } from '../format/model.ts'
import type { ForeignFormat, ForeignKeys } from '../interop/types.ts'

/**
 * What a value turned out to be.
 *
 * | kind | |
 * |---|---|
 * | `sealed` | it is of the format that the mapping names, and opened |
 * | `absent` | it is missing or `null` |
 * | `plain` | it stands in clear |
 * | `empty` | it is a text without a character, or no bytes |
 * | `sealed-twice` | what it opened to is sealed again |
 * | `object-object` | it is the text `[object Object]`: the value was destroyed before it was sealed |
 * | `unauthenticated` | it opened, but nothing shows that it is unchanged |
 * | `unreadable` | it looks sealed, and does not open |
 * | `mistyped` | it opened, and is not of the type that its field declares |
 * | `unmapped` | the mapping does not say what to do with this member of the source |
 */
export type ConversionKind =
  | 'absent'
  | 'sealed'
  | 'plain'
  | 'empty'
  | 'sealed-twice'
  | 'object-object'
  | 'unauthenticated'
  | 'unreadable'
  | 'mistyped'
  | 'unmapped'

/** The kinds that a mapping may accept beside `sealed` and `absent`. What is not accepted fails its record. */
export const ACCEPTABLE_KINDS = ['plain', 'empty', 'sealed-twice', 'unauthenticated'] as const

/** One of {@link ACCEPTABLE_KINDS}. */
export type AcceptableKind = (typeof ACCEPTABLE_KINDS)[number]

/** Where the value of one field comes from. */
export interface FieldMapping {
  /** Member of the source, names joined by dots. */
  readonly from: string
  /** The format it is sealed in; `plain` for a member that stands in clear. */
  readonly format: ForeignFormat | 'plain'
  /** Kinds that are not a failure of the record. */
  readonly accept?: readonly AcceptableKind[]
}

/** How a source record becomes a record of a model. */
export interface ConversionMapping {
  /** Member of the source that holds the id of the record, names joined by dots. */
  readonly id: string
  /** By the path of the model's field: names joined by dots, an item of an array by its index. */
  readonly fields: Readonly<Record<string, FieldMapping>>
  /** Members of the source that are left behind on purpose. Any other that is not mentioned fails the record. */
  readonly ignore?: readonly string[]
}

/** The keys of the formats that a mapping names. */
export type ConversionKeys = { readonly [F in ForeignFormat]?: ForeignKeys[F] }

/**
 * What becomes of the records: `seal` gives them sealed, `save` writes them to the server through the outbox, `check` does
 * everything but that and writes nothing anywhere.
 */
export type ConversionMode = 'seal' | 'save' | 'check'

/** What is wrong with one value, or with the whole record. */
export interface ConversionProblem {
  /** The field's path in the model; of `unmapped` the member's path in the source; empty for the whole record. */
  readonly path: string
  readonly kind?: ConversionKind
  readonly code?: ErrorCode
}

/** Every format by name. */
const FORMATS: Readonly<Record<ForeignFormat | 'plain', true>> = {
  plain: true,
  phase4: true,
  pazpaz: true,
  'novamind-fernet': true,
  'novamind-cryptojs': true,
  pgcrypto: true,
  csfle: true,
  openssl: true,
  hsm: true,
  surgicase: true,
}

/**
 * The mapping, once every place of it is known to exist.
 *
 * @throws TypeError for a mapping that is not of this form, or that names a field which the model does not have.
 */
export function parseMapping(model: ModelSpec, mapping: unknown): ConversionMapping {
  const { id, fields, ignore = [] } = members(mapping, 'the mapping', ['id', 'fields', 'ignore'])
  if (typeof id !== 'string' || id === '') throw new TypeError('mapping.id must name a member of the source')
  if (!isPlainObject(fields) || Object.keys(fields).length === 0)
    throw new TypeError('mapping.fields must have a member for each field')
  if (!Array.isArray(ignore) || !ignore.every((path) => typeof path === 'string'))
    throw new TypeError('mapping.ignore must be an array of members of the source')
  const parsed = Object.entries(fields).map(([path, field]) => {
    if (fieldAt(model, path) === undefined) throw new TypeError(`mapping.fields: the model has no field ${path}`)
    return [path, parseFieldMapping(path, field)] as const
  })
  return { id, fields: Object.fromEntries(parsed), ignore: ignore as string[] }
}

/**
 * Checks that there are keys for every format of a mapping.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when there are none for one of them.
 * @throws TypeError when they are no object.
 */
export function checkKeys({ fields }: ConversionMapping, keys: unknown): asserts keys is ConversionKeys {
  if (!isPlainObject(keys)) throw new TypeError('keys must be a plain object')
  for (const { format } of Object.values(fields)) {
    if (format === 'plain' || isPlainObject(keys[format])) continue
    if (keys[format] !== undefined) throw new TypeError(`keys.${format} must be a plain object`)
    throw new LockstitchError('ERR_KEY_UNKNOWN')
  }
}

/** The field at a path of a model; `undefined` when there is none. */
export function fieldAt(model: ModelSpec, path: string): FieldSpec | undefined {
  let node: NodeSpec | undefined = model.root
  for (const name of path.split('.')) node = childOf(node, name)
  return node?.kind === 'field' ? node : undefined
}

/** The place under a name or an index. */
export function childOf(node: NodeSpec | undefined, name: string): NodeSpec | undefined {
  if (node?.kind === 'object') return Object.hasOwn(node.members, name) ? node.members[name] : undefined
  return node?.kind === 'array' && /^(0|[1-9][0-9]{0,3})$/.test(name) ? node.item : undefined
}

/** The value at a path of a source record; `undefined` when there is none. */
export function sourceValue(source: unknown, path: string): unknown {
  let value = source
  for (const name of path.split('.')) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** The id of a source record as text; a whole number counts as its decimal. `undefined` when it has none. */
export function sourceId(source: unknown, { id }: ConversionMapping): string | undefined {
  const value = sourceValue(source, id)
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
  return undefined
}

function parseFieldMapping(path: string, value: unknown): FieldMapping {
  const { from, format, accept = [] } = members(value, `mapping.fields: ${path}`, ['from', 'format', 'accept'])
  if (typeof from !== 'string' || from === '')
    throw new TypeError(`mapping.fields: ${path} must say from which member of the source it comes`)
  if (typeof format !== 'string' || !Object.hasOwn(FORMATS, format))
    throw new TypeError(`mapping.fields: ${path} must have one of the formats ${Object.keys(FORMATS).join(', ')}`)
  if (!Array.isArray(accept) || !accept.every((kind) => ACCEPTABLE_KINDS.includes(kind as AcceptableKind)))
    throw new TypeError(`mapping.fields: ${path} may accept ${ACCEPTABLE_KINDS.join(', ')}`)
  return { from, format: format as FieldMapping['format'], accept: accept as AcceptableKind[] }
}

function members(value: unknown, label: string, names: readonly string[]): Record<string, unknown> {
  if (!isPlainObject(value)) throw new TypeError(`${label} must be a plain object`)
  const unknown = Object.keys(value).filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new TypeError(`${label} has an unknown member ${unknown.join(', ')}`)
  return value
}
