/**
 * The account state: one signed, hash-chained document that says which keys an account has.
 *
 * ```
 * ls1a.<base64url(canonical JSON)>.<base64url(Ed25519 signature 64)>
 * ```
 *
 * It holds no secret in clear: slots and keyring entries are keys wrapped under other keys.
 */
import type { Bytes } from '../assert.ts'
import { isPlainObject } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { canonicalJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { type Classification, KEYED } from './classification.ts'
import { HASH_BYTES, MAX_ACCOUNT_STATE_CHARS, PUBLIC_KEY_BYTES, VERSION } from './constants.ts'
import { type Erasure, isConsistentErasure, readErasure } from './erasure.ts'
import { type Kid, kidOf } from './kid.ts'
import { LABELS } from './labels.ts'
import { arrayOf, base64url, integer, nullable, object, oneOf, type Reader } from './reader.ts'
import { readSlot, type Slot, wrappedKey } from './slot.ts'
import { parseSigned, serializeSigned } from './signed-text.ts'
import { parseUuid } from './uuid.ts'

/** The text form of a signed account state. */
export type AccountStateText = string & { readonly __accountState: never }

/**
 * What a data key may still be used for.
 *
 * - `active`: new values are sealed under it.
 * - `decrypt-only`: a newer one is active; what is still sealed under it is read.
 * - `retired`: every record that was sealed under it has been read under another key, and no file was known under it; its wrap stays for what
 *   a device may hold.
 * - `revoked`: it may be known to a thief; nothing new is accepted under it.
 * - `destroyed`: its wrap is gone, and with it what was sealed under it.
 */
export type KeyState = 'active' | 'decrypt-only' | 'retired' | 'revoked' | 'destroyed'

/** One data key of the keyring. */
export interface KeyringEntry {
  readonly kid: Kid
  readonly classification: Classification
  /** 1 for the first key of its classification, one more for each. */
  readonly version: number
  readonly state: KeyState
  readonly created: number
  /** 32 bytes in base64url; compared after every unwrap. */
  readonly commitment: string
  /** The data key, wrapped; `null` exactly when the key is destroyed. */
  readonly wrapped: string | null
}

/** The public keys of an account and its wrapped private keys. */
export interface IdentityState {
  /** Ed25519 public key, 32 bytes in base64url. */
  readonly signing: string
  /** X25519 public key, 32 bytes in base64url. */
  readonly receiving: string
  readonly wrappedSigning: string
  readonly wrappedReceiving: string
}

/** What an account state says. */
export interface AccountState {
  readonly format: typeof VERSION
  readonly account: string
  readonly revision: number
  /** Hash of the state before this one, base64url; zeros before the first. */
  readonly previous: string
  readonly created: number
  readonly accountKey: { readonly kid: Kid; readonly commitment: string }
  readonly identity: IdentityState
  readonly slots: readonly Slot[]
  readonly keyring: readonly KeyringEntry[]
  /** Rules that a later state may only tighten. */
  readonly policy: { readonly minIterations: number; readonly minSuite: 1 }
  /** Only in a state that destroys keys. */
  readonly erased?: Erasure
}

/** An account state as it was read: the payload is what the signature is over. */
export interface ParsedAccountState {
  readonly state: AccountState
  readonly payload: Bytes
  readonly signature: Bytes
}

const PREFIX = 'ls1a'
const MAX_SLOTS = 64
const MAX_KEYS = 4096
/** PKCS #8 is 48 bytes where we measured it; a platform may write more into it. */
const wrappedPrivateKey = base64url(32, 384)
const hash = base64url(HASH_BYTES)
const time = integer(0, Number.MAX_SAFE_INTEGER)
const kid: Reader<Kid> = (value) => kidOf(decodeBase64url(base64url(8)(value)))

type Plain = Omit<AccountState, 'erased'>
const MEMBERS: { readonly [K in keyof Plain]-?: Reader<Plain[K]> } = {
  format: oneOf(VERSION),
  account: parseUuid,
  revision: integer(1, Number.MAX_SAFE_INTEGER),
  previous: hash,
  created: time,
  accountKey: object<AccountState['accountKey']>({ kid, commitment: hash }),
  identity: object<IdentityState>({
    signing: base64url(PUBLIC_KEY_BYTES),
    receiving: base64url(PUBLIC_KEY_BYTES),
    wrappedSigning: wrappedPrivateKey,
    wrappedReceiving: wrappedPrivateKey,
  }),
  slots: arrayOf(readSlot, 1, MAX_SLOTS),
  keyring: arrayOf(
    object<KeyringEntry>({
      kid,
      classification: oneOf(...KEYED),
      version: integer(1, 1_000_000),
      state: oneOf('active', 'decrypt-only', 'retired', 'revoked', 'destroyed'),
      created: time,
      commitment: hash,
      wrapped: nullable(wrappedKey),
    }),
    0,
    MAX_KEYS,
  ),
  policy: object<AccountState['policy']>({
    minIterations: integer(0, Number.MAX_SAFE_INTEGER),
    minSuite: integer(1, 1) as Reader<1>,
  }),
}
const readPlain = object<Plain>(MEMBERS)
const readErasing = object<Required<AccountState>>({ ...MEMBERS, erased: readErasure })
const readState: Reader<AccountState> = (value) =>
  isPlainObject(value) && Object.hasOwn(value, 'erased') ? readErasing(value) : readPlain(value)

/** The bytes that are signed and hashed: the canonical JSON of the state. */
export function accountStatePayload(state: AccountState): Bytes {
  return encodeUtf8(canonicalJson(state))
}

/** What the signature is over. */
export function accountStateSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.accountStateSignature, payload])
}

/** What the next state's `previous` is the SHA-256 of. */
export function accountStateHashInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.accountStateHash, payload])
}

/** The text of an account state and its signature. */
export function serializeAccountState(payload: Bytes, signature: Bytes): AccountStateText {
  return serializeSigned(PREFIX, payload, signature) as AccountStateText
}

/**
 * Reads an account state: exact members, exact lengths, canonical text, floors kept, ids unique and equal to the head of
 * their commitment. The signature is not checked here.
 *
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID`, `ERR_TEXT_INVALID`, or
 * `ERR_KDF_PARAMS` when a slot is below the floor.
 */
export function parseAccountState(value: unknown): ParsedAccountState {
  const { document: state, payload, signature } = parseSigned(value, PREFIX, MAX_ACCOUNT_STATE_CHARS, readState)
  checkConsistent(state)
  return { state, payload, signature }
}

function checkConsistent(state: AccountState): void {
  const { accountKey, slots, keyring, policy } = state
  if (!isConsistentErasure(state)) throw invalid()
  const commitments = [accountKey, ...keyring]
  if (commitments.some((key) => kidOf(decodeBase64url(key.commitment)) !== key.kid)) throw invalid()
  if (!isUnique(commitments.map((key) => key.kid)) || !isUnique(slots.map((slot) => slot.id))) throw invalid()
  if (keyring.some((key) => (key.wrapped === null) !== (key.state === 'destroyed'))) throw invalid()
  if (!isUnique(keyring.map((key) => `${key.classification}/${key.version}`))) throw invalid()
  if (!isUnique(keyring.filter((key) => key.state === 'active').map((key) => key.classification))) throw invalid()
  if (slots.filter(({ kind }) => kind === 'escrow').length > 1) throw invalid()
  const weakest = Math.min(
    ...slots.map((slot) => (slot.kind === 'password' ? slot.kdf.iterations : Number.POSITIVE_INFINITY)),
  )
  if (weakest < policy.minIterations) throw new LockstitchError('ERR_KDF_PARAMS')
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
