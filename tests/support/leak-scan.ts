/**
 * Looks for secrets in whatever a test can lay hands on: requests, errors, databases, files. Pure functions over text and
 * bytes, for Node and for browsers.
 *
 * A secret is found in clear and in the forms that data takes on its way: UTF-8, UTF-16 in both byte orders, base64 and
 * base64url at any of the three alignments, hex, percent-encoded, with JSON escapes, as a list of byte numbers. It is not
 * found inside compressed or encrypted data, and not when storage cuts it in two.
 */

/** A form that a secret can take. */
export type Encoding =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'percent'
  | 'json'
  | 'byte list'

/** The secrets by what they are called in a report: text, or bytes for what has no text. */
export type Secrets = Readonly<Record<string, string | Uint8Array>>

/** A secret that was found. The report names it and does not repeat it. */
export interface Leak {
  readonly secret: string
  readonly encoding: Encoding
  /** Where it was found, as the caller called the place. */
  readonly where: string
  /** Byte offset in what was scanned; text counts as UTF-8. */
  readonly offset: number
}

/** Scans one place. */
export type LeakScan = (where: string, data: string | Uint8Array) => Leak[]

interface Needle {
  readonly secret: string
  readonly encoding: Encoding
  readonly text: string
}

/** Shorter secrets would be found by chance. */
const MIN_BYTES = 6
// One character for each byte, whatever the bytes are.
const binary = new TextDecoder('latin1')
const utf8 = new TextEncoder()

/**
 * A scan for these secrets.
 *
 * @throws RangeError for a secret of fewer than 6 bytes, which would be found by chance.
 */
export function createLeakScan(secrets: Secrets): LeakScan {
  const needles = Object.entries(secrets).flatMap(([name, secret]) => needlesOf(name, secret))
  return (where, data) => {
    const text = binary.decode(typeof data === 'string' ? utf8.encode(data) : data)
    return needles.flatMap(({ secret, encoding, text: needle }) => {
      const offset = text.indexOf(needle)
      return offset === -1 ? [] : [{ secret, encoding, where, offset }]
    })
  }
}

/** Every text and every byte string that can be reached from a value: members, also hidden ones, of objects and errors. */
export function* partsOf(value: unknown, seen: Set<unknown> = new Set()): Generator<string | Uint8Array> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') yield String(value)
  else if (typeof value === 'symbol') yield value.description ?? ''
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (value instanceof Date) yield Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (value instanceof ArrayBuffer) yield new Uint8Array(value)
  else if (ArrayBuffer.isView(value)) yield new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  else {
    if (value instanceof Map || value instanceof Set) for (const item of value) yield* partsOf(item, seen)
    for (const key of Reflect.ownKeys(value)) {
      yield* partsOf(key, seen)
      yield* partsOf(Object.getOwnPropertyDescriptor(value, key)?.value, seen)
    }
  }
}

/** Scans everything that can be reached from a value. */
export function scanValue(scan: LeakScan, where: string, value: unknown): Leak[] {
  return [...partsOf(value)].flatMap((part) => scan(where, part))
}

function needlesOf(secret: string, value: string | Uint8Array): Needle[] {
  const bytes = typeof value === 'string' ? utf8.encode(value) : value
  if (bytes.length < MIN_BYTES) throw new RangeError(`the secret "${secret}" has fewer than ${MIN_BYTES} bytes`)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const base64 = [0, 1, 2].map((shift) => alignedBase64(bytes, shift))
  const list = Array.from(bytes).join(',')
  const forms: [Encoding, readonly string[]][] = [
    ['utf-8', [binary.decode(bytes)]],
    ['base64', base64],
    ['base64url', base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))],
    ['hex', [hex, hex.toUpperCase()]],
    ['byte list', [list, list.replaceAll(',', ', ')]],
  ]
  if (typeof value === 'string') {
    forms.push(['utf-16le', [utf16(value, true)]], ['utf-16be', [utf16(value, false)]])
    forms.push(['percent', [encodeURIComponent(value), percentAll(bytes)]], ['json', jsonForms(value)])
  }
  const plain = binary.decode(bytes)
  return forms.flatMap(([encoding, texts]) =>
    [...new Set(texts)]
      .filter((text) => encoding === 'utf-8' || text !== plain)
      .map((text) => ({ secret, encoding, text })),
  )
}

/** The characters of a base64 text that the bytes alone decide when `shift` other bytes stand before them. */
function alignedBase64(bytes: Uint8Array, shift: number): string {
  const shifted = binaryString(new Uint8Array([...new Uint8Array(shift), ...bytes]))
  return btoa(shifted).slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
}

function binaryString(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function utf16(text: string, littleEndian: boolean): string {
  const bytes = new DataView(new ArrayBuffer(text.length * 2))
  for (let index = 0; index < text.length; index++) bytes.setUint16(index * 2, text.charCodeAt(index), littleEndian)
  return binary.decode(bytes)
}

function percentAll(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
}

/** As JSON.stringify writes it, the same in ASCII alone, and with every character as an escape. */
function jsonForms(text: string): string[] {
  const escapeAll = (characters: string): string =>
    Array.from({ length: characters.length }, (_, index) => escapeUnit(characters.charCodeAt(index))).join('')
  const quoted = JSON.stringify(text).slice(1, -1)
  const forms = [quoted, quoted.replaceAll(/[^ -~]/gu, escapeAll), escapeAll(text)]
  const capitals = forms.map((form) => form.replaceAll(/(?<=\\u)[0-9a-f]{4}/g, (digits) => digits.toUpperCase()))
  return [...forms, ...capitals].map((form) => binary.decode(utf8.encode(form)))
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
