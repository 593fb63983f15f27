/** Records of the server, each proved, opened, and held against the newest revision that this device has seen. */
import { encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import type { RecordHead } from '../records/keys.ts'
import { type VerifiedRecord, verifyRecord } from '../records/open-record.ts'
import type { HeadRow } from '../storage/database.ts'
import { proveRow, sealRow } from '../storage/local-box.ts'
import { refreshAccount } from './account.ts'
import type { ItemResult } from './api.ts'
import type { VaultContext } from './context.ts'
import { settleItem } from './items.ts'
import { type OpenedRecord, openLive } from './read-device.ts'
import type { SeenOpened } from './second-api.ts'
import type { Session } from './session.ts'

/** One call that reads records from the server. */
export interface Reading {
  readonly session: Session
  readonly model: ModelSpec
  /** Heads that are new to this device. */
  readonly seen: HeadRow[]
  /** The session with the keys that another device may have added; asked for once, whatever the number of records. */
  readonly refreshed: () => Promise<Session>
  /** Told every record that is proved and fresh, before it is given out. */
  readonly onVerified: ((verified: VerifiedRecord) => void) | undefined
}

/** Begins a call that reads records. */
export function beginReading(
  context: VaultContext,
  session: Session,
  model: ModelSpec,
  onVerified?: Reading['onVerified'],
): Reading {
  let refreshing: Promise<Session> | undefined
  return { session, model, onVerified, seen: [], refreshed: () => (refreshing ??= refreshAccount(context, session)) }
}

/** A record that is proved and opened, and not yet held against what this device has seen: to be given to nobody. */
export interface Unheld {
  readonly record: unknown
  readonly verified: VerifiedRecord
  /** Why it could not be opened, or what it says; a tombstone says nothing. */
  readonly opened: ItemResult<OpenedRecord | undefined>
}

/**
 * Proves a record and opens it, whether or not it is fresh.
 *
 * @throws LockstitchError the codes of `verifyRecord`, and `ERR_OPEN_FAILED` for a record of another id than was expected.
 */
export async function openUnheld(reading: Reading, record: unknown, expectedId?: string): Promise<Unheld> {
  const { session, model } = reading
  const verified = await verifyAs(reading, record, expectedId)
  const isLive = verified.head.state === 'live'
  const opened = await settleItem(undefined, async () =>
    isLive ? openLive(session.recordKeys, model, verified) : undefined,
  )
  return { record, verified, opened }
}

/** What the second thread proved and opened. It lacks what only callers of `onVerified` look at, and those share nothing. */
export function unheldOf(record: unknown, { opened, ...seen }: SeenOpened): Unheld {
  return { record, verified: seen as VerifiedRecord, opened: { ok: true, value: opened } }
}

/**
 * Proves a record.
 *
 * @throws LockstitchError as {@link openUnheld}.
 */
export async function verifyAs(
  { session, model }: Reading,
  record: unknown,
  expectedId?: string,
): Promise<VerifiedRecord> {
  const verified = await verifyRecord(session.recordKeys, model, record)
  if (expectedId !== undefined && verified.parsed.id !== expectedId) throw new LockstitchError('ERR_OPEN_FAILED')
  return verified
}

/** The result of {@link holdAgainst}, for a record that could be proved. */
export async function hold(
  reading: Reading,
  item: ItemResult<Unheld>,
  row: HeadRow | undefined,
): Promise<ItemResult<OpenedRecord>> {
  if (!item.ok) return item
  return settleItem(item.value.verified.parsed.id, () => holdAgainst(reading, item.value, row))
}

/**
 * The record in clear, once it is known to be as new as the row that this device has of it.
 *
 * @throws LockstitchError `ERR_ROLLBACK`, `ERR_RECORD_NOT_FOUND` for a tombstone, `ERR_STORAGE_TAMPERED`, and what kept the
 * record from being opened.
 */
export async function holdAgainst(
  reading: Reading,
  { record, verified, opened }: Unheld,
  row: HeadRow | undefined,
): Promise<OpenedRecord> {
  const known = await authentic(reading.session, row)
  checkFresh(known, verified)
  reading.onVerified?.(verified)
  const value = opened.ok ? opened.value : await openAgain(reading, verified, opened.error)
  // Not before: what cannot be opened must not take the place of what could.
  await remember(reading, record, known, verified)
  if (value === undefined) throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  return value
}

async function openAgain(
  { model, refreshed }: Reading,
  verified: VerifiedRecord,
  error: LockstitchError,
): Promise<OpenedRecord> {
  // The record is the owner's own, so its key is in the owner's keyring, in a state that this session has not seen.
  if (error.code !== 'ERR_KEY_UNKNOWN') throw error
  return openLive((await refreshed()).recordKeys, model, verified)
}

/** Notes a head that is new to this device. */
export async function remember(
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

/**
 * The row, which counts only once it is proved to be this account's own.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` when it is not.
 */
export async function authentic({ accountKeys }: Session, row: HeadRow | undefined): Promise<RecordHead | undefined> {
  if (row !== undefined) await proveRow(accountKeys.local, row)
  return row
}
