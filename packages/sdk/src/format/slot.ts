/** Slots: the ways into an account, each a wrap of the account key. One entry of {@link READERS} a kind. */
import { isPlainObject } from '../assert.ts'
import {
  HASH_BYTES,
  MAX_DEVICE_MS,
  MAX_ESCROW_CHARS,
  MIN_DEVICE_MS,
  NONCE_BYTES,
  SALT_BYTES,
  TAG_BYTES,
} from './constants.ts'
import type { JsonValue } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { type KdfParams, parseKdfParams } from './kdf-params.ts'
import { readNote, type SealedNote } from './note.ts'
import { base64url, integer, nullable, object, oneOf, type Reader, text } from './reader.ts'

/** One way in: a wrap of the account key. */
export type Slot = PasswordSlot | RecoverySlot | PasskeySlot | DeviceSlot | LinkSlot | EscrowSlot

/** Name of a kind of slot. */
export type SlotKind = Slot['kind']

interface SlotBase {
  /** Random id, bound into the wrap. */
  readonly id: string
  /** The account key, wrapped: nonce, ciphertext, tag in base64url. */
  readonly wrapped: string
  /** Milliseconds since 1970. */
  readonly created: number
  /** When the slot was opened for the first time after it was made; `null` until then. */
  readonly confirmed: number | null
}

/** The slot that a password opens. */
export interface PasswordSlot extends SlotBase {
  readonly kind: 'password'
  readonly kdf: KdfParams
}

/** The slot that the recovery code opens. */
export interface RecoverySlot extends SlotBase {
  readonly kind: 'recovery'
}

/** The slot that a passkey opens, by the secret that its authenticator derives for this purpose. */
export interface PasskeySlot extends SlotBase {
  readonly kind: 'passkey'
  /** What the user calls it, sealed: a note of the purpose `name`; `null` without a name. */
  readonly name: SealedNote | null
}

/** The slot that a remembered device opens, with its own secret, a PIN, and a share that the server keeps. */
export interface DeviceSlot extends SlotBase {
  readonly kind: 'device'
  readonly name: SealedNote
  /** Milliseconds without a use after which the server destroys its share. */
  readonly idle: number
  /** When the server destroys its share, whatever happens. */
  readonly until: number
}

/** The slot that a device is let in with once, while it is being linked. */
export interface LinkSlot extends SlotBase {
  readonly kind: 'link'
}

/** The slot that custodians open together. */
export interface EscrowSlot extends SlotBase {
  readonly kind: 'escrow'
  /** The escrow document, `ls1e.`: who they are, how many it takes and how long. */
  readonly document: string
}

/** A key of 32 bytes, wrapped, in base64url. */
export const wrappedKey: Reader<string> = base64url(NONCE_BYTES + HASH_BYTES + TAG_BYTES)
const time = integer(0, Number.MAX_SAFE_INTEGER)
const base = { id: base64url(SALT_BYTES), wrapped: wrappedKey, created: time, confirmed: nullable(time) }

const READERS: { readonly [K in SlotKind]: Reader<Slot> } = {
  password: object<PasswordSlot>({ ...base, kind: oneOf('password'), kdf: parseKdfParams }),
  recovery: object<RecoverySlot>({ ...base, kind: oneOf('recovery') }),
  passkey: object<PasskeySlot>({ ...base, kind: oneOf('passkey'), name: nullable(readNote) }),
  device: object<DeviceSlot>({
    ...base,
    kind: oneOf('device'),
    name: readNote,
    idle: integer(MIN_DEVICE_MS, MAX_DEVICE_MS),
    until: time,
  }),
  link: object<LinkSlot>({ ...base, kind: oneOf('link') }),
  escrow: object<EscrowSlot>({ ...base, kind: oneOf('escrow'), document: text(1, MAX_ESCROW_CHARS) }),
}

/**
 * The kinds that open an account on a device that knows nothing of it, without another slot's help. An escrow is none: it is
 * the power of others.
 */
const WAYS_IN: ReadonlySet<SlotKind> = new Set<SlotKind>(['password', 'recovery', 'passkey'])

/** True for a slot that is a way in of its own: it counts towards the two that an account needs. */
export function isWayIn({ kind }: Pick<Slot, 'kind'>): boolean {
  return WAYS_IN.has(kind)
}

/** Reads a slot of any kind. */
export const readSlot: Reader<Slot> = (value) => {
  const kind = isPlainObject(value) ? value['kind'] : undefined
  if (typeof kind !== 'string' || !Object.hasOwn(READERS, kind)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return READERS[kind as SlotKind](value)
}

/** What a slot says of how it is opened. */
export type SlotParams =
  | Pick<PasswordSlot, 'kind' | 'kdf'>
  | Pick<DeviceSlot, 'kind' | 'idle' | 'until'>
  | Pick<EscrowSlot, 'kind' | 'document'>
  | Pick<Exclude<Slot, PasswordSlot | DeviceSlot | EscrowSlot>, 'kind'>

/** What is bound into a slot's wrap beside its id and kind: nobody may change how it is opened. */
export function slotParams(slot: SlotParams): JsonValue {
  if (slot.kind === 'password') return { ...slot.kdf }
  if (slot.kind === 'escrow') return { document: slot.document }
  return slot.kind === 'device' ? { idle: slot.idle, until: slot.until } : null
}
