/**
 * Record layout: all end-to-end fields of one classification stand in one envelope, a *bundle*. A record of such a model is
 * turned into a record of its {@link sealedModel}, in which a bundle is a field like any other; the rest of the format does
 * not know of it. See docs/format.md section 9.
 */
import { type Bytes, isPlainObject } from '../assert.ts'
import { concat } from '../bytes/concat.ts'
import { decodeFrame, encodeFrame } from '../bytes/frame.ts'
import { compareCodeUnits } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { type Classification, CLASSIFICATIONS } from './classification.ts'
import { type FieldSpec, isEndToEnd, modelFields, type ModelSpec, type NodeSpec, type ObjectSpec } from './model.ts'
import { walkRecord } from './record-tree.ts'
import { decodeValue, encodeValue } from './value.ts'

/** Member of a record of record layout that holds its bundles. No model can have a member of this name. */
export const BUNDLES_MEMBER = '$fields'

/** Stands in the place of a value's type byte, in front of `{}` or `[]`. */
const EMPTY_BYTE = 0
const INDEX = /^(0|[1-9][0-9]{0,3})$/
const ORDER = Object.keys(CLASSIFICATIONS) as Classification[]
/** What record layout makes of a model. */
interface Plan {
  readonly sealed: ModelSpec
  /** Of the bundles that every record has, in the order of their table. */
  readonly classifications: readonly Classification[]
}

const plans = new WeakMap<ModelSpec, Plan>()

function planOf(model: ModelSpec): Plan {
  const known = plans.get(model)
  if (known !== undefined) return known
  const classifications = classificationsIn(model.root)
  const { members } = (clearOf(model.root) ?? { members: {} }) as ObjectSpec
  const bundles = classifications.map((classification) => [classification, bundleField(classification)])
  const root: ObjectSpec = {
    kind: 'object',
    members: { ...members, [BUNDLES_MEMBER]: { kind: 'object', members: Object.fromEntries(bundles) } },
  }
  const plan: Plan = { sealed: { name: model.name, signed: model.signed, root }, classifications }
  plans.set(model, plan)
  return plan
}

/**
 * The model of what a record is sealed as. In field layout it is the model itself. In record layout the end-to-end fields are
 * not in it, nor a container with no other field, and each of their classifications is one field of bytes in `$fields`.
 */
export function sealedModel(model: ModelSpec): ModelSpec {
  return model.layout === 'record' ? planOf(model).sealed : model
}

/** How many bundles every record of the model has. */
export function bundleCount(model: ModelSpec): number {
  return model.layout === 'record' ? planOf(model).classifications.length : 0
}

/**
 * A record in clear as one of its {@link sealedModel}, still in clear.
 *
 * @throws LockstitchError the codes of `walkRecord` and `encodeValue`.
 */
export function bundleRecord(model: ModelSpec, record: unknown, reserved: readonly string[]): unknown {
  if (model.layout !== 'record') return record
  const { leaves, empties } = walkRecord(model, record, reserved)
  const {
    sealed: { root },
    classifications,
  } = planOf(model)
  const bundles = new Map<Classification, [path: string, value: Bytes][]>(
    classifications.map((classification) => [classification, []]),
  )
  for (const { path, field, value } of leaves) {
    if (isEndToEnd(field)) bundles.get(field.classification)?.push([path, encodeValue(field.type, value)])
  }
  for (const { path, text } of empties) {
    if (nodeAt(root, path) === undefined) bundles.get(ownerAt(model, path))?.push([path, encodeEmpty(text)])
  }
  return {
    ...(clearPart(root, record) as object),
    [BUNDLES_MEMBER]: Object.fromEntries(
      Array.from(bundles, ([classification, entries]) => [classification, encodeBundle(entries)]),
    ),
  }
}

/**
 * The record in clear of an opened record of a {@link sealedModel}; changes the record that is given.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID`, and the codes of `walkRecord` and `decodeValue`, when the bundles are not what
 * {@link bundleRecord} makes of any record.
 */
export function unbundleRecord(model: ModelSpec, opened: Record<string, unknown>): Record<string, unknown> {
  if (model.layout !== 'record') return opened
  const { [BUNDLES_MEMBER]: bundles, ...record } = opened
  const { root } = sealedModel(model)
  let count = 0
  for (const [classification, bundle] of Object.entries(bundles as Record<Classification, Bytes>)) {
    for (const [path, value] of decodeBundle(bundle)) {
      const node = nodeAt(model.root, path)
      const owner = node?.kind === 'field' ? node.classification : ownerAt(model, path)
      if (node === undefined || owner !== classification) throw invalid()
      put(model.root, root, record, path, readValue(node, nodeAt(root, path), value))
      count += 1
    }
  }
  // A second spelling shows here: an item that is missing, an empty container that is not empty.
  const { leaves, empties } = walkRecord(model, record, ['id'])
  const found =
    leaves.filter(({ field }) => isEndToEnd(field)).length +
    empties.filter(({ path }) => nodeAt(root, path) === undefined).length
  if (found !== count) throw invalid()
  return record
}

