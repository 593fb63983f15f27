/**
 * The forms of seed 001, which its documents and its code stored one after the other. Each carries a nonce of 12 bytes, the
 * ciphertext and a tag of 16 bytes, and all but the oldest name the version of their key:
 *
 *     2-part        v1:base64(nonce | ciphertext | tag)
 *     3-part        v1:base64(nonce):base64(ciphertext | tag)
 *     4-part        v1:base64(nonce):base64(ciphertext):base64(tag)
 *     bytea         the bytes of `v1:`, then nonce | ciphertext | tag
 *     bytea-legacy  nonce | ciphertext | tag
 *     jsonb         {"version": "v1", "ciphertext": base64(nonce | ciphertext | tag), "algorithm": "AES-256-GCM"}
 */
import { isPlainObject, type Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { LockstitchError } from '../../errors.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../format/constants.ts'
import { decodeBase64, encodeBase64 } from '../shared/base64.ts'
import { bytesOf, isHex } from '../shared/input.ts'
import { parseFlatObject } from '../shared/strict-json.ts'
import type { ForeignInput, PazpazForm } from '../types.ts'

const ALGORITHM = 'AES-256-GCM'
const JSONB_MEMBERS = ['version', 'ciphertext', 'algorithm']
const KEY_VERSION = /^v[1-9][0-9]{0,8}$/
/** Longest key version and its colon. */
const MAX_PREFIX_BYTES = 11

/** A parsed value. */
export interface PazpazValue {
  readonly form: PazpazForm
  /** The version of the key; the form `bytea-legacy` names none. */
  readonly version?: string
  readonly nonce: Bytes
  /** Ciphertext and tag. */
  readonly sealed: Bytes
}

/** True for a text that names a key version: `v` and a number. */
export function isKeyVersion(text: string): boolean {
  return KEY_VERSION.test(text)
}

/**
 * Reads a value in whatever form it has. A BYTEA value may have two: its first bytes, although random, can look like a
 * version. Then both are given, the one with the version first; at most one of them opens.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION` for a version or algorithm that is not of the system, `ERR_FORMAT_INVALID`
 * for anything else that has none of the forms.
 */
export function parsePazpaz(input: ForeignInput): readonly [PazpazValue, ...PazpazValue[]] {
  if (isPlainObject(input)) return [parseJsonb(input)]
  if (typeof input !== 'string' || isHex(input)) return parseBytea(bytesOf(input))
  return [input.startsWith('{') ? parseJsonb(parseFlatObject(input)) : parseText(input)]
}

/** Writes a value in one of the forms that are written. */
export function serializePazpaz(
  form: '3-part' | '4-part' | 'bytea',
  version: string,
  nonce: Bytes,
  sealed: Bytes,
): string | Bytes {
  if (form === 'bytea') return concat(encodeUtf8(`${version}:`), nonce, sealed)
  const end = sealed.length - TAG_BYTES
  const parts = form === '3-part' ? [sealed] : [sealed.subarray(0, end), sealed.subarray(end)]
  return [version, ...[nonce, ...parts].map((part) => encodeBase64(part))].join(':')
}

function parseText(text: string): PazpazValue {
  const [version = '', ...parts] = text.split(':')
  const decoded = parts.map((part) => decodeBase64(part))
  const value = parts.length === 1 ? splitBlob('2-part', decoded[0]) : joinParts(decoded)
  if (isKeyVersion(version)) return { ...value, version }
  // Of two parts the first may as well be a nonce whose version is missing.
  throw parts.length === 1 || version === '' ? invalid() : new LockstitchError('ERR_FORMAT_VERSION')
}

function joinParts([nonce, ciphertext, tag, ...others]: readonly Bytes[]): PazpazValue {
  if (nonce?.length !== NONCE_BYTES || ciphertext === undefined || others.length > 0) throw invalid()
  if (tag === undefined) return { form: '3-part', nonce, sealed: atLeastTag(ciphertext) }
  // Were only the sum of the two checked, the boundary between them could be moved unseen.
  if (tag.length !== TAG_BYTES) throw invalid()
  return { form: '4-part', nonce, sealed: concat(ciphertext, tag) }
}

function parseJsonb(object: Readonly<Record<string, unknown>>): PazpazValue {
  const names = Object.keys(object)
  if (names.length !== JSONB_MEMBERS.length || !JSONB_MEMBERS.every((name) => names.includes(name))) throw invalid()
  const { version, ciphertext, algorithm } = object
  if (typeof version !== 'string' || typeof ciphertext !== 'string' || typeof algorithm !== 'string') throw invalid()
  if (algorithm !== ALGORITHM || !isKeyVersion(version)) throw new LockstitchError('ERR_FORMAT_VERSION')
  return { ...splitBlob('jsonb', decodeBase64(ciphertext)), version }
}

function parseBytea(bytes: Bytes): readonly [PazpazValue, ...PazpazValue[]] {
  const legacy = bytes.length < NONCE_BYTES + TAG_BYTES ? [] : [splitBlob('bytea-legacy', bytes)]
  const colon = bytes.subarray(0, MAX_PREFIX_BYTES).indexOf(':'.charCodeAt(0))
  const version = String.fromCharCode(...bytes.subarray(0, Math.max(colon, 0)))
  const isLongEnough = bytes.length >= colon + 1 + NONCE_BYTES + TAG_BYTES
  if (isKeyVersion(version) && isLongEnough) {
    return [{ ...splitBlob('bytea', bytes.subarray(colon + 1)), version }, ...legacy]
  }
  const [only] = legacy
  if (only === undefined) throw invalid()
  return [only]
}

function splitBlob(form: PazpazForm, blob: Bytes | undefined): PazpazValue {
  if (blob === undefined || blob.length < NONCE_BYTES + TAG_BYTES) throw invalid()
  return { form, nonce: blob.subarray(0, NONCE_BYTES), sealed: blob.subarray(NONCE_BYTES) }
}

function atLeastTag(sealed: Bytes): Bytes {
  if (sealed.length < TAG_BYTES) throw invalid()
  return sealed
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
