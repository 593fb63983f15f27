import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { CLASSIFICATIONS, type Audience, type Classification, type Padding } from '../format/classification.ts'
import { MAX_MODEL_DEPTH } from '../format/constants.ts'
import { type NodeSpec, type ObjectSpec, parseModel } from '../format/model.ts'
import type { ValueType } from '../format/value-type.ts'
import type { Field, Model, Shape } from './types.ts'

/** Options of a field. What is left out follows from the classification. */
export interface FieldOptions {
  /** What the field holds; `string` unless said. */
  readonly type?: ValueType
  /** Who can open it: `user` end to end, or `server` too. */
  readonly audience?: Audience
  /** How its length is hidden. */
  readonly pad?: Padding
  /** Days after which its key is due; never more than the classification's. */
  readonly rotationDays?: number
}

/** Options of a model. */
export interface ModelOptions {
  /** Every record carries the writer's signature, for records that somebody else will read. */
  readonly signed?: boolean
  /**
   * `record` seals all end-to-end fields of one classification into one envelope: for records of many fields, and in bulk.
   * A record cannot be read with the other layout. `field` unless said.
   */
  readonly layout?: 'field' | 'record'
}

type TypeOf<O> = O extends { readonly type: infer T extends ValueType } ? T : 'string'
type AudienceOf<O, Default extends Audience> = O extends { readonly audience: infer A extends Audience } ? A : Default

/** Makes a field. Its type and audience are read off the options, never off the place where the field is put. */
type Builder<Default extends Audience> = <const O extends FieldOptions = Record<never, never>>(
  options?: O,
) => Field<TypeOf<O>, AudienceOf<O, Default>>

/**
 * Protected health information: sealed end to end, lengths hidden by Padmé from 32 bytes up, key due every 90 days.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` for an option that is not legal.
 */
export const phi: Builder<'user'> = builder<'user'>('phi')

/**
 * What identifies a person: sealed end to end, lengths hidden in 16-byte blocks, key due every 90 days.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` for an option that is not legal.
 */
export const pii: Builder<'user'> = builder<'user'>('pii')

/**
 * Confidential to the organisation: the server may open it and keeps it sealed at rest, key due every 180 days.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` for an option that is not legal.
 */
export const confidential: Builder<'server'> = builder<'server'>('confidential')

/**
 * Internal to the organisation: the server may open it and keeps it sealed at rest, key due every 365 days.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` for an option that is not legal.
 */
export const internal: Builder<'server'> = builder<'server'>('internal')

/**
 * Public: stored in clear, but still bound to its record, so that nobody changes it unnoticed.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` for an option that is not legal; there is no key, so `audience` and `rotationDays` are not.
 */
export const pub: Builder<'server'> = builder<'server'>('pub')

/**
 * Declares a model: every field of its records, each with a classification. It is plain data, so that the same model
 * serves the page, the worker and the server.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` when a place is not classified, a name or an option is not legal, or the
 * model has a member `id`, which is the record's own.
 *
 * @example
 * ```ts
 * import { defineModel, phi, pii, pub } from '@lockstitch/sdk'
 *
 * const Intake = defineModel('intake', {
 *   name: pii(),
 *   birthDate: pii({ type: 'date' }),
 *   address: { street: pii(), city: pii() },
 *   medications: [{ name: phi(), milligrams: phi({ type: 'number' }) }],
 *   formVersion: pub({ type: 'number' }),
 * })
 * console.log(Intake.name) // intake
 * ```
 */
export function defineModel<const S extends Shape>(name: string, shape: S, options: ModelOptions = {}): Model<S> {
  const { signed = false, layout = 'field', ...unknownOptions } = options
  if (Object.keys(unknownOptions).length > 0) throw new LockstitchError('ERR_MODEL_INVALID')
  return deepFreeze(
    parseModel({ name, signed, ...(layout === 'field' ? {} : { layout }), root: objectSpec(shape, 0) }),
  ) as Model<S>
}

function builder<D extends Audience>(classification: Classification): Builder<D> {
  const rule = CLASSIFICATIONS[classification]
  return (options?: FieldOptions) => {
    const {
      type = 'string',
      audience = rule.audience,
      pad = rule.pad,
      rotationDays = rule.rotationDays,
      ...unknownOptions
    } = options ?? {}
    if (Object.keys(unknownOptions).length > 0) throw new LockstitchError('ERR_MODEL_INVALID')
    return { kind: 'field', classification, type, audience, pad, rotationDays } as never
  }
}

/** Too deep is refused here already: a shape that contains itself has no bottom. */
function objectSpec(shape: unknown, depth: number): ObjectSpec {
  if (depth > MAX_MODEL_DEPTH || !isPlainObject(shape)) throw new LockstitchError('ERR_MODEL_INVALID')
  return {
    kind: 'object',
    members: Object.fromEntries(Object.entries(shape).map(([name, place]) => [name, nodeSpec(place, depth + 1)])),
  }
}

function nodeSpec(place: unknown, depth: number): NodeSpec {
  if (Array.isArray(place)) {
    if (depth > MAX_MODEL_DEPTH || place.length !== 1) throw new LockstitchError('ERR_MODEL_INVALID')
    return { kind: 'array', item: nodeSpec(place[0], depth + 1) }
  }
  // A field is known by its kind; an object of the model cannot have a text there, since every place is a field or a container.
  if (isPlainObject(place) && place['kind'] === 'field') return place as unknown as NodeSpec
  return objectSpec(place, depth)
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) deepFreeze(member as object)
  return Object.freeze(value)
}
