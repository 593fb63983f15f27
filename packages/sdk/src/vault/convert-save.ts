import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import { equalRecords } from '../records/convert-compare.ts'
import type { ItemResult, SaveResult } from './api.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import type { RecordHead } from '../records/keys.ts'
import { failedItem } from './items.ts'
import { saveResult } from './save-result.ts'
import type { VaultFlows } from './parts.ts'
import type { SealedNext } from './seal.ts'

/** What became of a converted record: written now, or there before. */
export interface ConvertedSave extends SaveResult {
  readonly isNew: boolean
}

/**
 * Writes converted records as first revisions. What this device or the server holds already is not written again: with the
 * same content it is there before, with another it is a conflict, and stays as it is.
 *
 * @throws LockstitchError storage codes; what is wrong with a single record is in its own result.
 */
export async function saveConverted(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  sealed: readonly ItemResult<SealedNext>[],
  records: readonly unknown[],
): Promise<ItemResult<ConvertedSave>[]> {
  const results = new Map<number, ItemResult<ConvertedSave>>()
  const fresh: { readonly index: number; readonly item: SealedNext }[] = []
  const known = await Promise.all(
    sealed.map(async (item, index) =>
      item.ok ? onDevice(flows, context, model, item.value, records[index]) : undefined,
    ),
  )
  for (const [index, item] of sealed.entries()) {
    const result = item.ok ? known[index] : item
    if (result !== undefined) results.set(index, result)
    else if (item.ok) fresh.push({ index, item: item.value })
  }
  // A run that was killed leaves the first of a chunk behind: asking for one record tells whether to ask for all.
  const [probe] = fresh
  const wasHere =
    probe !== undefined && (await onServer(flows, context, model, probe.item, records[probe.index])) !== undefined
  const missing: typeof fresh = []
  for (const one of fresh) {
    const shown = wasHere ? await onServer(flows, context, model, one.item, records[one.index]) : undefined
    if (shown === undefined) missing.push(one)
    else results.set(one.index, shown)
  }
  const written = await writeAll(
    flows,
    context,
    model,
    missing.map(({ item }) => item),
  )
  for (const [position, { index, item }] of missing.entries()) {
    const outcome = written[position] as ItemResult<SaveResult>
    results.set(index, await settle(flows, context, model, item, records[index], outcome))
  }
  return sealed.map((_, index) => results.get(index) as ItemResult<ConvertedSave>)
}

/** Writes all at once; one by one when another tab was faster with one of them, so that it stops no other. */
async function writeAll(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  items: readonly SealedNext[],
): Promise<ItemResult<SaveResult>[]> {
  const session = requireActiveSession(context)
  try {
    return await flows.write(context, session, model, items)
  } catch (error) {
    if (!isLockstitchError(error) || error.code !== 'ERR_CONFLICT') throw error
    if (items.length === 1) return [failedItem(items[0]?.record.id, error)]
    const outcomes: ItemResult<SaveResult>[] = []
    for (const item of items) outcomes.push(...(await writeAll(flows, context, model, [item])))
    return outcomes
  }
}

async function settle(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  item: SealedNext,
  record: unknown,
  outcome: ItemResult<SaveResult>,
): Promise<ItemResult<ConvertedSave>> {
  if (outcome.ok) return { ok: true, value: { ...outcome.value, isNew: true } }
  const { code } = outcome.error
  if (code !== 'ERR_CONFLICT' && code !== 'ERR_REJECTED_BY_SERVER') return outcome
  // The refused write is this call's own, and its source is still there: it must not wait for a user. Nobody else's goes.
  const place = [requireActiveSession(context).recordKeys.account, model.name, item.record.id] as const
  const rows = await context.storage.outboxOf(place)
  if (rows.every(({ hash }) => hash === item.head.hash)) await context.storage.discard(place)
  return code === 'ERR_CONFLICT' ? ((await onServer(flows, context, model, item, record)) ?? outcome) : outcome
}

/** What this device knows of the record: its head, or writes of it that wait or were refused. */
async function onDevice(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  { record: { id }, follows }: SealedNext,
  record: unknown,
): Promise<ItemResult<ConvertedSave> | undefined> {
  const session = requireActiveSession(context)
  const place = [session.recordKeys.account, model.name, id] as const
  const rows = await context.storage.outboxOf(place)
  if (rows.some(({ delivery }) => delivery !== 'waiting')) return failedItem(id, new LockstitchError('ERR_CONFLICT'))
  const base = follows === undefined ? undefined : await context.storage.readBase(place)
  if (base === undefined) return undefined
  const state = rows.length > 0 ? 'queued' : 'stored'
  return compared(model, id, base, state, record, () => flows.openRowRecord(session, model, base))
}

/** The record that the server shows; `undefined` when it shows none or cannot be asked. */
async function onServer(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  { record: { id } }: SealedNext,
  record: unknown,
): Promise<ItemResult<ConvertedSave> | undefined> {
  try {
    const opened = await flows.load(context, model, id, {})
    const head = await flows.currentHead(context, model, id)
    return await compared(model, id, head, 'stored', record, async () => opened)
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    if (error.code !== 'ERR_RECORD_NOT_FOUND') return error.retryable ? undefined : failedItem(id, error)
    // It was there and was deleted: that is what the device remembers of it now.
    const place = [requireActiveSession(context).recordKeys.account, model.name, id] as const
    const base = await context.storage.readBase(place)
    return base === undefined ? undefined : failedItem(id, new LockstitchError('ERR_CONFLICT'))
  }
}

async function compared(
  model: ModelSpec,
  id: string,
  head: RecordHead,
  state: SaveResult['state'],
  record: unknown,
  open: () => Promise<unknown>,
): Promise<ItemResult<ConvertedSave>> {
  try {
    if (equalRecords(model, record, await open()))
      return { ok: true, value: { ...saveResult(id, head, state), isNew: false } }
    return failedItem(id, new LockstitchError('ERR_CONFLICT'))
  } catch (error) {
    const isDeleted = isLockstitchError(error) && error.code === 'ERR_RECORD_NOT_FOUND'
    return failedItem(id, isDeleted ? new LockstitchError('ERR_CONFLICT') : error)
  }
}
