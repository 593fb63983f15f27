import type { EnvelopeText } from '../format/envelope.ts'
import type { ManifestText } from '../format/manifest.ts'
import type { FieldSpec, ModelSpec } from '../format/model.ts'
import type { ValueType, ValueTypes } from '../format/value-type.ts'

declare const SHAPE: unique symbol
declare const PLAIN: unique symbol
declare const SEALED: unique symbol

/** A classified field whose type and audience the compiler knows. */
export interface Field<
  T extends ValueType = ValueType,
  A extends 'user' | 'server' = 'user' | 'server',
> extends FieldSpec {
  readonly type: T
  readonly audience: A
}

/** What may stand at a place of a model: a field, an object of places, or an array of one kind of place. */
export type Place = Field | Shape | readonly [Place]

/** The members of a model or of an object in it. */
export interface Shape {
  readonly [name: string]: Place
}

/** A model: plain data that knows the types of its records. Made by {@link defineModel}. */
export interface Model<S extends Shape = Shape> extends ModelSpec {
  readonly [SHAPE]?: S
}

type PlainPlace<P> =
  P extends Field<infer T>
    ? ValueTypes[T]
    : P extends readonly [infer Item]
      ? readonly PlainPlace<Item>[]
      : { readonly [K in keyof P]?: PlainPlace<P[K]> | null | undefined }

type SealedPlace<P> =
  P extends Field<ValueType, infer A>
    ? A extends 'user'
      ? EnvelopeText
      : unknown
    : P extends readonly [infer Item]
      ? readonly SealedPlace<Item>[]
      : { readonly [K in keyof P]?: SealedPlace<P[K]> }

/**
 * A record in clear. Every member may be absent; `null` and `undefined` count as absent. `id` is made by the client when
 * it is not given. `$revision` stands in what was opened: saved again with the change, it makes sure that nobody was faster. It
 * is a text without a meaning for the app.
 *
 * What is expected follows from the model beside it alone, never from the record that is given (`NoInfer`).
 */
export type Plain<S extends Shape> = NoInfer<PlainRecord<S>>

type PlainRecord<S extends Shape> = { readonly [K in keyof S]?: PlainPlace<S[K]> | null | undefined } & {
  readonly id?: string
  readonly $revision?: string
  /** A sealed record is not one in clear, not even where all its fields are texts. */
  readonly $seal?: never
  readonly [PLAIN]?: S
}

/**
 * A sealed record: the same shape with envelopes for values, and the manifest that holds it together. One of another model
 * does not pass for it, whichever of the two has more fields; two models with the very same fields are one to the compiler,
 * and told apart when it is opened.
 */
export type Sealed<S extends Shape> = NoInfer<SealedRecord<S>>

type SealedRecord<S extends Shape> = { readonly [K in keyof S]?: SealedPlace<S[K]> } & {
  readonly id: string
  readonly $seal: ManifestText
  /** The envelopes of a model of record layout, by classification. */
  readonly $fields?: Readonly<Record<string, EnvelopeText>>
  readonly [SEALED]: (shape: S) => S
}

/** The records in clear of a model: `PlainOf<typeof Intake>`. */
export type PlainOf<M extends Model> = M extends Model<infer S> ? Plain<S> : never

/** The sealed records of a model: `SealedOf<typeof Intake>`. */
export type SealedOf<M extends Model> = M extends Model<infer S> ? Sealed<S> : never
