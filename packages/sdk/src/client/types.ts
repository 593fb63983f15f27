import type { ConversionKeys, ConversionMapping, ConversionMode } from '../schema/conversion.ts'
import type { Model, Plain, Sealed, Shape } from '../schema/types.ts'
import type { Managed } from './managed.ts'
import type { Files } from '../vault/files-api.ts'
import type { PasswordStrength, StrengthOptions } from '../vault/strength-api.ts'
import type { Transport } from '../vault/transport.ts'
import type {
  CallOptions,
  ConversionResult,
  Credentials,
  DrainResult,
  EnrolRequest,
  ItemResult,
  PendingWrite,
  ReadOptions,
  RecoveryKit,
  SaveResult,
  VaultStatus,
} from '../vault/api.ts'

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Address of a server with the API of docs/server-api.md, or a transport of your own. */
  readonly server: string | Transport
  /** Name of the local database, when one origin hosts several apps; `lockstitch` unless said. */
  readonly database?: string
  /** Milliseconds a call may take before it fails with `ERR_WORKER_TIMEOUT`; 120,000 unless said. */
  readonly deadline?: number
  /** Address of the self-contained worker file, for set-ups where it cannot stand beside this module. */
  readonly workerUrl?: string | URL
  /** Address, ending in a slash, of the folder of the files that the worker loads when they are used, where they cannot stand beside this module. */
  readonly partsUrl?: string | URL
  /** Makes the worker, for set-ups with a Trusted Types policy or a bundling of their own. */
  readonly worker?: () => Worker
  /**
   * Workers that seal and open records; 1 unless said. With 2 the first one starts a second for batches of 64 or more
   * records, and does itself whatever that one does not: nothing fails because of it.
   */
  readonly workers?: 1 | 2
  /**
   * PBKDF2 iterations of passwords: 600,000 (unless said) to 10,000,000. A password of fewer is stretched anew, without a word, when it
   * unlocks; from then on no client of the account accepts fewer. Other devices that were unlocked with it must unlock again.
   */
  readonly iterations?: number
  /** When the client locks by itself; `false`: never by time, by sleep or because the page is left. */
  readonly autoLock?: AutoLockOptions | false
}

/**
 * When a client locks by itself. Time is measured by the wall clock and by a clock that cannot be set, and the one that went
 * further counts. It is compared before every call, so a call that comes too late is `ERR_LOCKED` whatever became of timers.
 */
export interface AutoLockOptions {
  /**
   * Milliseconds without a touch, in any tab, after which all tabs lock; 900,000 (15 minutes) unless said. A batch with `onProgress` is
   * something that the user watches: each report counts as a touch. No other call does.
   */
  readonly idleMs?: number
  /** Milliseconds after an unlock when all tabs lock, whatever happens; 86,400,000 (24 hours) unless said. */
  readonly absoluteMs?: number
  /**
   * Milliseconds before such a lock when {@link ClientStatus.warning} begins; 0 unless said: no warning. Once it stands for
   * idle time, only {@link Client.extend} ends it, so an app that says this must show it. WCAG 2.2.1 wants 20 seconds or more.
   */
  readonly warnMs?: number
  /** What happens when the page is left or put aside to be shown again by "Back"; `lock` unless said. */
  readonly onPageHide?: 'lock' | 'keep'
  /** What happens when the browser freezes the page, or nothing ran for 2 minutes because the machine slept; `lock` unless said. */
  readonly onSleep?: 'lock' | 'keep'
}

/** An automatic lock that is near. */
export interface LockWarning {
  /** `idle`: {@link Client.extend} puts it off. `absolute`: nothing does; unlock again after it. */
  readonly reason: 'idle' | 'absolute'
  /** Milliseconds until the lock, in whole seconds. */
  readonly leftMs: number
}

/** Why a client locked without being told to: {@link AutoLockOptions}, another tab's lock, or the end of its worker. */
export type LockReason = 'idle' | 'absolute' | 'sleep' | 'hidden' | 'other-tab' | 'worker-gone'

