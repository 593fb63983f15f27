/**
 * The escrow document: who can open an account together, signed by the account itself.
 *
 * ```
 * ls1e.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>
 * ```
 *
 * It is signed apart from the account state, so that a custodian can check it without seeing the rest of the account.
 */
import type { Bytes } from '../assert.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import {
  HASH_BYTES,
  MAX_CUSTODIANS,
  MAX_ESCROW_CHARS,
  MAX_ESCROW_DELAY_MS,
  MIN_CUSTODIANS,
  MIN_ESCROW_DELAY_MS,
  PUBLIC_KEY_BYTES,
  SALT_BYTES,
  SEALED_SHARE_BYTES,
  VERSION,
} from './constants.ts'
import { ESCROW_LABELS } from './labels.ts'
import { arrayOf, base64url, integer, object, oneOf, type Reader } from './reader.ts'
import { parseSigned, serializeSigned, type SignedText } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

/** One who holds a share. */
export interface Custodian {
  /** Account id. */
  readonly account: string
  /** X25519 public key, 32 bytes in base64url. */
  readonly receiving: string
  /** The share, sealed to that key: encapsulated key, ciphertext, tag in base64url. */
  readonly share: string
  /** 32 bytes in base64url; compared after every opening, since a wrong share gives a wrong secret and no error. */
  readonly commitment: string
}

/** What an escrow document says. */
export interface Escrow {
  readonly format: typeof VERSION
  /** Account that can be opened. */
  readonly account: string
  /** Its Ed25519 public key, which signed this. */
  readonly signing: string
  /** 16 random bytes in base64url. */
  readonly id: string
  readonly created: number
  /** How many custodians it takes. */
  readonly threshold: number
  /** Milliseconds between a request and its release. */
  readonly delayMs: number
  /** Commitment of the secret that the shares give. */
  readonly commitment: string
  readonly custodians: readonly Custodian[]
}

const PREFIX = 'ls1e'
const hash = base64url(HASH_BYTES)
const publicKey = base64url(PUBLIC_KEY_BYTES)

const readEscrow: Reader<Escrow> = object<Escrow>({
  format: oneOf(VERSION),
  account: parseUuid,
  signing: publicKey,
  id: base64url(SALT_BYTES),
  created: integer(0, Number.MAX_SAFE_INTEGER),
  threshold: integer(MIN_CUSTODIANS, MAX_CUSTODIANS),
  delayMs: integer(MIN_ESCROW_DELAY_MS, MAX_ESCROW_DELAY_MS),
  commitment: hash,
  custodians: arrayOf(
    object<Custodian>({
      account: parseUuid,
      receiving: publicKey,
      share: base64url(SEALED_SHARE_BYTES),
      commitment: hash,
    }),
    MIN_CUSTODIANS,
    MAX_CUSTODIANS,
  ),
})

/**
 * True when there are enough different custodians, none of them the account itself, and the delay is within its limits:
 * two shares in one hand would be a lower threshold than the document says.
 */
export function isEscrowRule(rule: {
  readonly account: string
  readonly threshold: number
  readonly delayMs: number
  readonly custodians: readonly Pick<Custodian, 'account' | 'receiving'>[]
}): boolean {
  const { account, threshold, delayMs, custodians } = rule
  const isDelay = Number.isSafeInteger(delayMs) && delayMs >= MIN_ESCROW_DELAY_MS && delayMs <= MAX_ESCROW_DELAY_MS
  const isThreshold = Number.isSafeInteger(threshold) && threshold >= MIN_CUSTODIANS && threshold <= custodians.length
  const accounts = new Set(custodians.map((one) => one.account))
  const keys = new Set(custodians.map((one) => one.receiving))
  const isApart = accounts.size === custodians.length && keys.size === custodians.length && !accounts.has(account)
  return isDelay && isThreshold && isApart && custodians.length <= MAX_CUSTODIANS
}

/** The bytes that are signed: the canonical JSON of the document. */
export function escrowPayload(escrow: Escrow): Bytes {
  return encodeUtf8(canonicalJson(escrow))
}

/** What the signature is over. */
export function escrowSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([ESCROW_LABELS.escrowSignature, payload])
}

/** What an approval names the document by: the SHA-256 of this. */
export function escrowHashInput(payload: Bytes): Bytes {
  return encodeFrame([ESCROW_LABELS.escrowHash, payload])
}

/** The text of a document and its signature. */
export function serializeEscrow(payload: Bytes, signature: Bytes): string {
  return serializeSigned(PREFIX, payload, signature)
}

/**
 * Reads an escrow document: exact members, canonical text, limits kept, custodians apart. The signature is not checked here.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID` or `ERR_TEXT_INVALID`.
 */
export function parseEscrow(value: unknown): SignedText<Escrow> {
  const parsed = parseSigned(value, PREFIX, MAX_ESCROW_CHARS, readEscrow)
  if (!isEscrowRule(parsed.document)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return parsed
}
