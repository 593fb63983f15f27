/** Values of other systems as values of a field's type: by one strict grammar each, and never rounded or guessed. */
import { isPlainObject } from '../assert.ts'
import { type JsonValue, parseJson } from '../bytes/json.ts'
import { isLockstitchError } from '../errors.ts'
import { encodeValue } from '../format/value.ts'
import type { ValueType } from '../format/value-type.ts'

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/
const DECIMAL = /^(0|-?[1-9][0-9]{0,5000})$/
const DAY = /^([0-9]{4}-[0-9]{2}-[0-9]{2})$/
const INSTANT =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/
const JSON_TOKENS = /"(?:[^"\\]|\\.)*"|:|-?[0-9][0-9.eE+-]*/g
const MAX_PRECISION = 100
const MINUTE_MS = 60_000

/**
 * The value of a type that a text stands for; `undefined` when it is not exactly one.
 *
 * `number` by JSON's grammar, and only when the double says the same digits; `boolean` `true` or `false`; `date` a day or an
 * instant with its offset, of ISO 8601, to the millisecond; `bigint` decimal; `json` without a repeated name or a number
 * that would be rounded. A text is never `bytes`.
 */
export function valueFromText(type: ValueType, text: string): unknown {
  switch (type) {
    case 'string':
      return accepted(type, text)
    case 'number':
      return NUMBER.test(text) && isExact(text) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'date':
      return dateOf(text)
    case 'bigint':
      return DECIMAL.test(text) ? BigInt(text) : undefined
    case 'json':
      return jsonOf(text)
    case 'bytes':
      return undefined
  }
}

/**
 * The value of a type that a member in clear is. What is of the type already stays as it is, a whole number is a `bigint`
 * too, and a text is read as {@link valueFromText} does.
 */
export function valueFromPlain(type: ValueType, value: unknown): unknown {
  if (typeof value === 'string') return valueFromText(type, value)
  if (type === 'bigint' && Number.isSafeInteger(value)) return BigInt(value as number)
  return accepted(type, value)
}

/** True when a JSON text names no member twice and has no number that a double would round. */
export function isExactJson(text: string): boolean {
  let colons = 0
  for (const [token] of text.matchAll(JSON_TOKENS)) {
    if (token === ':') colons += 1
    else if (!token.startsWith('"') && !isExact(token)) return false
  }
  return colons === countMembers(parseJson(text))
}

function jsonOf(text: string): unknown {
  try {
    return isExactJson(text) ? accepted('json', parseJson(text)) : undefined
  } catch (error) {
    if (isLockstitchError(error)) return undefined
    throw error
  }
}

function accepted(type: ValueType, value: unknown): unknown {
  try {
    encodeValue(type, value)
    return value
  } catch (error) {
    if (isLockstitchError(error)) return undefined
    throw error
  }
}

/** In well-formed JSON there is one colon outside strings for each member, repeated ones included. */
function countMembers(value: JsonValue): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item: JsonValue) => sum + countMembers(item), 0)
  if (!isPlainObject(value)) return 0
  const members = Object.values(value) as JsonValue[]
  return members.reduce<number>((sum, member) => sum + countMembers(member), members.length)
}

/** True when the nearest double, written with as many digits, has the same digits. */
function isExact(text: string): boolean {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  const value = Number(text)
  if (significant === '') return true
  if (!Number.isFinite(value) || significant.length > MAX_PRECISION) return false
  const [written = '', power = '0'] = Math.abs(value)
    .toExponential(significant.length - 1)
    .split('e')
  const magnitude = digits.length - fraction.length - 1 + Number(exponent)
  return written.replace('.', '') === significant && Number(power) === magnitude
}

function dateOf(text: string): Date | undefined {
  const day = DAY.exec(text)
  if (day !== null) return dayOf(text)
  const [, date = '', minutes = '', seconds = '00', fraction = '', sign, hours = '0', offset = '0'] =
    INSTANT.exec(text) ?? []
  if (date === '' || dayOf(date) === undefined) return undefined
  // Finer than a millisecond would be lost.
  if (/[^0]/.test(fraction.slice(3)) || Number(hours) > 23 || Number(offset) > 59) return undefined
  const local = `${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const time = Date.parse(local)
  // The platform rolls the 24th hour over to the next day.
  if (Number.isNaN(time) || new Date(time).toISOString() !== local) return undefined
  const shift = (Number(hours) * 60 + Number(offset)) * MINUTE_MS
  return new Date(time + (sign === '-' ? shift : -shift))
}

/** Midnight of a day in UTC, once it is in the calendar. */
function dayOf(text: string): Date | undefined {
  const date = new Date(`${text}T00:00:00.000Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? date : undefined
}