/** The status of a vault, and what its client knows beside it. */
export interface ClientStatus extends VaultStatus {
  /** Unlocked with `shared`: nothing is kept on this computer. */
  readonly shared?: true
  /** An automatic lock is near. */
  readonly warning?: LockWarning
  /** Locked: why, unless {@link Client.lock} was called or nothing was unlocked yet. */
  readonly reason?: LockReason
  /** Locked on a shared computer by itself: so many writes had not been sent, and are gone. */
  readonly lost?: number
}

/** Options of {@link Client.enrol} and {@link Client.unlock}. */
export interface UnlockOptions extends CallOptions {
  /**
   * On a computer that others use too: nothing is kept on it. What the device remembers of an account, its records and
   * what waits for the server are in the memory of the worker, and gone with the lock; leaving the page locks. It is a
   * device that has never seen the account, each time: see "A fresh device's freshness" in docs/threat-model.md.
   */
  readonly shared?: boolean
}

/** Options of {@link Client.lock}. */
export interface LockOptions {
  /** Locks a shared computer although writes wait there that are nowhere else. They are lost. */
  readonly discardUnsent?: boolean
}

/** What {@link Client.lock} came to. */
export interface LockResult {
  /** False on a shared computer with unsent writes: ask the user, then lock with `discardUnsent`. */
  readonly locked: boolean
  /** Writes of a shared computer that the server does not have: lost when it is locked. */
  readonly unsent: number
}

/** Options of the batch calls. */
export interface BatchOptions extends CallOptions {
  /** Called after each chunk with the number of items done so far. */
  readonly onProgress?: (done: number) => void
}

/** Options of {@link Client.convert}. */
export interface ConvertOptions extends BatchOptions {
  /** What becomes of the records; `seal` unless said. */
  readonly mode?: ConversionMode
  /** Goes on after this many records of the source: the `index` of the last result that counts, and one. */
  readonly start?: number
}

/** Called whenever the vault locks (with the reason) or unlocks, when writes begin or cease to wait, and for a warning. */
export type StatusListener = (status: ClientStatus) => void

/**
 * The door for an app: everything an app does with Lockstitch. Keys live in the worker alone; what crosses to the page is
 * what the app asked for.
 *
 * All methods throw `LockstitchError`. Besides the codes named with each, a call throws `ERR_LOCKED` when no account is
 * unlocked, `ERR_WORKER_GONE` when the worker ends while it is under way, `ERR_WORKER_TIMEOUT` past its deadline,
 * `ERR_ABORTED` when its signal is aborted, `ERR_MODEL_INVALID` for a model that was not made by `defineModel`, and
 * `ERR_STORAGE_BLOCKED`, `ERR_STORAGE_LOST`, `ERR_STORAGE_QUOTA` or `ERR_STORAGE_TAMPERED` from the device's storage.
 * Calls that need the server throw `ERR_OFFLINE`, `ERR_SERVER`, `ERR_RATE_LIMITED`, `ERR_SESSION`, `ERR_PROTOCOL` or
 * `ERR_REJECTED_BY_SERVER`. A value that no message can carry to the worker is `ERR_VALUE_INVALID`.
 */
