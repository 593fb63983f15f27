import { isPlainObject } from '../assert.ts'
import { isLockstitchError } from '../errors.ts'
import type { FieldSpec, ModelSpec, NodeSpec } from '../format/model.ts'
import { parseRecordId } from '../format/record-id.ts'
import type { ForeignFormat, ForeignInput, OpenedForeign, OpenForeignOptions } from '../interop/types.ts'
import {
  type AcceptableKind,
  childOf,
  type ConversionKeys,
  type ConversionKind,
  type ConversionMapping,
  type ConversionProblem,
  fieldAt,
  type FieldMapping,
  sourceId,
  sourceValue,
} from '../schema/conversion.ts'
import { layoutOf } from './convert-layout.ts'
import { valueFromPlain, valueFromText } from './convert-value.ts'

/** Opens one value of another system: `openForeign` of `interop/`, or what a test puts in its place. */
export type OpenValue = (
  format: ForeignFormat,
  input: ForeignInput,
  keys: never,
  options: OpenForeignOptions,
) => Promise<OpenedForeign>

/** How records are converted. */
export interface ConversionPlan {
  readonly model: ModelSpec
  readonly mapping: ConversionMapping
  readonly keys: ConversionKeys
  readonly open: OpenValue
}

/** What a source record turned out to be. */
export interface ConvertedRecord {
  readonly id?: string
  /** The record in clear; only without a problem, so that there is never half of one. */
  readonly record?: Readonly<Record<string, unknown>>
  /** What each mapped value is, by the field's path. */
  readonly kinds: Readonly<Record<string, ConversionKind>>
  readonly problems: readonly ConversionProblem[]
}

const STRINGIFIED = /^\[object [A-Za-z]+\](,\[object [A-Za-z]+\])*$/
/** How often a value that was sealed more than once is opened. */
const MAX_SEALS = 4

/**
 * Converts one record of another system: the whole record, or what is wrong with it. Each value is told by what it is, and a
 * kind that the mapping does not accept for it is a problem.
 *
 * @throws TypeError when the keys of a format are not of its form.
 */
export async function convertRecord(plan: ConversionPlan, source: unknown): Promise<ConvertedRecord> {
  const { model, mapping } = plan
  if (!isPlainObject(source)) return { kinds: {}, problems: [{ path: '', code: 'ERR_VALUE_INVALID' }] }
  const fields = Object.entries(mapping.fields)
  const found = await Promise.all(
    fields.map(([path, field]) =>
      readValue(plan, fieldAt(model, path) as FieldSpec, field, sourceValue(source, field.from)),
    ),
  )
  const id = sourceId(source, mapping)
  const problems: ConversionProblem[] = isRecordId(id) ? [] : [{ path: '', code: 'ERR_RECORD_ID' }]
  const kinds: Record<string, ConversionKind> = {}
  const record: Record<string, unknown> = { id }
  for (const [index, [path]] of fields.entries()) {
    const { kind, value, isProblem, code } = found[index] as Found
    kinds[path] = kind
    if (isProblem) problems.push({ path, kind, ...(code === undefined ? {} : { code }) })
    else if (value !== undefined) place(model, record, path, value)
  }
  for (const path of unmapped(source, mapping)) problems.push({ path, kind: 'unmapped' })
  return { ...(id === undefined ? {} : { id }), ...(problems.length === 0 ? { record } : {}), kinds, problems }
}

interface Found {
  readonly kind: ConversionKind
  readonly value?: unknown
  readonly isProblem: boolean
  readonly code?: ConversionProblem['code']
}

async function readValue(
  plan: ConversionPlan,
  field: FieldSpec,
  mapping: FieldMapping,
  value: unknown,
): Promise<Found> {
  if (value === undefined || value === null) return { kind: 'absent', isProblem: false }
  if (isStringified(value)) return { kind: 'object-object', isProblem: true }
  if (mapping.format === 'plain') return readPlain(field, value)
  if (isEmpty(value)) return readEmpty(field, mapping)
  return readSealed(plan, field, mapping, mapping.format, value)
}

/** A member that the mapping says stands in clear. */
function readPlain(field: FieldSpec, value: unknown): Found {
  // A mapping that is wrong about a member must not carry its ciphertext over as if it were the value.
  if (layoutOf(value)?.certain === true && field.type !== 'bytes') return { kind: 'sealed', isProblem: true }
  const read = valueFromPlain(field.type, value)
  if (read === undefined) return { kind: 'mistyped', isProblem: true }
  return { kind: isEmpty(value) ? 'empty' : 'plain', value: read, isProblem: false }
}

/** An accepted empty text is the empty value of its type; where the type has none, the field is absent. */
function readEmpty(field: FieldSpec, mapping: FieldMapping): Found {
  if (!accepts(mapping, 'empty')) return { kind: 'empty', isProblem: true }
  const empty = field.type === 'string' ? '' : field.type === 'bytes' ? new Uint8Array() : undefined
  return { kind: 'empty', value: empty, isProblem: false }
}

