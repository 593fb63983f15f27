/** Signed documents as one token: `<prefix>.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>`. */
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { canonicalJson, parseJson } from '../bytes/json.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { SIGNATURE_BYTES } from './constants.ts'
import type { Reader } from './reader.ts'

/** A document as it was read: the payload is what the signature is over. */
export interface SignedText<T> {
  readonly document: T
  readonly payload: Bytes
  readonly signature: Bytes
}

/** The token of a payload and its signature. */
export function serializeSigned(prefix: string, payload: Bytes, signature: Bytes): string {
  return `${prefix}.${encodeBase64url(payload)}.${encodeBase64url(signature)}`
}

/**
 * Reads a token: its prefix, canonical base64url, canonical JSON, exact members. The signature is not checked here.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID`.
 */
export function parseSigned<T>(value: unknown, prefix: string, maxChars: number, read: Reader<T>): SignedText<T> {
  if (typeof value !== 'string') throw invalid()
  if (value.length > maxChars) throw new LockstitchError('ERR_FORMAT_LIMIT')
  const [first, payloadText, signatureText, ...rest] = value.split('.')
  if (first !== prefix) {
    const isOtherVersion = first !== undefined && /^ls[0-9]{1,3}[a-z]$/.test(first) && first.at(-1) === prefix.at(-1)
    throw isOtherVersion ? new LockstitchError('ERR_FORMAT_VERSION') : invalid()
  }
  if (payloadText === undefined || signatureText === undefined || rest.length > 0) throw invalid()
  const payload = decodeBase64url(payloadText)
  const signature = decodeBase64url(signatureText)
  if (signature.length !== SIGNATURE_BYTES) throw invalid()
  const json = decodeUtf8(payload)
  const document = read(parseJson(json))
  if (canonicalJson(document) !== json) throw invalid()
  return { document, payload, signature }
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
