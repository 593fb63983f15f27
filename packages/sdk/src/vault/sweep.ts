/**
 * Moves records from keys that are not active any more to those that are. Nothing of its progress is kept anywhere: what is left
 * to do is what lies under those keys, so that it can end at any moment and be begun again by any device.
 */
import { isLockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import type { ModelSpec } from '../format/model.ts'
import type { VerifiedRecord } from '../records/open-record.ts'
import { type SealedRecord, sealRecord } from '../records/seal-record.ts'
import type { HeadRow } from '../storage/database.ts'
import { sealRow } from '../storage/local-box.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import { noteResealed, requireActiveSession, type VaultContext } from './context.ts'
import { mapInWindows, settleItem } from './items.ts'
import type { FailedRecord } from './keys-api.ts'
import type { RecordRef } from './record-ref.ts'
import { checkAcknowledged, drain, isRefusal } from './outbox.ts'
import { listPage } from './read.ts'
import type { OpenedPage, OpenedRecord } from './read-device.ts'
import { moveWrites } from './renew.ts'
import type { RecordCounts } from './record-counts.ts'
import { refusedIndex } from './server-answer.ts'
import type { Session } from './session.ts'

/** One run over the records of some models. */
export interface Sweep {
  readonly context: VaultContext
  readonly models: readonly ModelSpec[]
  readonly signal: AbortSignal | undefined
  /** The keys that nothing is to be left under. */
  readonly stale: (state: AccountState) => ReadonlySet<string>
  /** Told how many more records were sealed anew, or read. */
  readonly advance: (records: number) => void
  /** What was found under those keys, by place. */
  readonly found: Map<string, RecordRef>
  /** What could not be read or sealed anew, by place. */
  readonly failed: Map<string, FailedRecord>
  /** How many records were sealed anew. */
  resealed: number
}

const PAGE_RECORDS = 100
/** Pages under way at once: while one is sent, the next is opened and sealed. */
const PARALLEL = 3
const BATCH_CHARS = 2_097_152
/** Another device may write what it opened before; it stops once it has seen the account's newest state. */
const ROUNDS = 5
const ATTEMPTS = 3

/**
 * Seals every record anew that lies under a stale key, then reads every record of the models. What the server does not list by
 * key is found by reading.
 *
 * @returns True when every record was read and none of them lies under a stale key.
 * @throws LockstitchError `ERR_ABORTED`, `ERR_LOCKED`, storage codes and the codes of the transport.
 */
export async function sweepRecords(sweep: Sweep, counts: RecordCounts): Promise<boolean> {
  const { context, models, signal, failed } = sweep
  const stale = sweep.stale(requireActiveSession(context).account.state)
  for (const model of models) {
    const kids = counts.keys.filter((count) => count.model === model.name && stale.has(count.kid))
    for (const { kid } of kids) await pass(sweep, model, kid)
  }
  // What waits on this device is sealed anew on its way.
  await drain(context, signal)
  for (let round = 0; round < ROUNDS; round++) {
    failed.clear()
    let left = 0
    for (const model of models) left += await pass(sweep, model)
    if (left === 0) return failed.size === 0
  }
  return false
}

/** A page of opened records, with what was proved of each before. */
interface Page extends OpenedPage {
  readonly verified: ReadonlyMap<string, VerifiedRecord>
}

/** Goes once through the records of a model, or of one key; gives how many lay under a stale key. */
async function pass(sweep: Sweep, model: ModelSpec, kid?: string): Promise<number> {
  let left = 0
  await eachLimited(pagesOf(sweep, model, kid), async (page) => {
    if (kid === undefined) sweep.advance(new Set([...page.verified.keys(), ...page.items.map(idOf)]).size)
    left += await resealPage(sweep, model, page)
  })
  return left
}

async function* pagesOf({ context, signal }: Sweep, model: ModelSpec, kid?: string): AsyncGenerator<Page> {
  let after: string | null = null
  do {
    throwIfAborted(signal)
    const verified = new Map<string, VerifiedRecord>()
    const page: OpenedPage = await listPage(context, model, after, PAGE_RECORDS, {
      onVerified: (record) => void verified.set(record.parsed.id, record),
      ...(signal === undefined ? {} : { signal }),
      ...(kid === undefined ? {} : { kid }),
    })
    yield { ...page, verified }
    after = page.next
  } while (after !== null)
}

/** Works on some items at once. What was begun is ended before a failure is thrown. */
async function eachLimited<T>(items: AsyncIterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  try {
    for await (const item of items) {
      const one = work(item)
        .catch((error: unknown) => void (failure ??= { error }))
        .finally(() => running.delete(one))
      running.add(one)
      if (running.size >= PARALLEL) await Promise.race(running)
      if (failure !== undefined) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failure !== undefined) throw failure.error
}

/** A record sealed anew, what it was sealed from, and the row that it is on this device. */
interface Resealed extends SealedRecord {
  readonly from: VerifiedRecord
  readonly row: HeadRow
}

async function resealPage(sweep: Sweep, model: ModelSpec, { items, verified }: Page): Promise<number> {
  const { context, found, failed, signal } = sweep
  const session = requireActiveSession(context)
  const stale = sweep.stale(session.account.state)
  const left: { readonly opened: OpenedRecord; readonly from: VerifiedRecord }[] = []
  for (const item of items) {
    const id = idOf(item)
    if (!item.ok) fail(sweep, model, id, item.error)
    else {
      const from = verified.get(id) as VerifiedRecord
      failed.delete(placeOf(model, id))
      if (from.parsed.sealed.some(({ envelope }) => stale.has(envelope.kid))) left.push({ opened: item.value, from })
    }
  }
  for (const { from } of left) found.set(placeOf(model, from.parsed.id), { model: model.name, id: from.parsed.id })
  const sealed = await mapInWindows(left, async ({ opened, from }) => {
    throwIfAborted(signal)
    return settleItem(from.parsed.id, () => reseal(session, model, opened, from))
  })
  const good: Resealed[] = []
  for (const item of sealed) {
    if (item.ok) good.push(item.value)
    else fail(sweep, model, item.id as string, item.error)
  }
  for (const batch of batchesOf(good)) await put(sweep, session, model, batch)
  return left.length
}

async function reseal(
  { recordKeys, accountKeys }: Session,
  model: ModelSpec,
  opened: OpenedRecord,
  from: VerifiedRecord,
): Promise<Resealed> {
  const { id } = from.parsed
  const { record, head } = await sealRecord(recordKeys, model, opened, id, from.head)
  const columns = { account: recordKeys.account, model: model.name, id, ...head }
  return { record, head, from, row: await sealRow(accountKeys.local, columns, record) }
}

function* batchesOf(items: readonly Resealed[]): Generator<Resealed[]> {
  let batch: Resealed[] = []
  let chars = 0
  for (const item of items) {
    if (batch.length > 0 && chars + item.row.box.length > BATCH_CHARS) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(item)
    chars += item.row.box.length
  }
  if (batch.length > 0) yield batch
}

/**
 * Stores records that were sealed anew. They hold nothing that the server does not have, so they need no outbox: what is lost is
 * found under the old key again. One that somebody else wrote meanwhile is left to the next round.
 */
async function put(sweep: Sweep, session: Session, model: ModelSpec, batch: readonly Resealed[]): Promise<void> {
  const { context } = sweep
  let left = batch
  for (let attempt = 1; left.length > 0;) {
    throwIfAborted(sweep.signal)
    try {
      await putAll(context, session, model, left)
      sweep.resealed += left.length
      sweep.advance(left.length)
      return
    } catch (error) {
      // A change of the account at the very same moment looks like this too, and the same records may be sent again.
      const isFailure = isLockstitchError(error) && error.code === 'ERR_SERVER'
      if (isFailure && attempt++ < ATTEMPTS) continue
      if (!isRefusal(error)) throw error
      const index = left.length === 1 ? 0 : refusedIndex(error)
      const refused = index === undefined ? undefined : left[index]
      if (refused === undefined) {
        for (const one of left) await put(sweep, session, model, [one])
        return
      }
      if (error.reason === 'ERR_KEY_STATE' && (await refreshAccount(context, session)) !== session) return
      if (error.code !== 'ERR_CONFLICT') fail(sweep, model, refused.record.id, error)
      left = left.filter((one) => one !== refused)
    }
  }
}

/** Nothing else of this device is sent meanwhile, and what waits for these records follows them from then on. */
async function putAll(
  context: VaultContext,
  session: Session,
  model: ModelSpec,
  batch: readonly Resealed[],
): Promise<void> {
  const { account, identity } = session.recordKeys
  await context.exclusive(`outbox/${account}`, async () => {
    const writes = batch.map(({ record }) => ({ model: model.name, record }))
    const rows = batch.map(({ row }) => row)
    checkAcknowledged(await context.server.putRecords({ account, signing: identity.signing }, writes), rows)
    const waiting = (await context.storage.listOutbox(account)).filter(({ delivery }) => delivery === 'waiting')
    for (const { row: head, from } of batch) {
      const own = waiting.filter((one) => one.model === model.name && one.id === from.parsed.id)
      if (own.length > 0) await moveWrites(context, session, own, from.head.hash, head)
      noteResealed(context, from.head, head)
    }
    await context.storage.raiseHeads(rows)
  })
}

function fail(
  { failed }: Sweep,
  model: ModelSpec,
  id: string,
  { code }: { readonly code: FailedRecord['code'] },
): void {
  failed.set(placeOf(model, id), { model: model.name, id, code })
}

function idOf(item: OpenedPage['items'][number]): string {
  return item.ok ? (item.value['id'] as string) : (item.id as string)
}

function placeOf({ name }: ModelSpec, id: string): string {
  return `${name}/${id}`
}
