/** What crosses the worker boundary: names and types, and nothing that runs. */
import type { Vault } from '../vault/api.ts'
import type { PartName } from '../vault/parts.ts'
import type { Transport } from '../vault/transport.ts'

/** Name of a method of a vault that a page may call; `lock` is not one, since it ends the worker. */
export type VaultMethod = Exclude<keyof Vault, 'lock'>

/** Those methods with the number of arguments before their options, so that options always arrive in their place. */
export const VAULT_METHODS: Readonly<Record<VaultMethod, number>> = {
  enrol: 1,
  confirmRecovery: 1,
  unlock: 1,
  status: 0,
  sealMany: 2,
  openMany: 2,
  saveMany: 2,
  load: 2,
  listPage: 3,
  convertMany: 3,
  remove: 2,
  pending: 0,
  openPending: 2,
  discardPending: 2,
  drain: 0,
  passwordStrength: 1,
  manage: 2,
  files: 2,
}

/**
 * One method behind the boundary: the number of the call, its arguments, and its options as plain data.
 * An AbortSignal does not cross; `abort` with the number of the call does its work.
 */
export type WorkerMethod = (call: number, args: readonly unknown[], options: object) => Promise<unknown>

/** Everything that the page offers to the worker. */
export interface PageApi extends Transport {
  /** Tells how far the call with this number is. */
  progress(call: number, progress: unknown): void
}

/** Everything that the worker offers. */
export type WorkerApi = Record<VaultMethod, WorkerMethod> & { abort(call: number): void }

/** Names of everything that the worker offers. */
export const WORKER_METHODS: readonly string[] = [...Object.keys(VAULT_METHODS), 'abort']

/** Addresses of the self-contained files that the worker loads when they are used. */
export type PartUrls = Readonly<Record<PartName, string>>

/** The only message that a fresh worker listens to, once. */
export interface StartMessage {
  readonly type: 'lockstitch/start'
  /** Name of the local database. */
  readonly database: string
  /** Where the vault keeps what it has seen: on the device, or in the worker's memory alone. */
  readonly storage: 'device' | 'memory'
  /** PBKDF2 iterations of passwords, where the app says. */
  readonly iterations?: number
  /** Address of the second worker's script, where the app asked for two workers. */
  readonly second?: string
  /** Name of the Web Lock that the worker holds for as long as it lives. */
  readonly lifeLock: string
  /** Where the parts of the vault are. */
  readonly parts: PartUrls
  /** Over this port the page calls the worker. */
  readonly api: MessagePort
  /** Over this port the worker asks the page to carry requests, and tells it how far a call is. */
  readonly transport: MessagePort
}

/** The worker's only message outside its ports: it is ready. */
export const READY = 'lockstitch/ready'
