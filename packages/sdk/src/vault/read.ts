import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import { parseRecordId } from '../format/record-id.ts'
import type { RecordHead } from '../records/keys.ts'
import type { VerifiedRecord } from '../records/open-record.ts'
import type { HeadRow } from '../storage/database.ts'
import { throwIfAborted } from './abort.ts'
import type { ItemResult, ReadOptions } from './api.ts'
import { requireSession, type VaultContext } from './context.ts'
import {
  authentic,
  beginReading,
  hold,
  holdAgainst,
  openUnheld,
  remember,
  type Unheld,
  unheldOf,
  verifyAs,
} from './held.ts'
import { mapInWindows, settleItem } from './items.ts'
import { deviceRow, deviceRows, isDeleted, type OpenedPage, type OpenedRecord, openRowRecord } from './read-device.ts'
import { share, SHARED_WINDOW } from './share.ts'

/** Records that are opened between two writes of what was seen. */
const STEP = 128

/** What the parts of the vault that look after keys ask of a reading beside. */
export interface SweepOptions extends ReadOptions {
  /** Only the records that the server says are sealed under this key. */
  readonly kid?: string
  /** Told every record that is proved and fresh, also one that does not open, before it is given out. */
  readonly onVerified?: (verified: VerifiedRecord) => void
}

/**
 * Opens sealed records, each held against the newest revision that this device has seen.
 *
 * @throws LockstitchError `ERR_LOCKED` or `ERR_ABORTED`; what is wrong with a single record is in its own result:
 * `ERR_OPEN_FAILED`, `ERR_DIGEST_MISMATCH`, `ERR_ROLLBACK`, `ERR_RECORD_NOT_FOUND` for a tombstone, or a format code.
 */
export async function openBatch(
  context: VaultContext,
  model: ModelSpec,
  records: readonly unknown[],
  signal?: AbortSignal,
): Promise<ItemResult<OpenedRecord>[]> {
  const session = requireSession(context)
  throwIfAborted(signal)
  const reading = beginReading(context, session, model)
  const results: ItemResult<OpenedRecord>[] = []
  const raising: Promise<void>[] = []
  let unheld: ItemResult<Unheld>[] = []
  let known: readonly (HeadRow | undefined)[] | undefined
  // Records are opened while this is looked up; none of them is given out before it is held against what was found.
  const looking = context.storage
    .readHeads(
      session.recordKeys.account,
      model.name,
      records.map((record) => claimedId(record) ?? ''),
    )
    .then((rows) => {
      known = rows
    })
  looking.catch(() => undefined)
  const keys = session.recordKeys
  const open = (record: unknown): Promise<ItemResult<Unheld>> =>
    settleItem(claimedId(record), () =>
      share(
        context,
        keys,
        { model, job: { verb: 'open', record } },
        () => openUnheld(reading, record),
        (done) => unheldOf(record, done),
      ),
    )
  for (let start = 0; start < records.length; start += STEP) {
    const step = records.slice(start, start + STEP)
    unheld.push(...(await mapInWindows(step, open, context.second && SHARED_WINDOW)))
    throwIfAborted(signal)
    const isLast = start + STEP >= records.length
    if (isLast) await looking
    if (known === undefined) continue
    const rows = known.slice(results.length)
    results.push(...(await Promise.all(unheld.map((item, index) => hold(reading, item, rows[index])))))
    unheld = []
    // What is seen is written while the next records are opened; until it is awaited below its failure is not unhandled.
    const raised = context.storage.raiseHeads(reading.seen.splice(0))
    raised.catch(() => undefined)
    raising.push(raised)
  }
  await Promise.all(raising)
  return results
}

/**
 * Loads one record.
 *
 * @throws LockstitchError `ERR_RECORD_NOT_FOUND`; `ERR_RECORD_MISSING` when the server does not show a record that this
 * device knows to exist; `ERR_ROLLBACK`, `ERR_OPEN_FAILED`, `ERR_DIGEST_MISMATCH`, `ERR_RECORD_ID`, `ERR_LOCKED`,
 * `ERR_ABORTED`, and the codes of the transport.
 */
export async function load(
  context: VaultContext,
  model: ModelSpec,
  id: string,
  { from = 'server', signal, onVerified }: SweepOptions,
): Promise<OpenedRecord> {
  const session = requireSession(context)
  parseRecordId(id)
  throwIfAborted(signal)
  if (from === 'device') return openRowRecord(session, model, await deviceRow(context, session, model.name, id))
  const [known] = await context.storage.readHeads(session.recordKeys.account, model.name, [id])
  const record = await getRecord(context, model.name, id, await authentic(session, known))
  throwIfAborted(signal)
  const reading = beginReading(context, session, model, onVerified)
  try {
    return await holdAgainst(reading, await openUnheld(reading, record, id), known)
  } finally {
    await context.storage.raiseHeads(reading.seen)
  }
}

