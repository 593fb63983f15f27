import { isPlainObject } from '../assert.ts'
import type { ForeignFormat } from '../interop/types.ts'

/** What a value looks like, told by its layout alone: no key is tried. */
export interface ForeignLayout {
  /** `ls1` is Lockstitch's own; `unknown` is some ciphertext or key, of a format that its layout does not show. */
  readonly format: ForeignFormat | 'ls1' | 'unknown'
  /** False when a value in clear can look the same. */
  readonly certain: boolean
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
/** 28 bytes, the least that a nonce and a tag take, are 38 characters; no word of a language is as long. */
const ARMOURED = /^[A-Za-z0-9+/_-]{38,}={0,2}$/
const LEAST_CHARS = 40
const VERSIONED = /^v[0-9]+:[A-Za-z0-9+/=_:-]*$/
const SALTED = 'Salted__'
const CSFLE_FIXED_BYTES = 1 + 16 + 1 + 16 + 32

/**
 * What a value looks like; `undefined` for what stands in clear. It errs to the side of ciphertext: a cut envelope still
 * looks like one, so that nobody takes it for text.
 */
export function layoutOf(value: unknown): ForeignLayout | undefined {
  if (typeof value === 'string') return layoutOfText(value.trim())
  if (value instanceof Uint8Array) return layoutOfBytes(value)
  return isPlainObject(value) ? layoutOfObject(value) : undefined
}

function layoutOfText(text: string): ForeignLayout | undefined {
  if (text.startsWith('{')) return layoutOfJson(text)
  if (text.startsWith('ls1.')) return sure('ls1')
  // Short of the least length it is a cut one, or a word that only begins like one.
  const tell = text.length < LEAST_CHARS ? maybe : sure
  if (/^(v[0-9]+:)?gAAAA/.test(text)) return tell('novamind-fernet')
  if (VERSIONED.test(text)) return tell('pazpaz')
  // CryptoJS and `openssl enc -a` write the same bytes.
  if (text.startsWith('U2FsdGVkX1')) return tell('novamind-cryptojs')
  if (text.startsWith('-----BEGIN PGP MESSAGE')) return sure('pgcrypto')
  if (text.startsWith('\\x')) return layoutOfBytes(fromHex(text.slice(2))) ?? maybe('unknown')
  if (!ARMOURED.test(text)) return undefined
  if (text.length % 4 !== 0 || !BASE64.test(text)) return maybe('unknown')
  return layoutOfBytes(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))) ?? maybe('surgicase')
}

function layoutOfJson(text: string): ForeignLayout | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isPlainObject(value) ? layoutOfObject(value) : undefined
  } catch {
    // It may have been cut.
    return /"(iv|ciphertext)"\s*:/.test(text) ? maybe('unknown') : undefined
  }
}

function layoutOfObject(object: Readonly<Record<string, unknown>>): ForeignLayout | undefined {
  const has = (name: string): boolean => typeof object[name] === 'string'
  const parts = ['iv', 'd', 't'].filter(has).length
  if (parts >= 2) return parts === 3 ? sure('phase4') : maybe('phase4')
  return has('ciphertext') && (has('version') || has('algorithm')) ? sure('pazpaz') : undefined
}

function layoutOfBytes(bytes: Uint8Array): ForeignLayout | undefined {
  const [first = 0, second, third] = bytes
  const start = String.fromCharCode(...bytes.subarray(0, 11))
  if (start.startsWith(SALTED)) return sure('openssl')
  if (/^v[0-9]+:/.test(start)) return sure('pazpaz')
  // A symmetric-key session key packet, version 4, as pgcrypto begins a message, with or without the session key in it.
  if (first === 0xc3 && (second === 0x0d || second === 0x1e || second === 0x2e) && third === 4) return sure('pgcrypto')
  const isCsfle = (first === 1 || first === 2) && bytes.length > CSFLE_FIXED_BYTES
  return isCsfle && (bytes.length - CSFLE_FIXED_BYTES) % 16 === 0 ? sure('csfle') : undefined
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function sure(format: ForeignLayout['format']): ForeignLayout {
  return { format, certain: true }
}

function maybe(format: ForeignLayout['format']): ForeignLayout {
  return { format, certain: false }
}
