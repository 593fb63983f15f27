/** The life of data keys: replaced, put back, taken out of use. Each step is one change of the account state. */
import { LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry, KeyState } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import { type ModelSpec, parseModel } from '../format/model.ts'
import { generateNextDataKey } from '../keys/data-key.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import { changeAccount } from './change-account.ts'
import type { LongCallOptions } from './api.ts'
import { requireActiveSession, requireSession, type VaultContext } from './context.ts'
import type {
  Exposure,
  RevocationReport,
  RevokeRequest,
  RotateRequest,
  RotationReport,
  WaitingKey,
} from './keys-api.ts'
import { countRecords, filesUnder, type RecordCounts, sumOf } from './record-counts.ts'
import type { Session } from './session.ts'
import { type Sweep, sweepRecords } from './sweep.ts'

/** What no change of keys can take back from somebody who has the key. */
const EXPOSED: readonly Exposure[] = [
  { code: 'stored', says: 'Whoever has the key and a copy of the affected records can read what they held until now.' },
  {
    code: 'earlier',
    says: 'The same is true of every earlier revision that was sealed under the key, also of records that were since changed, sealed anew or deleted.',
  },
  {
    code: 'copies',
    says: 'Backups, exports and caches of other devices keep the old ciphertext; sealing anew does not reach them.',
  },
  {
    code: 'files',
    says: 'Files that were uploaded under the key stay as they are; upload them again and delete the old ones.',
  },
  {
    code: 'later',
    says: 'What other devices sealed under the key before they learnt of this is sealed anew before it is sent.',
  },
]

/**
 * Replaces the active key of a classification.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN`, `ERR_KEY_IN_USE`, and the codes of {@link changeAccount} and {@link sweepRecords}.
 */
