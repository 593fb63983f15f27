import type { Model, Plain, Sealed, Shape } from '../schema/types.ts'
import type { PasswordStrength, StrengthOptions } from './strength-api.ts'
import type { LockstitchError } from '../errors.ts'
import type {
  ConversionKeys,
  ConversionKind,
  ConversionMapping,
  ConversionMode,
  ConversionProblem,
} from '../schema/conversion.ts'

/** Credentials of {@link Vault.enrol}. */
export interface EnrolRequest {
  /** What the user signs in with: an e-mail address or a name, 3 to 254 characters, compared without case. */
  readonly handle: string
  readonly password: string
}

/** Credentials of {@link Vault.unlock}. */
export type Credentials = OpeningCredentials | DeviceCredentials

/** What opens an account wherever it is typed. A PIN is not among it: it is too short to add other ways in with. */
export type OpeningCredentials = PasswordCredentials | RecoveryCredentials | OtherCredentials

/** A handle and its password. */
export interface PasswordCredentials {
  readonly handle: string
  readonly password: string
}

/** The PIN of this device, where the device is remembered. */
export interface DeviceCredentials {
  readonly device: { readonly pin: string }
  /** Whose, where the device is remembered by several accounts; the one used last unless said. */
  readonly handle?: string
}

/** A recovery code as the user kept it: its characters or its words. */
export interface RecoveryCredentials {
  readonly recoveryCode: string
}

/** Secrets that are used more seldom than the two before. */
export interface OtherCredentials {
  /** `true`: the client asks the user for a passkey. Bytes: what its `prf` extension gave, for who asks by other means. */
  readonly passkey: true | Uint8Array<ArrayBuffer>
}

/** What the user must keep on paper: the only other way in. Nobody can make it again. */
export interface RecoveryKit {
  /** Of the first kit of an account; the vault does not keep it. */
  readonly handle?: string
  /** Nine groups of four characters; typing errors are noticed. */
  readonly recoveryCode: string
  /** The same secret as 15 English words: it is typed instead of the code where words are easier. */
  readonly words: readonly string[]
  /** Account id. */
  readonly account: string
  readonly created: Date
}

/** What the vault is doing. */
export interface VaultStatus {
  readonly state: 'locked' | 'unlocked'
  /** Account id, once it is unlocked. */
  readonly account?: string
  /** False until {@link Vault.confirmRecovery}: no record is accepted before. */
  readonly recoveryConfirmed?: boolean
  /** Writes that wait for the server. */
  readonly pending?: number
}

/** The outcome for one item of a batch, in the order of the items. */
export type ItemResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly id?: string; readonly error: LockstitchError }

/** What became of a saved record. */
export interface SaveResult {
  readonly id: string
  readonly revision: number
  /** What the record's `$revision` is from now on. */
  readonly $revision: string
  /** `stored`: the server's acknowledgement matches what was sent. `queued`: kept sealed on this device until it can be sent. */
  readonly state: 'stored' | 'queued'
}

/** Options of a call that can be aborted. */
export interface CallOptions {
  readonly signal?: AbortSignal
}

/** How far a long call is. */
export interface Progress {
  readonly done: number
  /** How many there are to do, as far as it is known. */
  readonly total?: number
}

/** Options of a call that can take long. */
export interface LongCallOptions extends CallOptions {
  /** Called now and then with how far the call is. */
  readonly onProgress?: (progress: Progress) => void
}

/** Options of {@link Vault.load} and the lists. */
export interface ReadOptions extends CallOptions {
  /**
   * `server` (default): the server must show at least the revision this device has seen.
   * `device`: what this device last saw or wrote, sealed in its storage; for reading offline.
   */
  readonly from?: 'server' | 'device'
}

/** One page of a list. */
export interface ListPage<S extends Shape> {
  readonly items: readonly ItemResult<Plain<S>>[]
  /** Pass to the next call; `null` after the last page. */
  readonly next: string | null
}

