/**
 * The envelope of seed 000: a JSON object of the members `v` (1), `k` (the key id), `iv` (16 bytes), `d` (the ciphertext)
 * and `t` (the 16-byte tag), the last three in standard base64. The key id is not authenticated.
 */
import { isPlainObject, type Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { TAG_BYTES } from '../../format/constants.ts'
import { decodeBase64, encodeBase64 } from '../shared/base64.ts'
import { textOf } from '../shared/input.ts'
import { parseFlatObject } from '../shared/strict-json.ts'
import type { ForeignInput } from '../types.ts'

const VERSION = 1
const MEMBERS = ['v', 'k', 'iv', 'd', 't']

/** Bytes of an IV: 16 where AES-GCM is made for 12. */
export const IV_BYTES = 16

/** A parsed envelope. */
export interface Phase4Envelope {
  readonly keyId: string
  readonly iv: Bytes
  readonly ciphertext: Bytes
  readonly tag: Bytes
}

/**
 * Reads an envelope, as text or as the object that a database parsed it to.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION` for an object whose `v` is not 1, `ERR_FORMAT_INVALID` for anything else
 * that is not exactly an envelope: other members, other lengths, base64 that is not canonical.
 */
export function parsePhase4(input: ForeignInput): Phase4Envelope {
  const object = isPlainObject(input) ? input : parseFlatObject(textOf(input))
  const names = Object.keys(object)
  const lacksVersion =
    names.length === MEMBERS.length - 1 && MEMBERS.every((name) => name === 'v' || names.includes(name))
  if ((names.includes('v') && object['v'] !== VERSION) || lacksVersion) throw new LockstitchError('ERR_FORMAT_VERSION')
  if (names.length !== MEMBERS.length || !MEMBERS.every((name) => names.includes(name))) throw invalid()
  const keyId = readText(object['k'])
  const iv = decodeBase64(readText(object['iv']))
  const ciphertext = decodeBase64(readText(object['d']))
  const tag = decodeBase64(readText(object['t']))
  if (keyId === '' || iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw invalid()
  return { keyId, iv, ciphertext, tag }
}

/** Writes an envelope exactly as that server does. */
export function serializePhase4({ keyId, iv, ciphertext, tag }: Phase4Envelope): string {
  const [ivText, data, tagText] = [encodeBase64(iv), encodeBase64(ciphertext), encodeBase64(tag)]
  return JSON.stringify({ v: VERSION, k: keyId, iv: ivText, d: data, t: tagText })
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw invalid()
  return value
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
