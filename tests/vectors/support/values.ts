/** Values in vector files: JSON cannot carry all seven types, so each has a text form. */
import { isPlainObject } from '../../../packages/sdk/src/assert.ts'
import type { NodeSpec, ObjectSpec } from '../../../packages/sdk/src/format/model.ts'
import type { ValueType } from '../../../packages/sdk/src/format/value-type.ts'
import { fromHex, toHex } from './hex.ts'

/** The value that a text stands for: decimals, ISO dates, hex for bytes, JSON text for JSON. */
export function valueOf(type: ValueType, text: string): unknown {
  switch (type) {
    case 'string':
      return text
    case 'number':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'date':
      return new Date(text)
    case 'bigint':
      return BigInt(text)
    case 'bytes':
      return fromHex(text)
    case 'json':
      return JSON.parse(text)
  }
}

/** The text that stands for a value; the inverse of {@link valueOf}. */
export function textOf(type: ValueType, value: unknown): string {
  switch (type) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'date':
      return (value as Date).toISOString()
    case 'bytes':
      return toHex(value as Uint8Array)
    case 'json':
      return writeJson(value)
    case 'string':
    case 'boolean':
    case 'bigint':
      return String(value)
  }
}

/** A record whose leaves are texts, with each leaf as the value that its text stands for. */
export function recordOf(root: ObjectSpec, record: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(record).map(([name, member]): [string, unknown] => {
    const spec = root.members[name]
    return [name, spec === undefined ? member : nodeOf(spec, member)]
  })
  return Object.fromEntries(members)
}

function nodeOf(spec: NodeSpec, node: unknown): unknown {
  if (spec.kind === 'field') return valueOf(spec.type, node as string)
  if (spec.kind === 'array') return (node as unknown[]).map((item) => nodeOf(spec.item, item))
  return recordOf(spec, node as Record<string, unknown>)
}

/** JSON with -0, which `JSON.stringify` loses. */
function writeJson(value: unknown): string {
  if (Object.is(value, -0)) return '-0'
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (!isPlainObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(',')}}`
}
