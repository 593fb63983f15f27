import { LockstitchError } from '../errors.ts'
import type { Model, Shape } from '../schema/types.ts'
import type { Credentials, ItemResult, ListPage, ReadOptions, SaveResult, Vault } from '../vault/api.ts'
import { assertOptions } from './assert-options.ts'
import { convertRecords } from './lazy-convert.ts'
import { createFiles } from './lazy-files.ts'
import { lazyStrength } from './lazy-strength.ts'
import { connectVault } from './lazy-vault.ts'
import { loadPiece } from './load-piece.ts'
import { withLockedCalls } from './locked-calls.ts'
import { managed } from './managed.ts'
import { askingFirst, withPasskeys } from './passkeys.ts'
import type { Transport } from '../vault/transport.ts'
import type { AutoLock } from './auto-lock.ts'
import { batchSignal, inBatches, touching } from './batches.ts'
import { coalesce, singles } from './coalesce.ts'
import type { ConnectedVault } from './connect-vault.ts'
import { createFetchTransport } from './fetch-transport.ts'
import type {
  BatchOptions,
  Client,
  ClientOptions,
  ClientStatus,
  LockReason,
  LockWarning,
  StatusListener,
  UnlockOptions,
} from './types.ts'

const PAGE_RECORDS = 100
/** How long a lock tries to send what is nowhere else. */
const SEND_MS = 5000
const LOCKED: ClientStatus = { state: 'locked' }
const NEVER = { idleMs: Infinity, absoluteMs: Infinity, onPageHide: 'keep', onSleep: 'keep' } as const

