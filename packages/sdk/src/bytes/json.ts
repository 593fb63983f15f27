/**
 * JSON that loses nothing: what cannot be read back equal is an error, not `null`, `{}` or "[object Object]".
 *
 * Accepted are null, booleans, finite numbers (-0 included), well-formed strings, arrays without holes and plain objects
 * whose members are all enumerable, named by text and not `undefined`.
 */
import { isPlainObject } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { isWellFormed } from './utf8.ts'

/** Levels of arrays and objects that a JSON value may have. */
export const MAX_JSON_DEPTH = 128
/** Levels of a document that carries such values: a record of 16 levels, inside a request. */
export const MAX_DOCUMENT_DEPTH = 152

/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * The JSON text of a value, without white space, members in the order the object has them.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` for a value that would not come back equal, `ERR_TEXT_INVALID` for a lone
 * surrogate, `ERR_FORMAT_LIMIT` past {@link MAX_JSON_DEPTH} levels (a cycle included).
 */
export function stringifyJson(value: unknown, maxDepth: number = MAX_JSON_DEPTH): string {
  return write(value, maxDepth, false)
}

/** The same with members sorted by UTF-16 code units: equal values have one text (RFC 8785 but for `-0`, kept). */
export function canonicalJson(value: unknown): string {
  return write(value, MAX_JSON_DEPTH, true)
}

/**
 * The value of a JSON text.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is not JSON.
 */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
}

function write(value: unknown, levels: number, sorted: boolean): string {
  if (levels < 0) throw new LockstitchError('ERR_FORMAT_LIMIT')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeNumber(value)
  if (typeof value === 'string') return writeString(value)
  if (Array.isArray(value)) {
    // Array.from turns a hole into undefined, which is refused below.
    return `[${Array.from(value, (item: unknown) => write(item, levels - 1, sorted)).join(',')}]`
  }
  if (!isPlainObject(value)) throw new LockstitchError('ERR_VALUE_INVALID')
  const keys = Object.keys(value)
  // A member under a symbol or one that is not enumerable would be left out without a word.
  if (Reflect.ownKeys(value).length !== keys.length) throw new LockstitchError('ERR_VALUE_INVALID')
  if (sorted) keys.sort(compareCodeUnits)
  return `{${keys.map((key) => `${writeString(key)}:${write(value[key], levels - 1, sorted)}`).join(',')}}`
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new LockstitchError('ERR_VALUE_INVALID')
  return Object.is(value, -0) ? '-0' : String(value)
}

function writeString(value: string): string {
  if (!isWellFormed(value)) throw new LockstitchError('ERR_TEXT_INVALID')
  return JSON.stringify(value)
}

/** Order of two strings by their UTF-16 code units, the order of `<`. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
