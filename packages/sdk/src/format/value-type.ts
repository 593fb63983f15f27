/** The names of the types of values, apart from their codec: a page that only declares models carries no codec. */
import type { JsonValue } from '../bytes/json.ts'

/** What a field can hold, by the name of its type. */
export interface ValueTypes {
  string: string
  number: number
  boolean: boolean
  date: Date
  bigint: bigint
  bytes: Uint8Array
  json: JsonValue
}

/** Name of a field's type. */
export type ValueType = keyof ValueTypes

/** Every type name, in the order of their type bytes 1 to 7. */
export const VALUE_TYPES: readonly ValueType[] = ['string', 'number', 'boolean', 'date', 'bigint', 'bytes', 'json']

/** True for the name of a value type. */
export function isValueType(value: unknown): value is ValueType {
  return VALUE_TYPES.includes(value as ValueType)
}