/**
 * A client: the vault in a worker of its own, started when it is needed and ended by `lock()`.
 *
 * Every method throws {@link LockstitchError}; the codes are listed with each and in docs/errors.md. Besides its own, every
 * call can throw `ERR_LOCKED`, `ERR_WORKER_GONE`, `ERR_WORKER_TIMEOUT` and `ERR_ABORTED`.
 *
 * @example
 * ```ts
 * import { createClient, defineModel, phi, pii } from '@lockstitch/sdk'
 *
 * const Intake = defineModel('intake', { name: pii(), diagnosis: phi() })
 * const client = createClient({ server: 'https://records.example' })
 *
 * async function firstRecord(): Promise<string | null | undefined> {
 *   const { recoveryKit } = await client.enrol({ handle: 'ada@example.org', password: 'correct horse battery' })
 *   await client.confirmRecovery(recoveryKit.recoveryCode) // typed by the patient, from paper
 *   const { id } = await client.save(Intake, { name: 'Ada', diagnosis: 'J45.909' })
 *   return (await client.load(Intake, id)).diagnosis
 * }
 * console.log(typeof firstRecord) // function
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const transport: Transport =
    typeof options.server === 'string' ? createFetchTransport(options.server) : options.server
  const listeners = new Set<StatusListener>()
  assertOptions(options)
  const strength = lazyStrength(options)
  let connecting: Promise<ConnectedVault> | undefined
  let guard: AutoLock | undefined
  let isShared = false
  let warning: LockWarning | undefined
  /** The newest status seen: what it was before it locked. */
  let seen = LOCKED
  /** The status once nothing is unlocked. */
  let locked = LOCKED

  const tell = (status: ClientStatus): void => {
    for (const listener of listeners) listener(status)
  }
  const emit = async (): Promise<void> => tell(await client.status().catch(() => locked))
  const unsent = (): number => (isShared ? (seen.pending ?? 0) : 0)
  const disconnect = (reason?: LockReason): void => {
    guard?.stop()
    connecting = guard = warning = undefined
    locked = reason ? { ...LOCKED, reason, ...(unsent() > 0 && { lost: unsent() }) } : LOCKED
    seen = LOCKED
  }
  const connect = (): Promise<ConnectedVault> => {
    const attempt = connectVault({ ...options, shared: isShared }, transport, (reason) => {
      if (connecting === attempt) disconnect(reason)
      void emit()
    })
    connecting = attempt
    attempt.catch(() => {
      if (connecting === attempt) connecting = undefined
    })
    return attempt
  }
  const connected = async (): Promise<ConnectedVault['vault']> => {
    guard?.check()
    if (connecting === undefined) throw new LockstitchError('ERR_LOCKED')
    return (await connecting).vault
  }
  const end = async (reason?: LockReason): Promise<void> => {
    const ending = connecting
    strength.end()
    disconnect(reason)
    await ending?.then(
      (running) => running.end('ERR_LOCKED'),
      () => undefined,
    )
    await emit()
  }
  const endSession = async (): Promise<void> => {
    await transport.send({ method: 'DELETE', path: '/v1/sessions', headers: {} }).catch(() => undefined)
  }
  const onLock = (reason: LockReason): void => {
    void end(reason)
    if (reason !== 'other-tab') void endSession()
  }
  const onWarning = (next: LockWarning | undefined): void => {
    warning = next
    tell(described())
  }
  const described = (): ClientStatus => ({
    ...seen,
    ...(isShared && { shared: true }),
    ...(warning && { warning }),
  })
  /** A worker that saw a wrong password, or half an enrolment, is not kept. */
  const fresh = async <T>(
    work: (vault: ConnectedVault['vault']) => Promise<T>,
    { shared = false }: UnlockOptions = {},
  ): Promise<T> => {
    await end()
    isShared = shared
    return unlocking(work)
  }
  const unlocking = async <T>(work: (vault: ConnectedVault['vault']) => Promise<T>): Promise<T> => {
    try {
      // Nothing is unlocked that could not be locked again.
      const loading = loadPiece(import('./auto-lock.ts'))
      const [{ startAutoLock }, running] = await Promise.all([loading, connecting ?? connect()])
      const result = await work(running.vault)
      const leaving = isShared && ({ onPageHide: 'lock', onSleep: 'lock' } as const)
      const times = { ...(options.autoLock === false ? NEVER : options.autoLock), ...leaving }
      const name = options.database ?? 'lockstitch'
      if (connecting !== undefined) guard = startAutoLock({ options: times, name, onLock, onWarning })
      return result
    } catch (error) {
      await end()
      throw error
    } finally {
      await emit()
    }
  }
  const changing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } finally {
      await emit()
    }
  }
  const watched = <B extends BatchOptions>(batch: B): B => touching(batch, () => guard?.extend())
  const manage = withLockedCalls({
    isConnected: () => connecting !== undefined,
    another: () => connectVault({ ...options, shared: false }, transport, () => undefined),
    async anew(work) {
      await end()
      isShared = false
      return work((await connect()).vault)
    },
    fresh,
    unlocking,
    manage: askingFirst(connected, async (...call) => changing((await connected()).manage(...call))),
  })
  const sealOne = coalesce<unknown, unknown>(async (model, records) =>
    (await connected()).sealMany(model, records as never),
  )
  const openOne = coalesce<unknown, unknown>(async (model, records) =>
    (await connected()).openMany(model, records as never),
  )
  const saveOne = coalesce<unknown, SaveResult>(async (model, records) =>
    changing((await connected()).saveMany(model, records as never)),
  )
  const one = singles(connected)
  const onOnline = (): void => void client.outbox.drain().catch(() => undefined)
  globalThis.addEventListener?.('online', onOnline)

  /** A call for many items that only computes. */
  const many = (name: 'sealMany' | 'openMany') =>
    ((model: Model, records: Iterable<never>, batch: BatchOptions = {}) =>
      inBatches(
        records,
        async (chunk): Promise<readonly ItemResult<unknown>[]> =>
          (await connected())[name](model, chunk, batchSignal(batch)),
        watched(batch),
        true,
      )) as never

  const client: Client = {
    enrol: (request, callOptions) => fresh((vault) => vault.enrol(request, callOptions), callOptions),
    confirmRecovery: async (code, callOptions) => changing((await connected()).confirmRecovery(code, callOptions)),
    async unlock(credentials, callOptions) {
      await withPasskeys([credentials], callOptions, ([ready]) =>
        fresh((vault) => vault.unlock(ready as Credentials, callOptions), callOptions),
      )
      // What waits in the outbox is nowhere else; Firefox may ask the user, so nobody waits for the answer.
      if (!isShared) void globalThis.navigator?.storage?.persist?.().catch(() => undefined)
      onOnline()
    },
    async lock({ discardUnsent = false } = {}) {
      guard?.check()
      if (unsent() > 0 && !discardUnsent) {
        await client.outbox.drain({ signal: AbortSignal.timeout(SEND_MS) }).catch(() => undefined)
        if (unsent() > 0) return { locked: false, unsent: unsent() }
      }
      const lost = unsent()
      guard?.lockOthers()
      await end()
      await endSession()
      return { locked: true, unsent: lost }
    },
    extend: () => guard?.extend(),
    async status() {
      guard?.check()
      if (connecting === undefined) return locked
      const status = await (await connected()).status()
      // Locked while it was asked: then it is not what it was.
      if (connecting === undefined) return locked
      seen = status
      return described()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    seal: (model, record, callOptions) =>
      one(model, record, callOptions, sealOne, async (vault, items) =>
        vault.sealMany(model, items as never, callOptions),
      ) as never,
    open: (model, sealed, callOptions) =>
      one(model, sealed, callOptions, openOne, async (vault, items) =>
        vault.openMany(model, items as never, callOptions),
      ) as never,
    sealMany: many('sealMany'),
    openMany: many('openMany'),
    save: (model, record, callOptions) =>
      one(model, record, callOptions, saveOne, (vault, items) =>
        changing(vault.saveMany(model, items as never, callOptions)),
      ) as Promise<SaveResult>,
    saveMany: (model, records, batch = {}) =>
      inBatches(
        records,
        async (chunk) => changing((await connected()).saveMany(model, chunk, batchSignal(batch))),
        watched(batch),
      ),
    load: async (model, id, readOptions) => (await connected()).load(model, id, readOptions),
    async *list<S extends Shape>(model: Model<S>, readOptions?: ReadOptions) {
      let after: string | null = null
      do {
        const page: ListPage<S> = await (await connected()).listPage(model, after, PAGE_RECORDS, readOptions)
        yield* page.items
        after = page.next
      } while (after !== null)
    },
    async *convert(model, source, mapping, keys, convertOptions) {
      const convertMany: Vault['convertMany'] = async (...call) => changing((await connected()).convertMany(...call))
      yield* convertRecords({ convertMany }, model, source, mapping, keys, watched(convertOptions ?? {}))
    },
    remove: async (model, id, callOptions) => changing((await connected()).remove(model, id, callOptions)),
    files: createFiles(async (...call) => (await connected()).files(...call)),
    passwordStrength: (...call) => strength.check(...call),
    ...managed(manage),
    outbox: {
      list: async () => (await connected()).pending(),
      open: async (model, id) => (await connected()).openPending(model, id),
      discard: async (model, id) => changing((await connected()).discardPending(model.name, id)),
      drain: async (callOptions) => changing((await connected()).drain(callOptions)),
    },
    async dispose() {
      globalThis.removeEventListener?.('online', onOnline)
      listeners.clear()
      await end()
    },
  }
  return client
}
