/**
 * The certificate of a destruction: `ls1d.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>`. It is signed by the account
 * whose keys were destroyed and names the account state that did it.
 */
import { isPlainObject } from '../assert.ts'
import type { Bytes } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { type Classification, KEYED } from './classification.ts'
import { HASH_BYTES, VERSION } from './constants.ts'
import { ERASURE_METHOD } from './erasure.ts'
import { type Kid, kidOf } from './kid.ts'
import { MANAGE_LABELS } from './labels.ts'
import { arrayOf, base64url, integer, object, oneOf, type Reader } from './reader.ts'
import { parseSigned, serializeSigned, type SignedText } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

/** What is certified. Exactly one of `classification`, `record` and `whole` says what was destroyed. */
export interface Certificate {
  readonly format: typeof VERSION
  readonly account: string
  /** Every key that a classification had. */
  readonly classification?: Classification
  /** One record: `kids` are all keys that it was ever sealed under, and others of their classifications that were destroyed. */
  readonly record?: { readonly model: string; readonly id: string }
  /** The account: `kids` are all the keys that it ever had. */
  readonly whole?: true
  readonly kids: readonly Kid[]
  readonly method: typeof ERASURE_METHOD
  /** Milliseconds since 1970, by the clock of the device that destroyed the last of them. */
  readonly destroyedAt: number
  /** Revision and hash of the account state in which all of them are destroyed. */
  readonly revision: number
  readonly state: string
}

type Facts = Omit<Certificate, 'classification' | 'record' | 'whole'>
type Place = NonNullable<Certificate['record']>

const PREFIX = 'ls1d'
const MAX_CHARS = 32_768
/** No account state has room for more keys. */
const MAX_KIDS = 1500
const readKid: Reader<Kid> = (value) => kidOf(decodeBase64url(base64url(8)(value)))
const FACTS: { readonly [K in keyof Facts]-?: Reader<Facts[K]> } = {
  format: oneOf(VERSION),
  account: parseUuid,
  kids: arrayOf(readKid, 1, MAX_KIDS),
  method: oneOf(ERASURE_METHOD),
  destroyedAt: integer(0, Number.MAX_SAFE_INTEGER),
  revision: integer(2, Number.MAX_SAFE_INTEGER),
  state: base64url(HASH_BYTES),
}
const readTrue: Reader<true> = (value) => {
  if (value !== true) throw new LockstitchError('ERR_FORMAT_INVALID')
  return value
}
const matching =
  (pattern: RegExp): Reader<string> =>
  (value) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new LockstitchError('ERR_FORMAT_INVALID')
    return value
  }
const readOfClassification = object<Facts & { readonly classification: Classification }>({
  ...FACTS,
  classification: oneOf(...KEYED),
  kids: arrayOf(readKid, 1, 500),
})
const readOfRecord = object<Facts & { readonly record: Place }>({
  ...FACTS,
  record: object<Place>({ model: matching(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), id: matching(/^[A-Za-z0-9_-]{1,64}$/) }),
})
const readOfAccount = object<Facts & { readonly whole: true }>({ ...FACTS, whole: readTrue })
const readCertificate: Reader<Certificate> = (value) => {
  const has = (name: string): boolean => isPlainObject(value) && Object.hasOwn(value, name)
  if (has('record')) return readOfRecord(value)
  return has('whole') ? readOfAccount(value) : readOfClassification(value)
}

/** The bytes of a certificate that are signed: its canonical JSON. */
export function certificatePayload(certificate: Certificate): Bytes {
  return encodeUtf8(canonicalJson(certificate))
}

/** What the signature of a certificate is over. */
export function certificateSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([MANAGE_LABELS.certificateSignature, payload])
}

/** The text of a certificate and its signature. */
export function serializeCertificate(payload: Bytes, signature: Bytes): string {
  return serializeSigned(PREFIX, payload, signature)
}

/**
 * Reads a certificate. The signature is not checked here: `verifyCertificate` of `./server` does.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID`.
 */
export function parseCertificate(text: unknown): SignedText<Certificate> {
  return parseSigned(text, PREFIX, MAX_CHARS, readCertificate)
}