export async function rotate(
  context: VaultContext,
  { classification, models }: RotateRequest,
  options: LongCallOptions,
): Promise<RotationReport> {
  const { plan, from, idle } = await look(context, classification, models)
  if (from === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  // A key that waits for its files alone does not keep another from being replaced.
  const isWaiting = ({ kid }: KeyringEntry): boolean =>
    filesUnder(plan.counts, kid) > 0 && !plan.counts.keys.some((count) => count.kid === kid)
  const isUnderWay = idle.some((key) => key.version < from.version && !isWaiting(key))
  throwIfAborted(options.signal)
  await changeAccount(context, async (session) => {
    // Where another tab or device was faster, its key is the new one.
    if (isUnderWay || activeKey(session.account.state, classification)?.kid !== from.kid) return undefined
    const keyring = withStates(session.account.state, new Map([[from.kid, 'decrypt-only']]))
    return { state: { keyring: [...keyring, await nextKey(session, classification)] } }
  })
  return complete(context, classification, plan, options)
}

/**
 * Makes the key of before active again.
 *
 * @throws LockstitchError `ERR_ROTATION_NONE`, and the codes of {@link rotate}.
 */
export async function rollback(
  context: VaultContext,
  { classification, models }: RotateRequest,
  options: LongCallOptions,
): Promise<RotationReport> {
  const { plan, from, idle } = await look(context, classification, models)
  if (from === undefined || idle.length === 0) throw new LockstitchError('ERR_ROTATION_NONE')
  const before = idle.filter(({ version }) => version < from.version).at(-1)
  throwIfAborted(options.signal)
  await changeAccount(context, async ({ account }) => {
    // None before it: the key of before is active already, and what is left is to seal anew.
    if (before === undefined || activeKey(account.state, classification)?.kid !== from.kid) return undefined
    // Another device may have retired it in the meantime: then the rotation is complete.
    const isIdle = idleKeys(account.state, classification).some(({ kid }) => kid === before.kid)
    if (!isIdle) throw new LockstitchError('ERR_ROTATION_NONE')
    const states = new Map<string, KeyState>([
      [before.kid, 'active'],
      [from.kid, 'decrypt-only'],
    ])
    return { state: { keyring: withStates(account.state, states) } }
  })
  return complete(context, classification, plan, options)
}

/**
 * Takes a key out of use.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN`, `ERR_KEY_STATE`, and the codes of {@link rotate} but `ERR_KEY_IN_USE`.
 */
export async function revoke(
  context: VaultContext,
  { kid, models }: RevokeRequest,
  options: LongCallOptions,
): Promise<RevocationReport> {
  requireActiveSession(context)
  const specs = parseModels(models)
  // First of all, and without a question to the server before: from here on nothing new is sealed under it.
  await changeAccount(context, async (session) => {
    const { state } = session.account
    const { classification, state: use } = entryOf(state, kid)
    if (use === 'destroyed') throw new LockstitchError('ERR_KEY_STATE')
    if (use === 'revoked') return undefined
    const keyring = withStates(state, new Map([[kid, 'revoked']]))
    return { state: { keyring: use === 'active' ? [...keyring, await nextKey(session, classification)] : keyring } }
  })
  return alone(context, options, async () => {
    const plan = { models: specs, counts: await countRecords(context.server) }
    const sweep = createSweep(context, plan, () => new Set([kid]), options)
    await sweepRecords(sweep, plan.counts)
    const { state } = requireActiveSession(context).account
    return {
      kid,
      activeKid: activeKey(state, entryOf(state, kid).classification)?.kid ?? '',
      affected: [...sweep.found.values()],
      resealed: sweep.resealed,
      failed: [...sweep.failed.values()],
      files: filesUnder(plan.counts, kid),
      unnamed: unnamed(plan, new Set([kid])).map(({ model, records }) => ({ model, records })),
      exposed: EXPOSED,
    }
  })
}

/** What is to be done, as the server says. */
interface Plan {
  readonly models: readonly ModelSpec[]
  readonly counts: RecordCounts
}

/** What there is before anything is changed: a server that cannot say what lies under a key cannot be rotated on. */
async function look(
  context: VaultContext,
  classification: Classification,
  models: RotateRequest['models'],
): Promise<{ readonly plan: Plan; readonly from: KeyringEntry | undefined; readonly idle: readonly KeyringEntry[] }> {
  const { state } = (await refreshAccount(context, requireActiveSession(context))).account
  const plan = { models: parseModels(models), counts: await countRecords(context.server) }
  return { plan, from: activeKey(state, classification), idle: idleKeys(state, classification) }
}

/** Moves everything to the active key and retires the others, once every record was read. */
async function complete(
  context: VaultContext,
  classification: Classification,
  plan: Plan,
  options: LongCallOptions,
): Promise<RotationReport> {
  return alone(context, options, async () => {
    const idle = new Set<string>(
      idleKeys(requireActiveSession(context).account.state, classification).map(({ kid }) => kid),
    )
    const sweep = createSweep(context, plan, (state) => staleKids(state, classification), options)
    const isSwept = await sweepRecords(sweep, plan.counts)
    const retired: string[] = []
    let waiting: WaitingKey[] = []
    if (isSwept && idle.size > 0) {
      const counts = await countRecords(context.server)
      const left = unnamed({ ...plan, counts }, idle)
      if (left.length > 0) throw new LockstitchError('ERR_KEY_IN_USE')
      waiting = counts.files.filter(({ kid, files }) => idle.has(kid) && files > 0)
      const isRetired = ({ kid }: KeyringEntry): boolean => idle.has(kid) && filesUnder(counts, kid) === 0
      throwIfAborted(options.signal)
      await changeAccount(context, async ({ account }) => {
        const kids = idleKeys(account.state, classification).filter(isRetired)
        retired.splice(0, retired.length, ...kids.map(({ kid }) => kid))
        if (kids.length === 0) return undefined
        return { state: { keyring: withStates(account.state, new Map(retired.map((kid) => [kid, 'retired']))) } }
      })
    }
    const { state } = requireActiveSession(context).account
    const isWaiting = (key: KeyringEntry): boolean => waiting.some(({ kid }) => kid === key.kid)
    return {
      classification,
      kid: activeKey(state, classification)?.kid ?? '',
      isComplete: isSwept && idleKeys(state, classification).every(isWaiting),
      retired,
      waiting,
      resealed: sweep.resealed,
      failed: [...sweep.failed.values()],
    }
  })
}

/** One at a time for an account, in all tabs. */
function alone<T>(context: VaultContext, { signal }: LongCallOptions, work: () => Promise<T>): Promise<T> {
  return context.exclusive(`keys/${requireSession(context).account.state.account}`, async () => {
    throwIfAborted(signal)
    return work()
  })
}

function createSweep(
  context: VaultContext,
  { models, counts }: Plan,
  stale: Sweep['stale'],
  { signal, onProgress }: LongCallOptions,
): Sweep {
  const names = new Set(models.map(({ name }) => name))
  const kids = stale(requireActiveSession(context).account.state)
  const isNamed = ({ model }: { readonly model: string }): boolean => names.has(model)
  // Each record under the keys is sealed once, and every record is read.
  const expected =
    sumOf(counts.keys.filter((count) => isNamed(count) && kids.has(count.kid))) + sumOf(counts.models.filter(isNamed))
  let done = 0
  const advance = (records: number): void => {
    done += records
    onProgress?.({ done, total: Math.max(expected, done) })
  }
  advance(0)
  return { context, models, signal, stale, advance, found: new Map(), failed: new Map(), resealed: 0 }
}

/** What the server says lies under the keys in models that were not named. */
function unnamed({ models, counts }: Plan, kids: ReadonlySet<string>): RecordCounts['keys'] {
  const names = new Set(models.map(({ name }) => name))
  return counts.keys.filter(({ kid, model, records }) => kids.has(kid) && !names.has(model) && records > 0)
}

function parseModels(models: RotateRequest['models']): ModelSpec[] {
  if (!Array.isArray(models)) throw new LockstitchError('ERR_MODEL_INVALID')
  return models.map((model) => parseModel(model))
}

function entryOf({ keyring }: AccountState, kid: string): KeyringEntry {
  const entry = keyring.find((one) => one.kid === kid)
  if (entry === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return entry
}

function activeKey({ keyring }: AccountState, classification: Classification): KeyringEntry | undefined {
  return keyring.find((entry) => entry.classification === classification && entry.state === 'active')
}

/** The keys that wait to be retired, oldest first. */
function idleKeys({ keyring }: AccountState, classification: Classification): KeyringEntry[] {
  return keyring
    .filter((entry) => entry.classification === classification && entry.state === 'decrypt-only')
    .toSorted((a, b) => a.version - b.version)
}

/** The keys that nothing is to be left under: every one that can still be read with and is not written with. */
function staleKids({ keyring }: AccountState, classification: Classification): ReadonlySet<string> {
  const isStale = ({ classification: of, state }: KeyringEntry): boolean =>
    of === classification && state !== 'active' && state !== 'destroyed'
  return new Set(keyring.filter(isStale).map(({ kid }) => kid))
}

function withStates({ keyring }: AccountState, states: ReadonlyMap<string, KeyState>): KeyringEntry[] {
  return keyring.map((entry) => ({ ...entry, state: states.get(entry.kid) ?? entry.state }))
}

function nextKey({ account: { state }, accountKeys }: Session, classification: Classification): Promise<KeyringEntry> {
  return generateNextDataKey(accountKeys.wrapping, state, classification, Date.now())
}