export interface Client extends Managed {
  /**
   * Makes a new account and unlocks it. Every key is made here; the server gets wraps, public keys and a login that tells
   * it nothing of the password.
   *
   * The recovery kit is given once and kept nowhere: show it, let the user keep it on paper, then call
   * {@link Client.confirmRecovery} with what the user typed. Until then the account accepts no record.
   *
   * Throws `ERR_HANDLE_INVALID`, `ERR_HANDLE_TAKEN`, `ERR_PASSWORD_INVALID`.
   */
  enrol(request: EnrolRequest, options?: UnlockOptions): Promise<{ readonly recoveryKit: RecoveryKit }>
  /**
   * Opens the recovery slot with the code as the user kept it, from the server's own copy. From then on the account accepts
   * records. Case, spaces and hyphens of the code do not matter.
   *
   * Throws `ERR_RECOVERY_CODE` for a typing error, `ERR_UNLOCK_FAILED` for the code of another account.
   */
  confirmRecovery(recoveryCode: string, options?: CallOptions): Promise<void>
  /**
   * Unlocks an account in a fresh worker. With a password it also works without the server on a device that has unlocked
   * the account before; what is saved then waits in the outbox.
   *
   * Throws `ERR_UNLOCK_FAILED` for wrong credentials, `ERR_KDF_PARAMS` when the server asks for a derivation below the floor
   * or below what this device has seen, `ERR_ACCOUNT_STATE` or `ERR_ROLLBACK` when it shows an account state that is not the
   * account's own or not its newest, `ERR_RECOVERY_CODE`, `ERR_HANDLE_INVALID`, `ERR_PASSWORD_INVALID`, `ERR_WORKER_START`.
   */
  unlock(credentials: Credentials, options?: UnlockOptions): Promise<void>
  /**
   * How strong a password is, estimated in a worker of its own that knows no account and ends soon after: for a meter beside
   * the field. Warning and suggestions are codes; an app says them in its own words.
   *
   * Throws `ERR_PASSWORD_INVALID`, `ERR_WORKER_START`.
   */
  passwordStrength(password: string, options?: StrengthOptions): Promise<PasswordStrength>
  /**
   * Ends the worker, and with it every key, password and opened value in it, in every tab of this origin with this database;
   * calls under way fail with `ERR_LOCKED`. Then the session with the server is ended where it can be reached. Resolves when
   * this tab is locked and the server has answered; throws nothing.
   *
   * On a shared computer it sends what waits first. What cannot be sent would be lost, so it does not lock then: it says how
   * many writes there are. The automatic locks do not wait; they report {@link ClientStatus.lost}.
   */
  lock(options?: LockOptions): Promise<LockResult>
  /** Puts the lock for idle time off, in every tab: the user pressed "Stay signed in". Past the time it locks instead. */
  extend(): void
  /** Whether an account is unlocked, which, how many writes wait, and whether an automatic lock is near. */
  status(): Promise<ClientStatus>
  /** Calls `listener` after every change of {@link Client.status}; returns the function that stops it. */
  subscribe(listener: StatusListener): () => void

  /**
   * Seals one record as the next revision of what this device knows of it, for a team that stores records itself. A record
   * without `id` gets one. Nothing is stored: `open` the sealed record that your store gives back, and the next `seal`
   * follows it. Calls made in one microtask travel as one message.
   *
   * Throws `ERR_ACCOUNT_PENDING`, `ERR_FIELD_UNKNOWN`, `ERR_VALUE_INVALID`, `ERR_TEXT_INVALID`, `ERR_FORMAT_LIMIT`,
   * `ERR_RECORD_ID`.
   */
  seal<S extends Shape>(model: Model<S>, record: Plain<S>, options?: CallOptions): Promise<Sealed<S>>
  /**
   * Opens one sealed record, whole or not at all, and remembers its revision: an older one is never opened again here.
   *
   * Throws `ERR_OPEN_FAILED` when it was not sealed by this account in this place, `ERR_DIGEST_MISMATCH` when a field was
   * swapped, added or taken away, `ERR_ROLLBACK` when a newer revision was seen, `ERR_RECORD_NOT_FOUND` for a tombstone,
   * `ERR_KEY_UNKNOWN`, `ERR_KEY_INVALID`, `ERR_FIELD_UNKNOWN`, `ERR_VALUE_INVALID`, `ERR_RECORD_ID` and the format codes.
   */
  open<S extends Shape>(model: Model<S>, sealed: Sealed<S>, options?: CallOptions): Promise<Plain<S>>
  /** Seals many records: a result for each, in their order. One that fails does not stop the others. */
  sealMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Plain<S>> | AsyncIterable<Plain<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<Sealed<S>>>
  /** Opens many sealed records: a result for each, in their order. One that fails does not stop the others. */
  openMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Sealed<S>> | AsyncIterable<Sealed<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<Plain<S>>>

