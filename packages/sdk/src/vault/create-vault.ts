import { MIN_ITERATIONS } from '../format/constants.ts'
import { assertIterations } from '../format/kdf-params.ts'
import { parseModel } from '../format/model.ts'
import { parseRecordId } from '../format/record-id.ts'
import { REVISION_MEMBER } from '../records/revision-member.ts'
import { openStorage, type Storage } from '../storage/storage.ts'
import type { Model, Shape } from '../schema/types.ts'
import { ensureDataKeys } from './account.ts'
import type { ItemResult, Vault, VaultStatus } from './api.ts'
import { beginTurn, createExclusive, requireSession, type VaultContext } from './context.ts'
import { beginEnrolment } from './begin-enrolment.ts'
import { type LoadPart, loadPart, type VaultFlows } from './parts.ts'
import { noteUnlock } from './note-unlock.ts'
import { drain, remove, saveBatch, write } from './outbox.ts'
import { currentHead, listPage, load, openBatch } from './read.ts'
import { openRowRecord } from './read-device.ts'
import { sealBatch } from './seal.ts'
import type { Second } from './second-api.ts'
import { createServerApi } from './server-api.ts'
import { isActive } from './session.ts'
import { LockstitchError } from '../errors.ts'
import type { Transport } from './transport.ts'
import { unlock } from './unlock.ts'

const FLOWS: VaultFlows = { sealBatch, write, load, currentHead, openRowRecord }

/** Options of {@link createVault}. */
export interface VaultOptions {
  readonly transport: Transport
  /** Name of the local database; `lockstitch` unless said. */
  readonly database?: string
  /** Where the vault keeps what it has seen and what waits; IndexedDB unless said. */
  readonly storage?: Storage
  /** PBKDF2 iterations of passwords: 600,000 (unless said) to 10,000,000. */
  readonly iterations?: number
  /** Loads the code that is not always used; the modules beside this one unless said. */
  readonly parts?: LoadPart
  /** A second thread that does a part of large batches. */
  readonly second?: Second
}

/**
 * A vault in this very process: for Node and for tests. In a browser use `createClient`, which keeps the keys in a worker.
 *
 * It needs WebCrypto and, unless `storage` is given, IndexedDB.
 *
 * @example
 * ```ts
 * import { createVault } from '@lockstitch/sdk/vault'
 *
 * const vault = createVault({ transport: { send: async () => ({ status: 503, body: '' }) } })
 * console.log((await vault.status()).state) // locked
 * ```
 */
export function createVault(options: VaultOptions): Vault {
  const { database = 'lockstitch', iterations = MIN_ITERATIONS } = options
  assertIterations(iterations)
  const context: VaultContext = {
    server: createServerApi(options.transport, async (slot) => {
      if (context.session?.slotId === slot) beginTurn(context)
      // A secret without its share is of no use to anybody but a thief.
      await context.storage.forgetDevice(slot)
    }),
    storage: options.storage ?? openStorage(database),
    part: options.parts ?? loadPart,
    ...(options.second && { second: options.second }),
    exclusive: createExclusive(database),
    resealed: new Map(),
    iterations,
    awaited: new Map(),
    session: undefined,
    isUnlockNoted: true,
    turn: 0,
  }
  return {
    enrol: (request, { signal } = {}) => beginEnrolment(context, request, signal),
    confirmRecovery: async (code, { signal } = {}) =>
      (await context.part('manage')).confirmRecovery(context, code, signal),
    unlock: (credentials, { signal } = {}) => unlock(context, credentials, signal),
    async lock() {
      beginTurn(context)
      // The session with the server ends too where it can be reached; being locked does not depend on it.
      void context.server.endSession().catch(() => undefined)
      await context.storage.close()
    },
    status: () => status(context),
    sealMany: async (model, records, { signal } = {}) => {
      const items = await sealBatch(context, parseModel(model), records, signal)
      return items.map((item) => (item.ok ? { ok: true, value: item.value.record } : item)) as ItemResult<never>[]
    },
    openMany: async (model, records, { signal } = {}) =>
      (await openBatch(context, parseModel(model), records, signal)) as ItemResult<never>[],
    saveMany: async (model, records, { signal } = {}) => saveBatch(context, parseModel(model), records, signal),
    load: async (model, id, loadOptions = {}) => (await load(context, parseModel(model), id, loadOptions)) as never,
    listPage: async (model, after, limit, listOptions = {}) =>
      (await listPage(context, parseModel(model), after, limit, listOptions)) as never,
    convertMany: async (model, items, order, { signal } = {}) => {
      const formats = new Set(Object.values(order.mapping.fields).map(({ format }) => format))
      // OpenPGP is much larger than everything else together, so it comes only with a mapping that needs it.
      const { convertBatch } = await context.part(formats.has('pgcrypto') ? 'convert-pgcrypto' : 'convert')
      return convertBatch(FLOWS, context, parseModel(model), items, order, signal)
    },
    remove: async (model, id, { signal } = {}) => remove(context, parseModel(model), id, signal),
    pending: () => pending(context),
    openPending: async (model, id) => (await openPending(context, model, id)) as never,
    discardPending: async (model, id) =>
      context.storage.discard([requireSession(context).recordKeys.account, model, parseRecordId(id)]),
    async drain({ signal } = {}) {
      const result = await drain(context, signal)
      await noteUnlock(context)
      return result
    },
    passwordStrength: async (password, { userInputs = [] } = {}) =>
      (await context.part('strength')).passwordStrength(password, userInputs),
    manage: async (name, args, callOptions = {}) =>
      (await context.part('manage')).manage(context, name, args, callOptions),
    files: async (name, args, callOptions = {}) =>
      (await context.part('files')).files({ ensureDataKeys }, context, name, args, callOptions),
  }
}

async function status(context: VaultContext): Promise<VaultStatus> {
  const { session } = context
  if (session === undefined) return { state: 'locked' }
  const { account } = session.recordKeys
  const waiting = (await context.storage.listOutbox(account)).length
  return { state: 'unlocked', account, recoveryConfirmed: isActive(session), pending: waiting }
}

async function pending(context: VaultContext): ReturnType<Vault['pending']> {
  const rows = await context.storage.listOutbox(requireSession(context).recordKeys.account)
  return rows.map(({ model, id, revision, delivery, queuedAt }) => ({
    model,
    id,
    revision,
    state: delivery,
    queuedAt: new Date(queuedAt),
  }))
}

async function openPending<S extends Shape>(
  context: VaultContext,
  model: Model<S>,
  id: string,
): Promise<Record<string, unknown>> {
  const session = requireSession(context)
  const spec = parseModel(model)
  const newest = (await context.storage.outboxOf([session.recordKeys.account, spec.name, parseRecordId(id)])).at(-1)
  if (newest === undefined) throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  // Its revision never came to be, so it is none that the next one could follow.
  const { [REVISION_MEMBER]: _revision, ...record } = await openRowRecord(session, spec, newest)
  return record
}
