/**
 * Waiting writes that cannot be sent as they were sealed: their key is not active any more, or the revision that they follow
 * was only sealed anew by a rotation. They are sealed again on the device, in their order, and nobody is asked.
 */
import { encodeBase64url } from '../bytes/base64url.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { parseManifest } from '../format/manifest.ts'
import type { ModelSpec } from '../format/model.ts'
import { equalRecords } from '../records/convert-compare.ts'
import type { RecordHead } from '../records/keys.ts'
import { sealRecord, sealTombstone } from '../records/seal-record.ts'
import type { HeadRow, OutboxRow } from '../storage/database.ts'
import { openRow, sealRow } from '../storage/local-box.ts'
import { openModel } from '../storage/local-model.ts'
import { noteResealed, type VaultContext } from './context.ts'
import { load } from './read.ts'
import { type OpenedRecord, openRowRecord } from './read-device.ts'
import type { Session } from './session.ts'

/**
 * Seals the waiting writes of a record again under the active keys. Where the record's writes have changed meanwhile nothing
 * happens, and the caller looks again.
 *
 * @returns Why it cannot be: the write then needs the user.
 * @throws LockstitchError storage codes.
 */
export async function renewWrites(
  context: VaultContext,
  session: Session,
  row: OutboxRow,
): Promise<LockstitchError | undefined> {
  try {
    const model = await openModel(session.accountKeys.local, row)
    // Written before models were kept: the app has to open it and save it again.
    if (model === undefined) return new LockstitchError('ERR_KEY_STATE')
    const rows = await waitingWrites(context, row)
    await replaceWrites(context, session, model, rows, rows, rows[0]?.base, await followedBy(session, rows[0]))
    return undefined
  } catch (error) {
    return onItsOwn(error)
  }
}

/**
 * Looks into a conflict. When what the server has is the write itself, whose answer was lost, or what the write follows, sealed
 * anew, it is none: the writes of the record are sealed again to follow it.
 *
 * @returns The head as which the first of them is stored already, if it is; `undefined` for a conflict.
 * @throws LockstitchError the codes of the transport after which it can be tried again, and storage codes.
 */
export async function settleConflict(
  context: VaultContext,
  session: Session,
  row: OutboxRow,
): Promise<{ readonly stored?: RecordHead } | undefined> {
  const { storage } = context
  const { account } = session.recordKeys
  try {
    const model = await openModel(session.accountKeys.local, row)
    const rows = await waitingWrites(context, row)
    const [first] = rows
    if (model === undefined || first?.sequence !== row.sequence) return undefined
    const shown = await loadLive(context, model, row.id)
    const head = (await storage.readHeads(account, model.name, [row.id]))[0]
    // Nothing new is shown: then the server made the conflict up.
    if (head === undefined || head.hash === first.base?.hash) return undefined
    const current = context.session ?? session
    const isShown = async (known: HeadRow): Promise<boolean> =>
      known.state === head.state &&
      (shown === undefined || equalRecords(model, shown, await openRowRecord(current, model, known)))
    if (await isShown(first)) {
      await replaceWrites(context, current, model, rows, rows.slice(1), head)
      noteResealed(context, first, head)
      return { stored: head }
    }
    const { base } = first
    const isBase = base !== undefined && (await followedBy(current, first))?.hash === base.hash
    if (!isBase || !(await isShown(base))) return undefined
    await replaceWrites(context, current, model, rows, rows, head)
    return {}
  } catch (error) {
    if (isLockstitchError(error) && error.retryable) throw error
    if (onItsOwn(error) === undefined) return {}
    return undefined
  }
}

/** Makes waiting writes of a record follow a revision that says the same as the one that they followed. */
export async function moveWrites(
  context: VaultContext,
  session: Session,
  rows: readonly OutboxRow[],
  from: string,
  to: HeadRow,
): Promise<void> {
  const [first] = rows
  try {
    const model = first && (await openModel(session.accountKeys.local, first))
    if (model === undefined || (await followedBy(session, first))?.hash !== from) return
    await replaceWrites(context, session, model, rows, rows, to)
  } catch (error) {
    // What cannot be moved meets its conflict when it is sent.
    onItsOwn(error)
  }
}

async function waitingWrites({ storage }: VaultContext, { account, model, id }: OutboxRow): Promise<OutboxRow[]> {
  return (await storage.outboxOf([account, model, id])).filter(({ delivery }) => delivery === 'waiting')
}

/** The revision that a write says it follows. */
async function followedBy({ accountKeys }: Session, row: OutboxRow | undefined): Promise<RecordHead | undefined> {
  if (row === undefined || row.revision === 1) return undefined
  const { $seal } = (await openRow(accountKeys.local, row)) as { $seal: unknown }
  return { revision: row.revision - 1, hash: encodeBase64url(parseManifest($seal).previous), state: 'live' }
}

async function replaceWrites(
  context: VaultContext,
  session: Session,
  model: ModelSpec,
  before: readonly OutboxRow[],
  kept: readonly OutboxRow[],
  base: HeadRow | undefined,
  follows: RecordHead | undefined = base,
): Promise<void> {
  const { accountKeys, recordKeys } = session
  const after: OutboxRow[] = []
  let previous = follows
  let known = base
  for (const row of kept) {
    const { account, id } = row
    const isLive = row.state === 'live'
    const sealed = isLive
      ? await sealRecord(recordKeys, model, await openRowRecord(session, model, row), id, previous)
      : await sealTombstone(recordKeys, model, id, previous as RecordHead)
    const columns = { account, model: model.name, id, ...sealed.head }
    const renewed = await sealRow(accountKeys.local, columns, sealed.record)
    after.push({ ...row, ...renewed, ...(known === undefined ? {} : { base: known }) })
    previous = sealed.head
    known = renewed
  }
  await context.storage.replaceWaiting(before, after)
  for (const [at, row] of kept.entries()) noteResealed(context, row, after[at] as OutboxRow)
}

async function loadLive(context: VaultContext, model: ModelSpec, id: string): Promise<OpenedRecord | undefined> {
  try {
    return await load(context, model, id, {})
  } catch (error) {
    if (isLockstitchError(error) && error.code === 'ERR_RECORD_NOT_FOUND') return undefined
    throw error
  }
}

/** What is wrong with the write itself; nothing when another tab was faster. Storage that fails is not the write's fault. */
function onItsOwn(error: unknown): LockstitchError | undefined {
  if (!isLockstitchError(error) || error.code === 'ERR_STORAGE_LOST' || error.code === 'ERR_STORAGE_QUOTA') throw error
  return error.code === 'ERR_CONFLICT' ? undefined : error
}
