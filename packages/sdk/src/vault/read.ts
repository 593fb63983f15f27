import { encodeBase64url } from '../bytes/base64url.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import { parseRecordId } from '../format/record-id.ts'
import type { RecordHead } from '../records/keys.ts'
import { type VerifiedRecord, verifyRecord } from '../records/open-record.ts'
import type { HeadRow } from '../storage/database.ts'
import { proveRow, sealRow } from '../storage/local-box.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { ItemResult, ReadOptions } from './api.ts'
import { requireSession, type VaultContext } from './context.ts'
import { mapInWindows, settleItem } from './items.ts'
import {
  deviceRow,
  deviceRows,
  isDeleted,
  type OpenedPage,
  type OpenedRecord,
  openLive,
  openRowRecord,
} from './read-device.ts'
import type { Session } from './session.ts'

/** Records that are opened between two writes of what was seen. */
const STEP = 128

/** What the parts of the vault that look after keys ask of a reading beside. */
export interface SweepOptions extends ReadOptions {
  /** Only the records that the server says are sealed under this key. */
  readonly kid?: string
  /** Told every record that is proved and fresh, before it is opened. */
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
  const known = await context.storage.readHeads(
    session.recordKeys.account,
    model.name,
    records.map((record) => claimedId(record) ?? ''),
  )
  const reading = beginReading(context, session, model)
  const results: ItemResult<OpenedRecord>[] = []
  const raising: Promise<void>[] = []
  for (let start = 0; start < records.length; start += STEP) {
    const step = records.slice(start, start + STEP)
    const open = (record: unknown, index: number): Promise<ItemResult<OpenedRecord>> =>
      settleItem(claimedId(record), async () =>
        openKnown(reading, record, await authentic(session, known[start + index])),
      )
    results.push(...(await mapInWindows(step, open)))
    throwIfAborted(signal)
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
  const known = await authentic(
    session,
    (await context.storage.readHeads(session.recordKeys.account, model.name, [id]))[0],
  )
  const record = await getRecord(context, model.name, id, known)
  throwIfAborted(signal)
  const reading = beginReading(context, session, model, onVerified)
  try {
    return await openKnown(reading, record, known, id)
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
    records.map((record, index) => {
      const id = ids[index] as string
      return settleItem(id, async () => openKnown(reading, record, await authentic(session, known.get(id)), id))
    }),
  )
  await context.storage.raiseHeads(reading.seen)
  const shown = new Set(ids)
  const missing = [...known.values()].filter((row) => row.state === 'live' && !shown.has(row.id))
  // This device may have saved while the answer was on its way, so what looks old or missing is asked for once more.
  const again = async (id: string): Promise<ItemResult<OpenedRecord>> =>
    settleItem(id, () =>
      load(context, model, id, {
        ...(signal === undefined ? {} : { signal }),
        ...(onVerified === undefined ? {} : { onVerified }),
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
  const verified = await verifyKnown(reading, record, undefined, id)
  await remember(reading, record, undefined, verified)
  await context.storage.raiseHeads(reading.seen)
  return verified.head
}

/** One call that reads records from the server. */
interface Reading {
  readonly session: Session
  readonly model: ModelSpec
  /** Heads that are new to this device. */
  readonly seen: HeadRow[]
  /** The session with the keys that another device may have added; asked for once, whatever the number of records. */
  readonly refreshed: () => Promise<Session>
  readonly onVerified: SweepOptions['onVerified']
}

function beginReading(
  context: VaultContext,
  session: Session,
  model: ModelSpec,
  onVerified?: SweepOptions['onVerified'],
): Reading {
  let refreshing: Promise<Session> | undefined
  return { session, model, onVerified, seen: [], refreshed: () => (refreshing ??= refreshAccount(context, session)) }
}

async function openKnown(
  reading: Reading,
  record: unknown,
  known: RecordHead | undefined,
  expectedId?: string,
): Promise<OpenedRecord> {
  const verified = await verifyKnown(reading, record, known, expectedId)
  const opened = verified.head.state === 'live' ? await openNewest(reading, verified) : undefined
  // Not before: what cannot be opened must not take the place of what could.
  await remember(reading, record, known, verified)
  if (opened === undefined) throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  return opened
}

async function openNewest({ session, model, refreshed }: Reading, verified: VerifiedRecord): Promise<OpenedRecord> {
  try {
    return await openLive(session.recordKeys, model, verified)
  } catch (error) {
    // The record is the owner's own, so its key is in the owner's keyring, in a state that this session has not seen.
    if (!isLockstitchError(error) || error.code !== 'ERR_KEY_UNKNOWN') throw error
    return openLive((await refreshed()).recordKeys, model, verified)
  }
}

async function verifyKnown(
  { session, model, onVerified }: Reading,
  record: unknown,
  known: RecordHead | undefined,
  expectedId?: string,
): Promise<VerifiedRecord> {
  const verified = await verifyRecord(session.recordKeys, model, record)
  if (expectedId !== undefined && verified.parsed.id !== expectedId) throw new LockstitchError('ERR_OPEN_FAILED')
  checkFresh(known, verified)
  onVerified?.(verified)
  return verified
}

async function remember(
  { session, model, seen }: Reading,
  record: unknown,
  known: RecordHead | undefined,
  { parsed, head }: VerifiedRecord,
): Promise<void> {
  if (known?.hash === head.hash) return
  const columns = { account: session.recordKeys.account, model: model.name, id: parsed.id, ...head }
  seen.push(await sealRow(session.accountKeys.local, columns, record))
}

/** What this device has seen never becomes older, and its next revision follows it. */
function checkFresh(known: RecordHead | undefined, { parsed, head }: VerifiedRecord): void {
  if (known === undefined || known.hash === head.hash) return
  const isNext = head.revision === known.revision + 1
  const follows = encodeBase64url(parsed.manifest.previous) === known.hash
  if (head.revision <= known.revision || (isNext && !follows)) throw new LockstitchError('ERR_ROLLBACK')
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

/** A row counts only once it is proved to be this account's own. */
async function authentic({ accountKeys }: Session, row: HeadRow | undefined): Promise<RecordHead | undefined> {
  if (row !== undefined) await proveRow(accountKeys.local, row)
  return row
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
