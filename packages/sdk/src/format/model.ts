/**
 * A model as plain data: what crosses the worker boundary and what a server is configured with.
 * The typed builders that make one are in `schema/`.
 */
import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import {
  type Audience,
  type Classification,
  CLASSIFICATIONS,
  isClassification,
  type Padding,
} from './classification.ts'
import { MAX_LEAVES, MAX_MODEL_DEPTH } from './constants.ts'
import { isValueType, type ValueType } from './value-type.ts'

/** One classified field. */
export interface FieldSpec {
  readonly kind: 'field'
  readonly classification: Classification
  readonly type: ValueType
  readonly audience: Audience
  readonly pad: Padding
  /** Days after which the key of the field is due; `null` for a field without a key. */
  readonly rotationDays: number | null
}

/** An object with named members. */
export interface ObjectSpec {
  readonly kind: 'object'
  readonly members: Readonly<Record<string, NodeSpec>>
}

/** An array whose items are all alike. */
export interface ArraySpec {
  readonly kind: 'array'
  readonly item: NodeSpec
}

/** Any place of a model. */
export type NodeSpec = FieldSpec | ObjectSpec | ArraySpec

/** A whole model. */
export interface ModelSpec {
  readonly name: string
  /** Records carry the writer's Ed25519 signature beside the owner's MAC. */
  readonly signed: boolean
  /**
   * `record`: all end-to-end fields of one classification are sealed into one envelope. Absent: each field has its own.
   */
  readonly layout?: 'record'
  readonly root: ObjectSpec
}

const MODEL_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
const MEMBER_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'toJSON', 'then'])

/** True for a field that only the user opens: the value in a sealed record is an envelope. */
export function isEndToEnd(field: FieldSpec): boolean {
  return field.audience === 'user'
}

/**
 * The value, once it is known to be a model: every place classified, every name and option legal.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` otherwise.
 */
export function parseModel(value: unknown): ModelSpec {
  if (!isPlainObject(value)) throw invalid()
  const { name, signed, root, layout, ...others } = value
  if (Object.keys(others).length > 0 || (layout !== undefined && layout !== 'record')) throw invalid()
  if (typeof name !== 'string' || !MODEL_NAME.test(name) || typeof signed !== 'boolean') throw invalid()
  const spec = parseNode(root, 0)
  if (spec.kind !== 'object' || Object.hasOwn(spec.members, 'id')) throw invalid()
  return layout === undefined ? { name, signed, root: spec } : { name, signed, layout, root: spec }
}

/** The fields of a model with their path patterns; an array's items stand as `*`. */
export function modelFields(model: ModelSpec): readonly { readonly path: string; readonly field: FieldSpec }[] {
  return fieldsOf(model.root, '')
}

function fieldsOf(node: NodeSpec, path: string): { path: string; field: FieldSpec }[] {
  if (node.kind === 'field') return [{ path, field: node }]
  if (node.kind === 'array') return fieldsOf(node.item, `${path}.*`)
  return Object.entries(node.members).flatMap(([name, member]) =>
    fieldsOf(member, path === '' ? name : `${path}.${name}`),
  )
}

function parseNode(value: unknown, depth: number): NodeSpec {
  if (depth > MAX_MODEL_DEPTH || !isPlainObject(value)) throw invalid()
  switch (value['kind']) {
    case 'field':
      return parseField(value)
    case 'array':
      if (!hasExactKeys(value, ['item', 'kind'])) throw invalid()
      return { kind: 'array', item: parseNode(value['item'], depth + 1) }
    case 'object':
      return parseObject(value, depth)
    default:
      throw invalid()
  }
}

function parseObject(value: Record<string, unknown>, depth: number): ObjectSpec {
  const { members } = value
  if (!hasExactKeys(value, ['kind', 'members']) || !isPlainObject(members)) throw invalid()
  const entries = Object.entries(members)
  if (entries.length === 0 || entries.length > MAX_LEAVES) throw invalid()
  if (entries.some(([name]) => !MEMBER_NAME.test(name) || FORBIDDEN_MEMBERS.has(name))) throw invalid()
  return {
    kind: 'object',
    members: Object.fromEntries(entries.map(([name, node]) => [name, parseNode(node, depth + 1)])),
  }
}

function parseField(value: Record<string, unknown>): FieldSpec {
  const { classification, type, audience, pad, rotationDays } = value
  const isLegal =
    hasExactKeys(value, ['audience', 'classification', 'kind', 'pad', 'rotationDays', 'type']) &&
    isClassification(classification) &&
    isValueType(type) &&
    (audience === 'user' || audience === 'server') &&
    (pad === 'none' || pad === 'block' || pad === 'padme')
  if (!isLegal) throw invalid()
  const { rotationDays: longest } = CLASSIFICATIONS[classification]
  // Public values have no key; what the server never opens cannot be public.
  const isPublic = longest === null
  if (isPublic && (audience === 'user' || rotationDays !== null)) throw invalid()
  if (!isPublic && !isDays(rotationDays, longest)) throw invalid()
  return { kind: 'field', classification, type, audience, pad, rotationDays: rotationDays as number | null }
}

/** A field may ask for a shorter interval than its classification, never for a longer one. */
function isDays(value: unknown, longest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= longest
}

function hasExactKeys(value: Record<string, unknown>, sorted: readonly string[]): boolean {
  const keys = Object.keys(value).sort()
  return keys.length === sorted.length && keys.every((key, index) => key === sorted[index])
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_MODEL_INVALID')
}