/**
 * One page of the records of a model, by id. A record that cannot be opened, or that this device knows and the server does
 * not show, is a failed item: it does not hide the others.
 *
 * @throws LockstitchError `ERR_PROTOCOL` for a page that is out of order, `ERR_LOCKED`, `ERR_ABORTED`, and the codes of the
 * transport.
 */
export async function listPage(
  context: VaultContext,
  model: ModelSpec,
  after: string | null,
  limit: number,
  { from = 'server', signal, kid, onVerified }: SweepOptions,
): Promise<OpenedPage> {
  const session = requireSession(context)
  throwIfAborted(signal)
  if (from === 'device') return deviceRows(context, session, model, after, limit)
  const { records, next } = await context.server.listRecords(model.name, after, limit, kid)
  throwIfAborted(signal)
  const ids = checkOrder(records, after, next)
  const { account } = session.recordKeys
  const heads =
    kid === undefined
      ? await context.storage.listHeads(account, model.name, after, next)
      : await context.storage.readHeads(account, model.name, ids)
  const known = new Map(heads.flatMap((row) => (row === undefined ? [] : [[row.id, row] as const])))
  const reading = beginReading(context, session, model, onVerified)
  const items = await Promise.all(
    records.map(async (record, index) => {
      const id = ids[index] as string
      return hold(reading, await settleItem(id, () => openUnheld(reading, record, id)), known.get(id))
    }),
  )
  await context.storage.raiseHeads(reading.seen)
  const shown = new Set(ids)
  const missing = [...known.values()].filter((row) => row.state === 'live' && !shown.has(row.id))
  // This device may have saved while the answer was on its way, so what looks old or missing is asked for once more.
  const again = async (id: string): Promise<ItemResult<OpenedRecord>> =>
    settleItem(id, () =>
      load(context, model, id, {
        ...(signal && { signal }),
        ...(onVerified && { onVerified }),
      }),
    )
  const checked = await Promise.all(items.map(async (item) => (isOld(item) ? again(item.id) : item)))
  const asked = await Promise.all(missing.map(({ id }) => again(id)))
  return { items: [...checked, ...asked].filter((item) => !isDeleted(item)), next }
}

/** The newest verified head of a record; when this device knows none, the server's, which is remembered from then on. */
export async function currentHead(context: VaultContext, model: ModelSpec, id: string): Promise<RecordHead> {
  const session = requireSession(context)
  const place = [session.recordKeys.account, model.name, parseRecordId(id)] as const
  const base = await context.storage.readBase(place)
  if (base !== undefined) return base
  const reading = beginReading(context, session, model)
  const record = await context.server.getRecord(model.name, id)
  const verified = await verifyAs(reading, record, id)
  await remember(reading, record, undefined, verified)
  await context.storage.raiseHeads(reading.seen)
  return verified.head
}

async function getRecord(
  { server }: VaultContext,
  model: string,
  id: string,
  known: RecordHead | undefined,
): Promise<unknown> {
  try {
    return await server.getRecord(model, id)
  } catch (error) {
    const isNotShown = isLockstitchError(error) && error.code === 'ERR_RECORD_NOT_FOUND'
    throw isNotShown && known?.state === 'live' ? new LockstitchError('ERR_RECORD_MISSING') : error
  }
}

/** The ids of a page, which must rise and lie inside it. */
function checkOrder(records: readonly unknown[], after: string | null, next: string | null): string[] {
  const ids = records.map((record) => claimedId(record) ?? '')
  const bounds = next === null ? ids : [...ids, next]
  const isRising = bounds.every((id, index) => {
    const before = index === 0 ? (after ?? '') : (bounds[index - 1] as string)
    return index === bounds.length - 1 && next !== null ? id >= before : id > before
  })
  // A page that leads on without a record could be followed by others like it without an end.
  if (!isRising || (next !== null && ids.length === 0)) throw new LockstitchError('ERR_PROTOCOL')
  return ids
}

function claimedId(record: unknown): string | undefined {
  const id = (record as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id : undefined
}

function isOld(item: ItemResult<unknown>): item is ItemResult<never> & { ok: false; id: string } {
  return !item.ok && item.error.code === 'ERR_ROLLBACK'
}
