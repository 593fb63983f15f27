/**
 * The certificate of a destruction: `ls1d.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>`. It is signed by the account
 * whose keys were destroyed and names the account state that did it.
 */
import type { Bytes } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { Classification } from './classification.ts'
import { HASH_BYTES, VERSION } from './constants.ts'
import { ERASURE_METHOD } from './erasure.ts'
import { type Kid, kidOf } from './kid.ts'
import { LABELS } from './labels.ts'
import { arrayOf, base64url, integer, object, oneOf } from './reader.ts'
import { parseSigned, serializeSigned, type SignedText } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

/** What is certified. */
export interface Certificate {
  readonly format: typeof VERSION
  readonly account: string
  readonly classification: Classification
  readonly kids: readonly Kid[]
  readonly method: typeof ERASURE_METHOD
  /** Milliseconds since 1970, by the clock of the device that destroyed them. */
  readonly destroyedAt: number
  /** Revision and hash of the account state that destroyed them. */
  readonly revision: number
  readonly state: string
}

const PREFIX = 'ls1d'
const MAX_CHARS = 32_768
const readCertificate = object<Certificate>({
  format: oneOf(VERSION),
  account: parseUuid,
  classification: oneOf('phi', 'pii', 'confidential', 'internal'),
  kids: arrayOf((value) => kidOf(decodeBase64url(base64url(8)(value))), 1, 500),
  method: oneOf(ERASURE_METHOD),
  destroyedAt: integer(0, Number.MAX_SAFE_INTEGER),
  revision: integer(2, Number.MAX_SAFE_INTEGER),
  state: base64url(HASH_BYTES),
})

/** The bytes of a certificate that are signed: its canonical JSON. */
export function certificatePayload(certificate: Certificate): Bytes {
  return encodeUtf8(canonicalJson(certificate))
}

/** What the signature of a certificate is over. */
export function certificateSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.certificateSignature, payload])
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