  /**
   * Seals a record, keeps it in the outbox of this device, and sends it. `stored` means that the server's acknowledgement
   * matches what was sent; `queued` that there is no server to be reached now: it is sent when there is.
   *
   * A record that was opened says its `$revision`. Saved with it, it follows that revision and no other; without it, it follows
   * the newest that this device has seen, and writes over what it does not show.
   *
   * Throws what {@link Client.seal} throws, and `ERR_CONFLICT` when another device, or another save, was faster: the write stays readable
   * through {@link Client.outbox}; load the record, apply the change again and save it. After `ERR_PROTOCOL` and `ERR_SESSION`
   * the write keeps waiting too.
   */
  save<S extends Shape>(model: Model<S>, record: Plain<S>, options?: CallOptions): Promise<SaveResult>
  /** Saves many records: a result for each, in their order. One that fails does not stop the others. */
  saveMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Plain<S>> | AsyncIterable<Plain<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<SaveResult>>
  /**
   * Loads one record and opens it.
   *
   * Throws `ERR_RECORD_NOT_FOUND`, `ERR_RECORD_MISSING` when this device knows that the record exists and the server does not
   * show it, and what {@link Client.open} throws. With `{ from: 'device' }` it needs no server.
   */
  load<S extends Shape>(model: Model<S>, id: string, options?: ReadOptions): Promise<Plain<S>>
  /**
   * The records of a model, by id. A record that cannot be opened, or that the server hides from a device that knows it, is
   * a failed item with its id; it does not hide the others.
   */
  list<S extends Shape>(model: Model<S>, options?: ReadOptions): AsyncIterable<ItemResult<Plain<S>>>
  /**
   * Deletes a record: what remains is a sealed tombstone, so that nobody can bring it back unnoticed.
   *
   * Throws `ERR_RECORD_NOT_FOUND`, and what {@link Client.save} throws.
   */
  remove<S extends Shape>(model: Model<S>, id: string, options?: CallOptions): Promise<SaveResult>

  /**
   * Converts records of another system, as docs/conversion.md says: a result for each, in their order, with what every value
   * turned out to be. A record is converted whole or not at all, and only once what was sealed has been opened again and
   * compared. One that fails does not stop the others.
   *
   * Throws a `TypeError` for a mapping that does not fit the model, `ERR_KEY_UNKNOWN` when a format of the mapping has no keys,
   * `ERR_ACCOUNT_PENDING`.
   */
  convert(
    model: Model,
    source: Iterable<object> | AsyncIterable<object>,
    mapping: ConversionMapping,
    keys: ConversionKeys,
    options?: ConvertOptions,
  ): AsyncIterable<ConversionResult>

  /** Files of any size: sealed, opened, uploaded and downloaded in the worker. */
  readonly files: Files

  /** Writes that wait for the server, sealed in the storage of this device. */
  readonly outbox: Outbox

  /** Ends the worker and frees the client. */
  dispose(): Promise<void>
}

/** The writes that wait for the server, or that it refused. */
export interface Outbox {
  /** All of them, oldest first. */
  list(): Promise<PendingWrite[]>
  /** Opens the newest waiting or refused write of a record. Throws `ERR_RECORD_NOT_FOUND` when there is none. */
  open<S extends Shape>(model: Model<S>, id: string): Promise<Plain<S>>
  /** Forgets the waiting and refused writes of a record; what the server has stays. */
  discard(model: Model, id: string): Promise<void>
  /** Sends what waits, in order; also done by itself after unlocking and when the browser is back online. */
  drain(options?: CallOptions): Promise<DrainResult>
}
