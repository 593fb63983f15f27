/** Records as this device keeps them: what it last saw or wrote. */
import { LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import type { RecordKeys } from '../records/keys.ts'
import { openFields, type VerifiedRecord, verifyRecord } from '../records/open-record.ts'
import { REVISION_MEMBER, revisionText } from '../records/revision-member.ts'
import type { HeadRow } from '../storage/database.ts'
import { openRow } from '../storage/local-box.ts'
import type { ItemResult } from './api.ts'
import type { VaultContext } from './context.ts'
import { settleItem } from './items.ts'
import type { Session } from './session.ts'

/** A record in clear. */
export type OpenedRecord = Record<string, unknown>

/** One page of a list. */
export interface OpenedPage {
  readonly items: ItemResult<OpenedRecord>[]
  readonly next: string | null
}

/** Opens the record inside a row of this device. */
export async function openRowRecord(session: Session, model: ModelSpec, row: HeadRow): Promise<OpenedRecord> {
  const verified = await verifyRecord(session.recordKeys, model, await openRow(session.accountKeys.local, row))
  if (verified.head.hash !== row.hash) throw new LockstitchError('ERR_STORAGE_TAMPERED')
  return openLive(session.recordKeys, model, verified)
}

/**
 * Opens a record that is proved.
 *
 * @throws LockstitchError `ERR_RECORD_NOT_FOUND` for a tombstone, and the codes of `openFields`.
 */
export async function openLive(keys: RecordKeys, model: ModelSpec, verified: VerifiedRecord): Promise<OpenedRecord> {
  if (verified.head.state === 'tombstone') throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  return { ...(await openFields(keys, model, verified)), [REVISION_MEMBER]: revisionText(verified.head) }
}

/**
 * The newest row of a record.
 *
 * @throws LockstitchError `ERR_RECORD_NOT_FOUND` when this device has none.
 */
export async function deviceRow(
  { storage }: VaultContext,
  { recordKeys }: Session,
  model: string,
  id: string,
): Promise<HeadRow> {
  const row = await storage.readBase([recordKeys.account, model, id])
  if (row === undefined) throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  return row
}

/** One page of the records of a model, by id. */
export async function deviceRows(
  { storage }: VaultContext,
  session: Session,
  model: ModelSpec,
  after: string | null,
  limit: number,
): Promise<OpenedPage> {
  const { account } = session.recordKeys
  const newest = new Map<string, HeadRow>()
  for (const row of await storage.listHeads(account, model.name, after, null)) newest.set(row.id, row)
  for (const row of await storage.listOutbox(account)) {
    const isHere = row.delivery === 'waiting' && row.model === model.name && (after === null || row.id > after)
    if (isHere) newest.set(row.id, row)
  }
  const rows = [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const page = rows.slice(0, limit)
  const items = await Promise.all(page.map((row) => settleItem(row.id, () => openRowRecord(session, model, row))))
  return {
    items: items.filter((item) => !isDeleted(item)),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** True for a record that its owner deleted. */
export function isDeleted(item: ItemResult<unknown>): boolean {
  return !item.ok && item.error.code === 'ERR_RECORD_NOT_FOUND'
}
