/**
 * Walks a record along its model. Plain and sealed records have the same shape, so that one walk serves both ways and
 * the server: it yields every leaf with its path, and the record that is being made with a place for each.
 */
import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { MAX_LEAVES } from './constants.ts'
import type { FieldSpec, ModelSpec, NodeSpec, ObjectSpec } from './model.ts'

/** One value of a record. */
export interface Leaf {
  /** Names and array indexes joined by dots; names never begin with a digit, so that a path has one reading. */
  readonly path: string
  readonly field: FieldSpec
  readonly value: unknown
  /** Puts the leaf's counterpart into {@link RecordTree.output}. */
  readonly place: (value: unknown) => void
}

/** What a walk found. */
export interface RecordTree {
  readonly leaves: readonly Leaf[]
  /** Containers without any member: they are authenticated too. */
  readonly empties: readonly { readonly path: string; readonly text: '[]' | '{}' }[]
  /** The record of the other side: its containers are there, its leaves are what was placed. */
  readonly output: Record<string, unknown>
}

interface Walk {
  readonly leaves: Leaf[]
  readonly empties: { path: string; text: '[]' | '{}' }[]
}

/**
 * Every leaf of a record.
 *
 * Members that are `undefined` or `null` are absent (a `json` field keeps `null` inside its value). `reserved` names the
 * members at the top that are not the model's.
 *
 * @throws LockstitchError `ERR_FIELD_UNKNOWN` for a member that the model does not name, `ERR_VALUE_INVALID` for a
 * container that is not of the model's kind or an array with a hole, `ERR_FORMAT_LIMIT` past 4096 leaves.
 */
export function walkRecord(model: ModelSpec, record: unknown, reserved: readonly string[]): RecordTree {
  if (!isPlainObject(record)) throw new LockstitchError('ERR_VALUE_INVALID')
  const walk: Walk = { leaves: [], empties: [] }
  const output = walkObject(walk, model.root, record, '', reserved)
  return { ...walk, output }
}

function walkObject(
  walk: Walk,
  spec: ObjectSpec,
  object: Record<string, unknown>,
  path: string,
  reserved: readonly string[] = [],
): Record<string, unknown> {
  const output: Record<string, unknown> = {}
  let members = 0
  for (const name of Object.keys(object)) {
    if (reserved.includes(name)) continue
    if (!Object.hasOwn(spec.members, name)) throw new LockstitchError('ERR_FIELD_UNKNOWN')
    const value = object[name]
    if (value === undefined || value === null) continue
    members += 1
    // Its place is taken now, so that the members of the other side are in the order of these.
    output[name] = undefined
    const memberPath = path === '' ? name : `${path}.${name}`
    walkNode(walk, spec.members[name] as NodeSpec, value, memberPath, (placed) => {
      output[name] = placed
    })
  }
  if (members === 0 && path !== '') addEmpty(walk, path, '{}')
  return output
}

function walkNode(walk: Walk, spec: NodeSpec, value: unknown, path: string, place: (value: unknown) => void): void {
  if (spec.kind === 'field') {
    walk.leaves.push({ path, field: spec, value, place })
    checkCount(walk)
  } else if (spec.kind === 'object') {
    if (!isPlainObject(value)) throw new LockstitchError('ERR_VALUE_INVALID')
    place(walkObject(walk, spec, value, path))
  } else {
    if (!Array.isArray(value)) throw new LockstitchError('ERR_VALUE_INVALID')
    place(walkArray(walk, spec.item, value, path))
  }
}

function walkArray(walk: Walk, item: NodeSpec, array: readonly unknown[], path: string): unknown[] {
  if (array.length === 0) addEmpty(walk, path, '[]')
  if (array.length > MAX_LEAVES) throw new LockstitchError('ERR_FORMAT_LIMIT')
  const output: unknown[] = Array.from({ length: array.length })
  for (let index = 0; index < array.length; index++) {
    const value = array[index]
    // An absent item would shift its neighbours, so it cannot be left out as an absent member can.
    if (value === undefined || value === null) throw new LockstitchError('ERR_VALUE_INVALID')
    walkNode(walk, item, value, `${path}.${index}`, (placed) => {
      output[index] = placed
    })
  }
  return output
}

function addEmpty(walk: Walk, path: string, text: '[]' | '{}'): void {
  walk.empties.push({ path, text })
  checkCount(walk)
}

function checkCount(walk: Walk): void {
  if (walk.leaves.length + walk.empties.length > MAX_LEAVES) throw new LockstitchError('ERR_FORMAT_LIMIT')
}
