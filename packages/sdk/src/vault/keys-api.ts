import type { ErrorCode } from '../errors.ts'
import type { KeyState } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import type { Model } from '../schema/types.ts'
import type { CallOptions, LongCallOptions, OpeningCredentials } from './api.ts'

/** A data key of the account. */
export interface KeyInfo {
  readonly kid: string
  readonly classification: Classification
  /** 1 for the first key of its classification. */
  readonly version: number
  readonly state: KeyState
  /** By the clock of the device that made it. */
  readonly created: Date
  /** Whole days since then, by the clock of this device; 0 when it lies in the future. */
  readonly ageDays: number
  /** When the active key should be replaced, by the interval of its classification; `null` for every other key. */
  readonly dueAt: Date | null
  /** True for an active key whose time has come. */
  readonly isDue: boolean
  /** Records that the server says are sealed under it. Its word alone: before a key is retired, every record is read. */
  readonly records: number
  /** Files that the server says are sealed under it, uploads that are open included. */
  readonly files: number
}

/** Order of {@link Keys.rotate} and {@link Keys.rollback}. */
export interface RotateRequest {
  readonly classification: Classification
  /** Every model with records that may hold values of the classification: the vault does not know them otherwise. */
  readonly models: readonly Model[]
}

/** A record, by its place. */
export interface RecordRef {
  readonly model: string
  readonly id: string
}

/** A record that keeps its key from being retired, and why. */
export interface FailedRecord extends RecordRef {
  readonly code: ErrorCode
}

/** A key that nothing but files lies under. */
export interface WaitingKey {
  readonly kid: string
  /** How many there are, as the server says, uploads that are open included. */
  readonly files: number
}

/** What became of a rotation. */
export interface RotationReport {
  readonly classification: Classification
  /** The active key. */
  readonly kid: string
  /** True when every record was read under the active key, and every other key of the classification is retired, or waits for files alone. */
  readonly isComplete: boolean
  /** Keys that were retired by this call. */
  readonly retired: readonly string[]
  /**
   * Keys that are not retired because of files. These are not sealed anew: upload them again, remove the old ones, and the next
   * rotation retires the key.
   */
  readonly waiting: readonly WaitingKey[]
  /** Records that this call sealed anew. */
  readonly resealed: number
  /** Records that could not be read or sealed anew. While there is one, nothing is retired; calling again tries again. */
  readonly failed: readonly FailedRecord[]
}

/** Order of {@link Keys.revoke}. */
export interface RevokeRequest {
  /** The key that may be known to a thief. */
  readonly kid: string
  /** As in {@link RotateRequest}. */
  readonly models: readonly Model[]
}

/** Something that a thief of a key may already have. */
export interface Exposure {
  readonly code: 'stored' | 'earlier' | 'copies' | 'files' | 'later'
  /** A sentence for a report. */
  readonly says: string
}

/** What became of a revocation, and what it cannot undo. */
export interface RevocationReport {
  readonly kid: string
  /** The key that takes its place. */
  readonly activeKid: string
  /** Records that this call found under the key. */
  readonly affected: readonly RecordRef[]
  readonly resealed: number
  readonly failed: readonly FailedRecord[]
  /** Files under the key, as the server says. They stay there: upload them again and remove the old ones. */
  readonly files: number
  /** Models that were not named and, as the server says, have records under the key. */
  readonly unnamed: readonly { readonly model: string; readonly records: number }[]
  /** What a thief of the key may already have, whatever is done now. */
  readonly exposed: readonly Exposure[]
}

/** Order of {@link Keys.destroy}. */
export interface DestroyRequest {
  readonly classification: Classification
  /** Models with records under the keys: one old record under each key is opened before and, in vain, after. */
  readonly models: readonly Model[]
  /** What opens the account now: what cannot be undone takes more than an unlocked session. */
  readonly with: OpeningCredentials
}

/** What became of a destruction. */
export interface DestructionReport {
  readonly classification: Classification
  readonly kids: readonly string[]
  /** By the clock of the device that destroyed them. */
  readonly destroyedAt: Date
  /** Records with a value under the keys, as the server said before: none of them opens any more, with none of its fields. */
  readonly records: number
  /** Files under the keys, as the server said before. */
  readonly files: number
  /** For each key a record that opened before and did not open afterwards; `null` where no record that opens was shown under it. */
  readonly proofs: readonly { readonly kid: string; readonly record: RecordRef | null }[]
  /** True when the server shows no state of the account from before: those had the wrapped keys. */
  readonly isHistoryErased: boolean
  /** Signed by the account; `verifyCertificate` of `@lockstitch/sdk/server` checks it. */
  readonly certificate: string
}

/**
 * The data keys of an account. Every call can be ended at any moment, by its signal or by the end of the worker, and called again:
 * what is left to do is what the records say, so there is nothing to repair. One runs at a time, in all tabs.
 */
export interface Keys {
  /** Every key, by classification and version. */
  status(options?: CallOptions): Promise<KeyInfo[]>
  /**
   * Replaces the active key of a classification: a new one is active at once, every record of the models is sealed anew under it,
   * then read, and then the old key is retired, unless files lie under it. When a rotation is under way already, it is gone on with.
   *
   * Throws `ERR_KEY_UNKNOWN` when the classification has no key, `ERR_KEY_IN_USE` when the server says that a model which was
   * not named has records under the old key, `ERR_CONFLICT` after four lost races with other devices, and the codes of calls
   * that need the server; nothing is lost by any of them.
   */
  rotate(request: RotateRequest, options?: LongCallOptions): Promise<RotationReport>
  /**
   * Undoes a rotation that is not complete: the old key is active again, and what was sealed under the new one is sealed anew.
   *
   * Throws `ERR_ROTATION_NONE` when there is no such rotation, and what {@link Keys.rotate} throws.
   */
  rollback(request: RotateRequest, options?: LongCallOptions): Promise<RotationReport>
  /**
   * Takes a key out of use that may be known to a thief: client and server refuse new writes under it at once, and what is sealed
   * under it is sealed anew first of all. It stays readable for its owner.
   *
   * Throws `ERR_KEY_UNKNOWN` for a key that is not the account's, `ERR_KEY_STATE` for one that is destroyed, and what
   * {@link Keys.rotate} throws, but `ERR_KEY_IN_USE`.
   */
  revoke(request: RevokeRequest, options?: LongCallOptions): Promise<RevocationReport>
  /**
   * Destroys every key of a classification, for good: in one change of the account their wraps go, and the server deletes the
   * states that had them. A record with one value of the classification does not open any more, with none of its fields, and no
   * file under the keys does. What is written afterwards is sealed under a new key. When the answer was lost, call again: the
   * certificate is made again, as long as no other destruction came after.
   *
   * Anything but a classification is refused whole: with a `TypeError` in process, with `ERR_INTERNAL` from the worker.
   *
   * Throws `ERR_UNLOCK_FAILED` when `with` does not open this account,
   * `ERR_KEY_UNKNOWN` when there is no key to destroy, `ERR_KEY_WAITING` while a write of this device waits under one,
   * `ERR_CONFLICT` after four lost races with other devices, and the codes of calls that need the server.
   */
  destroy(request: DestroyRequest, options?: CallOptions): Promise<DestructionReport>
}
