/**
 * The typed value codec: one type byte, then the value. Nothing is coerced and nothing is lost on the way.
 *
 * | byte | type    | value                                                            |
 * |------|---------|------------------------------------------------------------------|
 * | 1    | string  | UTF-8                                                            |
 * | 2    | number  | IEEE 754 double, 8 bytes big-endian, finite                      |
 * | 3    | boolean | one byte, 0 or 1                                                 |
 * | 4    | date    | milliseconds since 1970-01-01T00:00Z as a double, integral       |
 * | 5    | bigint  | sign byte 0 or 1, then the magnitude big-endian without leading 0 |
 * | 6    | bytes   | as they are                                                      |
 * | 7    | json    | UTF-8 of a JSON text without white space                         |
 */
import type { Bytes } from '../assert.ts'
import { type Allocate, allocateBriefly } from '../bytes/arena.ts'
import { concat } from '../bytes/concat.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { type JsonValue, parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8Briefly, isWellFormed, writeAscii } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import type { ValueType, ValueTypes } from './value-type.ts'

interface Codec<T> {
  readonly byte: number
  /** True when the value is of this type and can come back equal. */
  accepts(value: unknown): value is T
  /** The content; a text stands for its UTF-8. */
  encode(value: T): Uint8Array | string
  decode(bytes: Bytes): T
  /** The form of a value that stays in clear, as JSON. */
  toJson(value: T): JsonValue
  /** The inverse; `undefined` when the JSON is not such a form. */
  fromJson(json: JsonValue): T | undefined
}

const MAX_DATE = 8.64e15
/** At most 5001 digits: reading a decimal takes time by the square of its length. */
const isDecimal = (text: string): boolean => /^(0|-?[1-9][0-9]{0,5000})$/.test(text)
const isString = (value: unknown): value is string => typeof value === 'string'

const CODECS: { readonly [T in ValueType]: Codec<ValueTypes[T]> } = {
  string: {
    byte: 1,
    accepts: isString,
    encode: (value) => value,
    decode: decodeUtf8,
    toJson: (value) => value,
    fromJson: (json) => (isString(json) && isWellFormed(json) ? json : undefined),
  },
  number: {
    byte: 2,
    accepts: (value): value is number => Number.isFinite(value),
    encode: encodeDouble,
    decode: (bytes) => checked(decodeDouble(bytes), Number.isFinite),
    toJson: (value) => value,
    fromJson: (json) => (typeof json === 'number' && Number.isFinite(json) ? json : undefined),
  },
  boolean: {
    byte: 3,
    accepts: (value): value is boolean => typeof value === 'boolean',
    encode: (value) => Uint8Array.of(value ? 1 : 0),
    decode: (bytes) => {
      if (bytes.length !== 1 || (bytes[0] as number) > 1) throw invalid()
      return bytes[0] === 1
    },
    toJson: (value) => value,
    fromJson: (json) => (typeof json === 'boolean' ? json : undefined),
  },
  date: {
    byte: 4,
    accepts: (value): value is Date => value instanceof Date && !Number.isNaN(value.getTime()),
    encode: (value) => encodeDouble(value.getTime()),
    decode: (bytes) => new Date(checked(decodeDouble(bytes), isTime)),
    toJson: (value) => value.toISOString(),
    fromJson: (json) => {
      if (!isString(json)) return undefined
      const date = new Date(json)
      return !Number.isNaN(date.getTime()) && date.toISOString() === json ? date : undefined
    },
  },
  bigint: {
    byte: 5,
    accepts: (value): value is bigint => typeof value === 'bigint',
    encode: encodeBigint,
    decode: decodeBigint,
    toJson: (value) => {
      const text = value.toString()
      // What would not be read back is not written.
      if (!isDecimal(text)) throw new LockstitchError('ERR_FORMAT_LIMIT')
      return text
    },
    fromJson: (json) => (isString(json) && isDecimal(json) ? BigInt(json) : undefined),
  },
  bytes: {
    byte: 6,
    accepts: (value): value is Uint8Array => value instanceof Uint8Array,
    encode: (value) => value,
    decode: (bytes) => bytes.slice(),
    toJson: encodeBase64url,
    fromJson: (json) => (isString(json) ? decodeBase64url(json) : undefined),
  },
  json: {
    byte: 7,
    accepts: (value): value is JsonValue => value !== undefined,
    encode: (value) => stringifyJson(value),
    decode: (bytes) => {
      const text = decodeUtf8(bytes)
      const value = parseJson(text)
      // Also refuses duplicate keys and every second spelling of the same value.
      if (stringifyJson(value) !== text) throw invalid()
      return value
    },
    toJson: (value) => value,
    fromJson: (json) => json,
  },
}

