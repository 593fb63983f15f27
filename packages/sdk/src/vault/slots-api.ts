import type { SlotKind } from '../format/slot.ts'
import type { CallOptions, OpeningCredentials, RecoveryKit } from './api.ts'

/** A way into the account. */
export interface SlotInfo {
  /** Random id. */
  readonly id: string
  readonly kind: SlotKind
  /** What the user calls it, where it has a name; `null` when the name is not one that this account sealed. */
  readonly name?: string | null
  readonly created: Date
  /** When it was first opened after it was made; `null` until then. Two of them make the account accept records. */
  readonly confirmed: Date | null
  /** True for the one that this session was unlocked with. */
  readonly isCurrent: boolean
  /** True for a recovery code that was not tried out on this device for 90 days: time for {@link Slots.test}. */
  readonly testDue: boolean
}

/** A way in to be added. */
export type NewSlot =
  /** Takes the place of the password that there is; the handle may be another than before. */
  | { readonly kind: 'password'; readonly handle: string; readonly password: string }
  /** A new code. The old one works until the new one is confirmed. */
  | { readonly kind: 'recovery' }
  | NewPasskey

/** A passkey to be added: without `secret` the client asks the user to make one. */
export interface NewPasskey {
  readonly kind: 'passkey'
  /** What the user calls it: 1 to 127 bytes of UTF-8, which the server cannot read. */
  readonly name?: string
  /** What the browser writes beside the passkey, also outside this app; the name of the host unless said. */
  readonly displayName?: string
  /** 32 bytes that the `prf` extension gave, for who makes passkeys by other means. */
  readonly secret?: Uint8Array<ArrayBuffer>
}

/** Order of {@link Slots.add}. */
export interface AddSlotRequest {
  /** What opens the account now: the account key is unwrapped for a moment, and that takes more than an unlocked session. */
  readonly with: OpeningCredentials
  readonly slot: NewSlot
}

/** What {@link Slots.add} made. */
export interface AddedSlot {
  /** Id of the slot. */
  readonly slot: string
  /** Of a recovery slot: shown once and kept nowhere. */
  readonly recoveryKit?: RecoveryKit
}

/** The ways into an account. */
export interface Slots {
  /** All of them, oldest first. Throws `ERR_LOCKED`. */
  list(options?: CallOptions): Promise<SlotInfo[]>
  /**
   * Adds a way in. A password takes the place of the one that there is; a recovery code stands beside the old one until
   * `confirmRecovery` was called with it.
   *
   * A passkey is made by the user while the call runs, and is not confirmed before {@link Slots.test} was called with one. It
   * can throw `ERR_PASSKEY_UNSUPPORTED`, `ERR_PASSKEY_NO_SECRET`, `ERR_PASSKEY_CANCELLED` and `ERR_NAME_INVALID`.
   *
   * Throws `ERR_UNLOCK_FAILED` when `with` does not open this account, `ERR_PASSWORD_INVALID`,
   * `ERR_HANDLE_INVALID`, `ERR_HANDLE_TAKEN`, `ERR_RECOVERY_CODE`,
   * `ERR_CONFLICT` after four lost races with other devices.
   */
  add(request: AddSlotRequest, options?: CallOptions): Promise<AddedSlot>
  /**
   * Removes a way in: from then on it opens nothing that the server gives out, and sessions that were started with it end.
   *
   * Throws `ERR_SLOT_UNKNOWN`, and `ERR_SLOT_NEEDED` when fewer than two confirmed ways in would be left.
   */
  remove(slot: string, options?: CallOptions): Promise<void>
  /**
   * Opens a slot from the server's own copy, as a drill: nothing changes, but that a slot that was never opened counts as
   * confirmed from then on. Resolves to the id of the slot.
   *
   * Throws `ERR_UNLOCK_FAILED` when the secret opens no slot of this account, `ERR_RECOVERY_CODE` for a typing error.
   */
  test(secret: OpeningCredentials, options?: CallOptions): Promise<{ readonly slot: string }>
}
