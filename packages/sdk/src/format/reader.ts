/** Small strict readers for JSON documents: exact members, exact types, no defaults. */
import { isPlainObject } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'

/** Gives the value back once it is known to be a `T`; throws a coded error otherwise. */
export type Reader<T> = (value: unknown) => T

/** An object with exactly these members. */
export function object<T extends object>(members: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(members) as (keyof T & string)[]
  return (value) => {
    if (!isPlainObject(value) || Object.keys(value).length !== names.length) throw invalid()
    const result = {} as T
    for (const name of names) {
      if (!Object.hasOwn(value, name)) throw invalid()
      result[name] = members[name](value[name])
    }
    return result
  }
}

/** An array of `min` to `max` items. */
export function arrayOf<T>(item: Reader<T>, min: number, max: number): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) throw invalid()
    return value.map((entry) => item(entry))
  }
}

/** A safe integer from `min` to `max`; -0 is not one, since it would be a second spelling of 0. */
export function integer(min: number, max: number): Reader<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw invalid()
    if (Object.is(value, -0)) throw invalid()
    return value
  }
}

/** A string of `min` to `max` characters. */
export function text(min: number, max: number): Reader<string> {
  return (value) => {
    if (typeof value !== 'string' || value.length < min || value.length > max) throw invalid()
    return value
  }
}

/** The base64url of `min` to `max` bytes; of exactly `min` where no more is said. */
export function base64url(min: number, max: number = min): Reader<string> {
  return (value) => {
    if (typeof value !== 'string' || value.length > Math.ceil((max * 4) / 3)) throw invalid()
    const { length } = decodeBase64url(value)
    if (length < min || length > max) throw invalid()
    return value
  }
}

/** A boolean. */
export const boolean: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw invalid()
  return value
}

/** One of the given strings. */
export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  return (value) => {
    if (!values.includes(value as T)) throw invalid()
    return value as T
  }
}

/** `null`, or what the reader reads. */
export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : reader(value))
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