/**
 * A value of a declared type to bytes, for the time of one call.
 *
 * @param make Makes the array, given the length of the encoding; it may be longer than that.
 * @throws LockstitchError `ERR_VALUE_INVALID` when the value is not of that type or would not come back equal (NaN, an
 * invalid date, a class instance inside JSON), `ERR_TEXT_INVALID` for a lone surrogate.
 */
export function encodeValue<T extends ValueType>(type: T, value: unknown, make: Allocate = allocateBriefly): Bytes {
  const codec: Codec<ValueTypes[T]> = CODECS[type]
  if (!codec.accepts(value)) throw new LockstitchError('ERR_VALUE_INVALID')
  const content = codec.encode(value)
  const bytes = make(1 + content.length)
  bytes[0] = codec.byte
  if (typeof content !== 'string') bytes.set(content, 1)
  else if (!writeAscii(bytes, 1, content)) return encodeText(codec.byte, content, make)
  return bytes
}

function encodeText(byte: number, text: string, make: Allocate): Bytes {
  const utf8 = encodeUtf8Briefly(text)
  const bytes = make(1 + utf8.length)
  bytes[0] = byte
  bytes.set(utf8, 1)
  return bytes
}

/**
 * The value of a declared type in bytes.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID` when the bytes are not one value of that type; of JSON
 * also `ERR_VALUE_INVALID` (a number past the doubles) and `ERR_FORMAT_LIMIT` (too many levels).
 */
export function decodeValue<T extends ValueType>(type: T, bytes: Bytes): ValueTypes[T] {
  const codec: Codec<ValueTypes[T]> = CODECS[type]
  if (bytes[0] !== codec.byte) throw invalid()
  return codec.decode(bytes.subarray(1))
}

/**
 * The JSON form of a value whose field is not end-to-end encrypted.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` or `ERR_TEXT_INVALID`, as {@link encodeValue}; `ERR_FORMAT_LIMIT` for a bigint
 * of more than 5001 digits or JSON of too many levels.
 */
export function valueToJson<T extends ValueType>(type: T, value: unknown): JsonValue {
  const codec: Codec<ValueTypes[T]> = CODECS[type]
  if (!codec.accepts(value)) throw new LockstitchError('ERR_VALUE_INVALID')
  const json = codec.toJson(value)
  stringifyJson(json)
  return json
}

/**
 * The value of a JSON form.
 *
 * @throws LockstitchError `ERR_FORMAT_INVALID` when it is not the form of such a value.
 */
export function valueFromJson<T extends ValueType>(type: T, json: JsonValue): ValueTypes[T] {
  const codec: Codec<ValueTypes[T]> = CODECS[type]
  const value = codec.fromJson(json)
  if (value === undefined) throw invalid()
  return value
}

const isTime = (time: number): boolean => Number.isInteger(time) && Math.abs(time) <= MAX_DATE && !Object.is(time, -0)

function encodeDouble(value: number): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return bytes
}

function decodeDouble(bytes: Bytes): number {
  if (bytes.length !== 8) throw invalid()
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0)
}

function encodeBigint(value: bigint): Bytes {
  const hex = (value < 0n ? -value : value).toString(16)
  const even = value === 0n ? '' : hex.length % 2 === 0 ? hex : `0${hex}`
  const magnitude = Uint8Array.from(even.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return concat(Uint8Array.of(value < 0n ? 1 : 0), magnitude)
}

function decodeBigint(bytes: Bytes): bigint {
  const sign = bytes[0]
  const magnitude = bytes.subarray(1)
  const isCanonical = magnitude.length === 0 ? sign === 0 : magnitude[0] !== 0
  if ((sign !== 0 && sign !== 1) || !isCanonical) throw invalid()
  let hex = ''
  for (const byte of magnitude) hex += byte.toString(16).padStart(2, '0')
  const value = BigInt(`0x${hex || '0'}`)
  return sign === 1 ? -value : value
}

function checked(value: number, isValid: (value: number) => boolean): number {
  if (!isValid(value)) throw invalid()
  return value
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
