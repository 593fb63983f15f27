import type { Classification } from '../format/classification.ts'
import type { Model } from '../schema/types.ts'
import type { OpeningCredentials } from './api.ts'
import type { RecordRef } from './record-ref.ts'

interface Destroying {
  /** What opens the account now: what cannot be undone takes more than an unlocked session. */
  readonly with: OpeningCredentials
}

/** Order to destroy every key of a classification. */
export interface DestroyRequest extends Destroying {
  readonly classification: Classification
  /** Models with records under the keys: one old record under each key is opened before and, in vain, after. */
  readonly models: readonly Model[]
}

/** Order to destroy one record: every key that it was ever sealed under. */
export interface DestroyRecordRequest extends Destroying {
  readonly record: RecordRef
  /** Every model with records that may hold values of the same classifications, that of the record included. */
  readonly models: readonly Model[]
}

/** Order to destroy the account: every key that it has, and then what the server and this device hold of it. */
export interface DestroyAccountRequest extends Destroying {
  readonly account: true
  /** As in {@link DestroyRequest}. */
  readonly models: readonly Model[]
}

/** For a key a record that opened before and did not open afterwards; `null` where no record that opens was shown under it. */
export interface DestructionProof {
  readonly kid: string
  readonly record: RecordRef | null
}

interface Destroyed {
  /** Keys that were destroyed. */
  readonly kids: readonly string[]
  /** By the clock of the device that destroyed them. */
  readonly destroyedAt: Date
  readonly proofs: readonly DestructionProof[]
  /** Signed by the account; `verifyCertificate` of `@lockstitch/sdk/server` checks it. */
  readonly certificate: string
}

/** What became of the destruction of a classification. */
export interface DestructionReport extends Destroyed {
  readonly classification: Classification
  /** Records with a value under the keys, as the server said before: none of them opens any more, with none of its fields. */
  readonly records: number
  /** Files under the keys, as the server said before. */
  readonly files: number
  /** True when the server shows no state of the account from before: those had the wrapped keys. */
  readonly isHistoryErased: boolean
}

/** What became of the destruction of a record. */
export interface RecordDestructionReport extends Destroyed {
  readonly record: RecordRef
  /** Those whose keys were replaced and destroyed. */
  readonly classifications: readonly Classification[]
  /** Other records that were sealed anew for it. */
  readonly resealed: number
  /** As in {@link DestructionReport}. */
  readonly isHistoryErased: boolean
}

/** What became of the destruction of an account. */
export interface AccountDestructionReport extends Destroyed {
  readonly account: string
  /**
   * True when the server says that it has deleted everything of the account but its audit log: its word alone. While it is false the
   * keys are destroyed all the same, the vault stays unlocked, and calling again asks the server once more.
   */
  readonly isDeleted: boolean
  /** True when this device holds nothing of the account any more. */
  readonly isForgotten: boolean
}