/** A write that waits for the server. */
export interface PendingWrite {
  readonly model: string
  readonly id: string
  readonly revision: number
  /**
   * `conflict`: the server has another revision; load it, apply the change again and save, or discard this one.
   * `refused`: the server does not accept it as it is.
   */
  readonly state: 'waiting' | 'conflict' | 'refused'
  readonly queuedAt: Date
}

/** What became of the writes that waited. */
export interface DrainResult {
  /** Acknowledged by the server in this call. */
  readonly stored: number
  readonly waiting: number
  /** Refused or in conflict: they need the user. */
  readonly refused: number
}

/** One source record, by its place in the source. */
export interface ConversionItem {
  readonly index: number
  readonly source: unknown
}

/** How the records of a batch are converted. */
export interface ConversionOrder {
  readonly mapping: ConversionMapping
  readonly keys: ConversionKeys
  readonly mode: ConversionMode
}

/** What became of one source record. It holds no value in clear. */
export interface ConversionResult {
  /** Place of the record in the source, from 0. */
  readonly index: number
  /** The record's id, where the source has one. */
  readonly id?: string
  /** `already`: the device or the server holds the record with this very content, and nothing was written. */
  readonly outcome: 'converted' | 'already' | 'failed'
  /** What each mapped value was, by the field's path. */
  readonly kinds: Readonly<Record<string, ConversionKind>>
  /** Why it failed. */
  readonly problems?: readonly ConversionProblem[]
  /** Mode `seal`: the sealed record. */
  readonly sealed?: Readonly<Record<string, unknown>>
  /** Mode `save`: what became of the write. */
  readonly saved?: SaveResult
}

/**
 * Everything that holds a key. The same interface in the worker and in process; all calls are asynchronous and throw
 * {@link LockstitchError}.
 */
export interface Vault {
  enrol(request: EnrolRequest, options?: CallOptions): Promise<{ readonly recoveryKit: RecoveryKit }>
  confirmRecovery(recoveryCode: string, options?: CallOptions): Promise<void>
  unlock(credentials: Credentials, options?: CallOptions): Promise<void>
  lock(): Promise<void>
  status(): Promise<VaultStatus>
  sealMany<S extends Shape>(
    model: Model<S>,
    records: readonly Plain<S>[],
    options?: CallOptions,
  ): Promise<ItemResult<Sealed<S>>[]>
  openMany<S extends Shape>(
    model: Model<S>,
    records: readonly Sealed<S>[],
    options?: CallOptions,
  ): Promise<ItemResult<Plain<S>>[]>
  saveMany<S extends Shape>(
    model: Model<S>,
    records: readonly Plain<S>[],
    options?: CallOptions,
  ): Promise<ItemResult<SaveResult>[]>
  load<S extends Shape>(model: Model<S>, id: string, options?: ReadOptions): Promise<Plain<S>>
  listPage<S extends Shape>(
    model: Model<S>,
    after: string | null,
    limit: number,
    options?: ReadOptions,
  ): Promise<ListPage<S>>
  convertMany(
    model: Model,
    items: readonly ConversionItem[],
    order: ConversionOrder,
    options?: CallOptions,
  ): Promise<ConversionResult[]>
  remove<S extends Shape>(model: Model<S>, id: string, options?: CallOptions): Promise<SaveResult>
  pending(): Promise<PendingWrite[]>
  openPending<S extends Shape>(model: Model<S>, id: string): Promise<Plain<S>>
  discardPending(model: string, id: string): Promise<void>
  drain(options?: CallOptions): Promise<DrainResult>
  /** How strong a password is; the vault may be locked. */
  passwordStrength(password: string, options?: StrengthOptions): Promise<PasswordStrength>
  /** Manages the account: a call by its name. `managed` has the calls with their types. */
  manage(name: string, args: readonly unknown[], options?: LongCallOptions): Promise<unknown>
  /** A call of `Files`, by its name, with streams as the ports that serve them. `createFiles` makes the calls of it. */
  files(name: string, args: readonly unknown[], options?: LongCallOptions): Promise<unknown>
}
