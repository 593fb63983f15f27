import type { ErrorCode } from '../errors.ts'
import type { KeyState } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import type { Model } from '../schema/types.ts'
import type { CallOptions, LongCallOptions } from './api.ts'
import type {
  AccountDestructionReport,
  DestroyAccountRequest,
  DestroyRecordRequest,
  DestroyRequest,
  DestructionReport,
  RecordDestructionReport,
} from './destroy-api.ts'
import type { RecordRef } from './record-ref.ts'

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
   * Throws `ERR_VALUE_INVALID` for an order of no such shape, `ERR_UNLOCK_FAILED` when `with` does not open this account,
   * `ERR_KEY_UNKNOWN` when there is no key to destroy, `ERR_KEY_WAITING` while a write of this device waits under one,
   * `ERR_CONFLICT` after four lost races with other devices, and the codes of calls that need the server.
   */
  destroy(request: DestroyRequest, options?: CallOptions): Promise<DestructionReport>
  /**
   * Destroys one record in all its revisions. Their keys follow from data keys, so it is deleted, the keys of its classifications are
   * replaced, every other record is sealed anew and read, and then the keys of before are destroyed, in one change of the account.
   * When it was broken off, call again: it is gone on with, and the keys are replaced once more, since nothing tells whether
   * those of now are newer than the deletion.
   *
   * Throws, before anything is changed, `ERR_VALUE_INVALID` for an order of no such shape or without the record's model,
   * `ERR_UNLOCK_FAILED`, `ERR_RECORD_NOT_FOUND` when there was never such a record, `ERR_KEY_UNKNOWN` when it has no value under a key,
   * `ERR_KEY_IN_USE` when files or records of a model that was not named lie under the keys, `ERR_KEY_WAITING` while a write that was
   * refused lies on this device under one; later `ERR_OFFLINE` when the deletion could not be sent, `ERR_CONFLICT` when another device
   * was faster, `ERR_KEY_IN_USE` when a record could not be sealed anew ({@link Keys.rotate} says which), and what that throws.
   * No other record is lost by any of them.
   */
  destroy(request: DestroyRecordRequest, options?: LongCallOptions): Promise<RecordDestructionReport>
  /**
   * Destroys the account: every key of it, in one change of the account; then the server is asked to delete what it holds of it
   * but the audit log; then this device forgets it and is locked. What waits to be sent goes with it. The certificate is given once the
   * keys are gone, whatever the server says of the rest. Its handle is free afterwards.
   *
   * Throws `ERR_VALUE_INVALID`, `ERR_UNLOCK_FAILED`, `ERR_CONFLICT`, and the codes of calls that need the server, all of them before the
   * keys are destroyed, or when it is not known whether they are: call again.
   */
  destroy(request: DestroyAccountRequest, options?: CallOptions): Promise<AccountDestructionReport>
}
