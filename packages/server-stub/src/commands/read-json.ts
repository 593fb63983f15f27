import { readFileSync } from 'node:fs'
import type { ConversionKeys } from '@lockstitch/sdk'
import { UsageError } from './outcome.ts'

/** Where bytes stand in a file of keys; every other text is a text. */
const BYTES = [
  /^(phase4|pazpaz)\.keys\.[^]+$/,
  /^csfle\.deks\.[^]+$/,
  /^(pazpaz\.legacy|novamind-fernet\.salt|surgicase\.dek)$/,
  /^(openssl\.(key|iv)|hsm\.(kek|key|iv|aad))$/,
]

/** The JSON of a file of the command line. @throws UsageError that names the option. */
export function readJsonFile(path: string, option: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new UsageError(`the file of ${option} cannot be read as JSON`)
  }
}

/**
 * The keys of a file: as `openForeign` takes them, but with a text for bytes, which begins with `hex:` or `base64:`.
 *
 * @throws UsageError that names the place and never the key.
 */
export function readKeyFile(path: string): ConversionKeys {
  const value = decodeKeys(readJsonFile(path, '--keys'), '')
  if (typeof value !== 'object' || value === null) throw new UsageError('the file of --keys must hold an object')
  return value
}

function decodeKeys(value: unknown, path: string): unknown {
  if (BYTES.some((place) => place.test(path))) return decodeBytes(value, path)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, member]) => [name, decodeKeys(member, path === '' ? name : `${path}.${name}`)]),
  )
}

function decodeBytes(value: unknown, path: string): Uint8Array {
  const [, encoding, text] = /^(hex|base64):([^]*)$/.exec(typeof value === 'string' ? value : '') ?? []
  const bytes = encoding === undefined ? undefined : Buffer.from(text as string, encoding as 'hex' | 'base64')
  if (
    bytes === undefined ||
    bytes.toString(encoding as 'hex' | 'base64') !== (encoding === 'hex' ? text?.toLowerCase() : text)
  )
    throw new UsageError(`--keys: ${path} must be a text that begins with hex: or base64:`)
  return new Uint8Array(bytes)
}