function readValue(node: NodeSpec, kept: NodeSpec | undefined, bytes: Bytes): unknown {
  if (kept !== undefined) throw invalid()
  if (node.kind === 'field') return decodeValue(node.type, bytes)
  const text = node.kind === 'array' ? '[]' : '{}'
  if (bytes[0] !== EMPTY_BYTE || decodeUtf8(bytes.subarray(1)) !== text) throw invalid()
  return node.kind === 'array' ? [] : {}
}

/** Puts a value where its path says, into containers that are there, or that stand in the bundles alone and are made here. */
function put(model: NodeSpec, sealed: NodeSpec, record: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.')
  let [node, kept, container]: [NodeSpec | undefined, NodeSpec | undefined, Record<string, unknown>] = [
    model,
    sealed,
    record,
  ]
  for (const [depth, name] of names.entries()) {
    node = childOf(node, name)
    kept = kept && childOf(kept, name)
    if (depth === names.length - 1) {
      if (Object.hasOwn(container, name)) throw invalid()
      container[name] = value
      return
    }
    if (!Object.hasOwn(container, name)) {
      if (kept !== undefined) throw invalid()
      container[name] = node?.kind === 'array' ? [] : {}
    }
    container = container[name] as Record<string, unknown>
  }
}

function encodeBundle(entries: [path: string, value: Bytes][]): Bytes {
  return encodeFrame(entries.sort(([a], [b]) => compareCodeUnits(a, b)).flat())
}

function decodeBundle(bundle: Bytes): [path: string, value: Bytes][] {
  const parts = decodeFrame(bundle)
  if (parts.length % 2 !== 0) throw invalid()
  const entries: [string, Bytes][] = []
  for (let i = 0; i < parts.length; i += 2) {
    const path = decodeUtf8(parts[i] as Bytes)
    if (path <= (entries.at(-1)?.[0] ?? '')) throw invalid()
    entries.push([path, parts[i + 1] as Bytes])
  }
  return entries
}

function encodeEmpty(text: string): Bytes {
  return concat(Uint8Array.of(EMPTY_BYTE), encodeUtf8(text))
}

function bundleField(classification: Classification): FieldSpec {
  const { rotationDays } = CLASSIFICATIONS[classification]
  return { kind: 'field', classification, type: 'bytes', audience: 'user', pad: 'padme', rotationDays }
}

/** What is left of a place without its end-to-end fields; `undefined` when that is nothing. */
function clearOf(node: NodeSpec): NodeSpec | undefined {
  if (node.kind === 'field') return isEndToEnd(node) ? undefined : node
  if (node.kind === 'array') {
    const item = clearOf(node.item)
    return item && { kind: 'array', item }
  }
  const members = Object.entries(node.members).flatMap(([name, member]) => {
    const clear = clearOf(member)
    return clear === undefined ? [] : [[name, clear] as const]
  })
  return members.length === 0 ? undefined : { kind: 'object', members: Object.fromEntries(members) }
}

/** The part of a record that stays as it is. Its containers are of the model's kind: the record was walked before. */
function clearPart(clear: NodeSpec, value: unknown): unknown {
  if (clear.kind === 'array') return (value as unknown[]).map((item) => clearPart(clear.item, item))
  if (clear.kind === 'field' || !isPlainObject(value)) return value
  const part: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const spec = childOf(clear, name)
    if (spec !== undefined && member !== undefined && member !== null) part[name] = clearPart(spec, member)
  }
  return part
}

function classificationsIn(node: ObjectSpec): Classification[] {
  const fields = modelFields({ name: '', signed: false, root: node }).filter(({ field }) => isEndToEnd(field))
  const found = new Set(fields.map(({ field }) => field.classification))
  return ORDER.filter((classification) => found.has(classification))
}

/** Whose bundle an empty container stands in: the first of the classifications below it. */
function ownerAt(model: ModelSpec, path: string): Classification {
  const node = nodeAt(model.root, path)
  if (node === undefined) throw invalid()
  return classificationsIn({ kind: 'object', members: { node } })[0] as Classification
}

function nodeAt(root: NodeSpec, path: string): NodeSpec | undefined {
  let node: NodeSpec | undefined = root
  for (const name of path.split('.')) node = node && childOf(node, name)
  return node
}

function childOf(node: NodeSpec | undefined, name: string): NodeSpec | undefined {
  if (node?.kind === 'array') return INDEX.test(name) ? node.item : undefined
  return node?.kind === 'object' && Object.hasOwn(node.members, name) ? node.members[name] : undefined
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
