/** What the compiler knows of models and their builders. */
import { confidential, defineModel, type Field, internal, phi, pii, pub } from '@lockstitch/sdk'
import { expectTypeOf } from 'vitest'

/** A builder says type and audience; what is not said follows from the classification. */
export function builders(): void {
  expectTypeOf(phi()).toEqualTypeOf<Field<'string', 'user'>>()
  expectTypeOf(pii()).toEqualTypeOf<Field<'string', 'user'>>()
  expectTypeOf(confidential()).toEqualTypeOf<Field<'string', 'server'>>()
  expectTypeOf(internal({ type: 'number' })).toEqualTypeOf<Field<'number', 'server'>>()
  expectTypeOf(pub({ type: 'date' })).toEqualTypeOf<Field<'date', 'server'>>()
  expectTypeOf(phi({ type: 'json', audience: 'server', pad: 'none', rotationDays: 30 })).toEqualTypeOf<
    Field<'json', 'server'>
  >()
  expectTypeOf(confidential({ audience: 'user' })).toEqualTypeOf<Field<'string', 'user'>>()
}

/** What is no option, or no value of one, is an error before anything runs. */
export function options(): void {
  // @ts-expect-error TS2353 an option that nobody knows
  phi({ encrypted: false })
  // @ts-expect-error TS2322 a type that is none
  phi({ type: 'text' })
  // @ts-expect-error TS2322 an audience that is none
  phi({ audience: 'everyone' })
  // @ts-expect-error TS2322 a padding that is none
  phi({ pad: 'some' })
  // @ts-expect-error TS2322 a text for a number of days
  phi({ rotationDays: '30' })
  // @ts-expect-error TS2353 an option of the model that nobody knows
  defineModel('m', { a: phi() }, { sign: true })
}

/** Every place of a model is classified. */
export function shapes(): void {
  defineModel('m', { a: phi(), b: { c: [pii()], d: [{ e: pub() }] }, f: [[phi()]] }, { signed: true })
  // @ts-expect-error TS2322 a text for a field
  defineModel('m', { a: 'phi' })
  // @ts-expect-error TS2322 a builder that was not called
  defineModel('m', { a: phi })
  // @ts-expect-error TS2322 null for a field
  defineModel('m', { a: null })
  // @ts-expect-error TS2322 an array of nothing
  defineModel('m', { a: [] })
  // @ts-expect-error TS2322 an array of two kinds
  defineModel('m', { a: [phi(), pii()] })
  // @ts-expect-error TS2322 a field that is not classified, below
  defineModel('m', { a: { b: { c: true } } })
  // @ts-expect-error TS2345 no name
  defineModel({ a: phi() }, {})
}

/** A model is plain data, and nobody changes it. */
export function models(): void {
  const model = defineModel('m', { a: phi() })
  expectTypeOf(model.name).toEqualTypeOf<string>()
  expectTypeOf(model.signed).toEqualTypeOf<boolean>()
  // @ts-expect-error TS2540 a model is read only
  model.signed = false
}
