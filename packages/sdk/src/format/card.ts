/**
 * A card: what somebody gives out to be chosen as a custodian, signed by their own account.
 *
 * ```
 * ls1c.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>
 * ```
 */
import type { Bytes } from '../assert.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { MAX_CARD_CHARS, PUBLIC_KEY_BYTES, VERSION } from './constants.ts'
import { ESCROW_LABELS } from './labels.ts'
import { base64url, object, oneOf, type Reader } from './reader.ts'
import { parseSigned, serializeSigned, type SignedText } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

/** What a card says. */
export interface Card {
  readonly format: typeof VERSION
  /** Account id. */
  readonly account: string
  /** Ed25519 public key, 32 bytes in base64url. */
  readonly signing: string
  /** X25519 public key, 32 bytes in base64url. */
  readonly receiving: string
}

const PREFIX = 'ls1c'
const publicKey = base64url(PUBLIC_KEY_BYTES)
const readCard: Reader<Card> = object<Card>({
  format: oneOf(VERSION),
  account: parseUuid,
  signing: publicKey,
  receiving: publicKey,
})

/** The bytes that are signed: the canonical JSON of the card. */
export function cardPayload(card: Card): Bytes {
  return encodeUtf8(canonicalJson(card))
}

/** What the signature is over. */
export function cardSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([ESCROW_LABELS.cardSignature, payload])
}

/** The text of a card and its signature. */
export function serializeCard(payload: Bytes, signature: Bytes): string {
  return serializeSigned(PREFIX, payload, signature)
}

/**
 * Reads a card. The signature is not checked here.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID`.
 */
export function parseCard(value: unknown): SignedText<Card> {
  return parseSigned(value, PREFIX, MAX_CARD_CHARS, readCard)
}
