/** Assertions on arguments. A wrong type is the programmer's mistake and throws a `TypeError`, never a coded error. */

/** Bytes in memory that WebCrypto accepts without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Throws a `TypeError` unless `value` is a `Uint8Array`, of exactly `length` bytes where a length is given. */
export function assertBytes(value: unknown, label: string, length?: number): asserts value is Bytes {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${label} must be a Uint8Array`)
  if (length !== undefined && value.length !== length) throw new TypeError(`${label} must have ${length} bytes`)
}

/** Throws a `TypeError` unless `value` is a string. */
export function assertString(value: unknown, label: string): asserts value is string {
  if (typeof value !== 'string') throw new TypeError(`${label} must be a string`)
}

/** Throws a `TypeError` unless `value` is a plain object (of this or another realm, or without a prototype). */
export function assertPlainObject(value: unknown, label: string): asserts value is Record<string, unknown> {
  if (!isPlainObject(value)) throw new TypeError(`${label} must be a plain object`)
}

/** True for an object literal: no class instance, no array, no function. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