async function readSealed(
  plan: ConversionPlan,
  field: FieldSpec,
  mapping: FieldMapping,
  format: ForeignFormat,
  value: unknown,
): Promise<Found> {
  const first = await openOnce(plan, format, value)
  if (!('opened' in first)) return readUnopened(field, mapping, value, first.code)
  let { opened } = first
  let kind: ConversionKind = 'sealed'
  if (!opened.authenticated) {
    kind = 'unauthenticated'
    if (!accepts(mapping, kind)) return { kind, isProblem: true }
  }
  for (let seals = 1; ; seals += 1) {
    const content = contentOf(field, opened)
    if (isStringified(content)) return { kind: 'object-object', isProblem: true }
    const layout = layoutOf(content)
    if (layout === undefined) break
    const inner = await openOnce(plan, format, content)
    // A long word in clear can look sealed; it is, when it opens.
    if (!layout.certain && !('opened' in inner)) break
    kind = 'sealed-twice'
    if (!accepts(mapping, kind)) return { kind, isProblem: true }
    if (!('opened' in inner)) return { kind: 'unreadable', isProblem: true, code: inner.code }
    if (!inner.opened.authenticated && !accepts(mapping, 'unauthenticated'))
      return { kind: 'unauthenticated', isProblem: true }
    if (seals === MAX_SEALS) return { kind, isProblem: true }
    opened = inner.opened
  }
  const content = contentOf(field, opened)
  const read = content instanceof Uint8Array ? content : valueFromText(field.type, content ?? '')
  if (content === undefined || read === undefined) return { kind: 'mistyped', isProblem: true }
  return { kind, value: read, isProblem: false }
}

/** What did not open is in clear when it looks like no ciphertext at all, and unreadable otherwise. */
function readUnopened(field: FieldSpec, mapping: FieldMapping, value: unknown, code: ConversionProblem['code']): Found {
  const isClear = !(value instanceof Uint8Array) && layoutOf(value) === undefined
  if (!isClear) return { kind: 'unreadable', isProblem: true, code }
  if (!accepts(mapping, 'plain')) return { kind: 'plain', isProblem: true }
  const read = valueFromPlain(field.type, value)
  return read === undefined ? { kind: 'mistyped', isProblem: true } : { kind: 'plain', value: read, isProblem: false }
}

type Attempt = { readonly opened: OpenedForeign } | { readonly code: ConversionProblem['code'] }

async function openOnce({ keys, open }: ConversionPlan, format: ForeignFormat, value: unknown): Promise<Attempt> {
  const isInput = typeof value === 'string' || value instanceof Uint8Array || isPlainObject(value)
  if (!isInput) return { code: 'ERR_FORMAT_INVALID' }
  try {
    // Asked for here, so that the value is told by what it is; whether that is acceptable is the mapping's to say.
    return { opened: await open(format, value, keys[format] as never, { allowUnauthenticated: true }) }
  } catch (error) {
    if (isLockstitchError(error)) return { code: error.code }
    throw error
  }
}

/** What an opened value holds: bytes for a field of bytes, text for every other; `undefined` when it is no text. */
function contentOf(field: FieldSpec, opened: OpenedForeign): string | Uint8Array | undefined {
  if (field.type === 'bytes') return opened.bytes
  try {
    return opened.text()
  } catch (error) {
    if (isLockstitchError(error)) return undefined
    throw error
  }
}

function accepts({ accept = [] }: FieldMapping, kind: AcceptableKind): boolean {
  return accept.includes(kind)
}

function isStringified(value: unknown): boolean {
  return typeof value === 'string' && STRINGIFIED.test(value)
}

function isEmpty(value: unknown): boolean {
  return value === '' || (value instanceof Uint8Array && value.length === 0)
}

function isRecordId(id: string | undefined): boolean {
  try {
    return parseRecordId(id) === id
  } catch {
    return false
  }
}

/** Members of the source that the mapping does not mention, as deep as it mentions any beside them. */
function unmapped(source: Readonly<Record<string, unknown>>, { id, fields, ignore = [] }: ConversionMapping): string[] {
  const known = [id, ...ignore, ...Object.values(fields).map(({ from }) => from)]
  const walk = (object: Readonly<Record<string, unknown>>, prefix: string): string[] =>
    Object.entries(object).flatMap(([name, value]) => {
      const path = prefix + name
      if (known.includes(path)) return []
      const isOnTheWay = known.some((one) => one.startsWith(`${path}.`))
      if (isOnTheWay && isPlainObject(value)) return walk(value, `${path}.`)
      return isOnTheWay && (value === null || value === undefined) ? [] : [path]
    })
  return walk(source, '')
}

/** Puts a value at a path of the record, with the containers that the model has on the way. */
function place(model: ModelSpec, record: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() as string
  let node: NodeSpec | undefined = model.root
  let container = record as Record<string, unknown>
  for (const name of names) {
    node = childOf(node, name)
    container[name] ??= node?.kind === 'array' ? [] : {}
    container = container[name] as Record<string, unknown>
  }
  container[last] = value
}
