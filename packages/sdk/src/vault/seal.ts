import { LockstitchError } from '../errors.ts'
import type { Classification } from '../format/classification.ts'
import { isEndToEnd, modelFields, type ModelSpec } from '../format/model.ts'
import { generateUuid } from '../crypto/uuid.ts'
import type { SignedAccountState } from '../keys/account-state.ts'
import type { RecordHead } from '../records/keys.ts'
import { classificationsOf, idOf, revisionOf, type SealedRecord, sealRecord } from '../records/seal-record.ts'
import { throwIfAborted } from './abort.ts'
import { ensureDataKeys, hasActiveKey } from './account.ts'
import type { ItemResult } from './api.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import { mapInWindows, settleItem } from './items.ts'

/** A sealed record and the head it was sealed to follow. */
export interface SealedNext extends SealedRecord {
  readonly follows: RecordHead | undefined
}

/**
 * Seals records as the next revision each of what this device knows of them. Nothing is stored or sent.
 *
 * @throws LockstitchError `ERR_LOCKED`, `ERR_ACCOUNT_PENDING`, `ERR_ABORTED`, and the codes of `ensureDataKeys`; what is
 * wrong with a single record is in its own result.
 */
export async function sealBatch(
  context: VaultContext,
  model: ModelSpec,
  records: readonly unknown[],
  signal?: AbortSignal,
): Promise<ItemResult<SealedNext>[]> {
  const { account } = requireActiveSession(context)
  throwIfAborted(signal)
  await ensureDataKeys(context, neededClassifications(account, model, records))
  const { recordKeys } = requireActiveSession(context)
  const known = await readBases(context, recordKeys.account, model, records)
  const heads = new Map<string, Promise<RecordHead | undefined>>()
  const settled = await mapInWindows(records, (record) => {
    let id: string | undefined
    return settleItem(undefined, async () => {
      id = idOf(record) ?? generateUuid()
      // A record that stands twice in a batch becomes two revisions, in their order.
      const { newest, seen = 0 } = known.get(id) ?? {}
      const base = heads.get(id) ?? Promise.resolve(newest)
      const opened = revisionOf(record)
      const sealing = base.then(async (follows) => {
        // What was opened is not what would be followed: somebody was faster, and what they wrote is not written over.
        const isFollowing = opened === undefined || (opened > seen && isNewest(context, opened, follows))
        if (!isFollowing) throw new LockstitchError('ERR_CONFLICT')
        return { ...(await sealRecord(recordKeys, model, record, id as string, follows)), follows }
      })
      const next = sealing.then(
        ({ head }) => head,
        () => base,
      )
      // Only a record of the same id asks for it; what failed is the result of this one already.
      next.catch(() => undefined)
      heads.set(id, next)
      return sealing
    }).then((result) => (result.ok || id === undefined ? result : { ...result, id }))
  })
  throwIfAborted(signal)
  return settled
}

/** What this device knows of a record. */
interface Known {
  /** What the next revision follows. */
  readonly newest: RecordHead
  /** Where that only waits: the stored revision that was seen meanwhile. Up to it a number can mean either of them. */
  readonly seen?: number
}

/** What this device knows of the records that say their id. */
async function readBases(
  { storage }: VaultContext,
  account: string,
  model: ModelSpec,
  records: readonly unknown[],
): Promise<ReadonlyMap<string, Known>> {
  const ids = records.flatMap((record) => {
    const { id } = (record ?? {}) as { id?: unknown }
    return typeof id === 'string' ? [id] : []
  })
  const bases = ids.length === 0 ? [] : await storage.readBases(account, model.name, ids)
  const isWaiting = bases.some((base) => base !== undefined && 'delivery' in base)
  const heads = isWaiting ? await storage.readHeads(account, model.name, ids) : []
  const known = ids.flatMap((id, index): [string, Known][] => {
    const newest = bases[index]
    const head = heads[index]
    if (newest === undefined) return []
    return [[id, head === undefined || head.hash === newest.hash ? { newest } : { newest, seen: head.revision }]]
  })
  return new Map(known)
}

/** Whether a revision says what the newest one says: it is that one, or was only sealed anew since. */
function isNewest({ resealed }: VaultContext, opened: number, newest: RecordHead | undefined): boolean {
  if (newest === undefined) return false
  return opened <= newest.revision && opened >= (resealed.get(newest.hash) ?? newest.revision)
}

/** What needs a key: the records are looked into only where the model has a field whose key is missing. */
function neededClassifications(
  { state }: SignedAccountState,
  model: ModelSpec,
  records: readonly unknown[],
): ReadonlySet<Classification> {
  const needed = new Set<Classification>()
  const fields = modelFields(model).filter(({ field }) => isEndToEnd(field))
  if (fields.every(({ field }) => hasActiveKey(state, field.classification))) return needed
  for (const record of records) {
    try {
      for (const classification of classificationsOf(model, record)) needed.add(classification)
    } catch {
      // What is wrong with this record becomes its own result when it is sealed.
    }
  }
  return needed
}
