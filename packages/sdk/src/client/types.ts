import type { Model, Plain, Sealed, Shape } from '../schema/types.ts'
import type { Transport } from '../vault/transport.ts'
import type {
  CallOptions,
  Credentials,
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
  /** Makes the worker, for set-ups with a Trusted Types policy or a bundling of their own. */
  readonly worker?: () => Worker
}

/** Options of the batch calls. */
export interface BatchOptions extends CallOptions {
  /** Called after each chunk with the number of items done so far. */
  readonly onProgress?: (done: number) => void
}

/** Called whenever the vault locks (with the reason) or unlocks. */
export type StatusListener = (status: VaultStatus) => void

/**
 * The door for an app: everything an app does with Lockstitch. Keys, nonces and plaintext at rest stay in the worker.
 */
export interface Client {
  enrol(request: EnrolRequest, options?: CallOptions): Promise<{ readonly recoveryKit: RecoveryKit }>
  confirmRecovery(recoveryCode: string, options?: CallOptions): Promise<void>
  unlock(credentials: Credentials, options?: CallOptions): Promise<void>
  /** Ends the worker: no key and no plaintext is left in it. Resolves when it is gone. */
  lock(): Promise<void>
  status(): Promise<VaultStatus>
  /** Calls `listener` on every change of the lock state; returns the function that stops it. */
  subscribe(listener: StatusListener): () => void

  seal<S extends Shape>(model: Model<S>, record: Plain<S>, options?: CallOptions): Promise<Sealed<S>>
  open<S extends Shape>(model: Model<S>, sealed: Sealed<S>, options?: CallOptions): Promise<Plain<S>>
  sealMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Plain<S>> | AsyncIterable<Plain<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<Sealed<S>>>
  openMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Sealed<S>> | AsyncIterable<Sealed<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<Plain<S>>>

  save<S extends Shape>(model: Model<S>, record: Plain<S>, options?: CallOptions): Promise<SaveResult>
  saveMany<S extends Shape>(
    model: Model<S>,
    records: Iterable<Plain<S>> | AsyncIterable<Plain<S>>,
    options?: BatchOptions,
  ): AsyncIterable<ItemResult<SaveResult>>
  load<S extends Shape>(model: Model<S>, id: string, options?: ReadOptions): Promise<Plain<S>>
  list<S extends Shape>(model: Model<S>, options?: ReadOptions): AsyncIterable<ItemResult<Plain<S>>>
  remove<S extends Shape>(model: Model<S>, id: string, options?: CallOptions): Promise<SaveResult>

  /** Writes that wait for the server. */
  readonly outbox: {
    list(): Promise<PendingWrite[]>
    open<S extends Shape>(model: Model<S>, id: string): Promise<Plain<S>>
    discard(model: Model, id: string): Promise<void>
    /** Sends what waits, in order; also done by itself when the browser is back online. */
    drain(
      options?: CallOptions,
    ): Promise<{ readonly stored: number; readonly waiting: number; readonly refused: number }>
  }

  /** Ends the worker and every pending call, and frees the client. */
  dispose(): Promise<void>
}
