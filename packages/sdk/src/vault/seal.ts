import { LockstitchError } from '../errors.ts'
import type { Classification } from '../format/classification.ts'
import { isEndToEnd, modelFields, type ModelSpec } from '../format/model.ts'
import { generateUuid } from '../crypto/uuid.ts'
import type { SignedAccountState } from '../keys/account-state.ts'
import type { RecordHead } from '../records/keys.ts'
import { revisionOf, revisionText } from '../records/revision-member.ts'
import { classificationsOf, idOf, type SealedRecord, sealRecord } from '../records/seal-record.ts'
import { throwIfAborted } from './abort.ts'
import { ensureDataKeys, hasActiveKey } from './account.ts'
import type { ItemResult } from './api.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import { mapInWindows, settleItem } from './items.ts'
import { share, SHARED_WINDOW } from './share.ts'

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
  const seal = (record: unknown, id: string, follows: RecordHead | undefined): Promise<SealedRecord> =>
    share(
      context,
      recordKeys,
      { model, job: { verb: 'seal', record, id, follows } },
      () => sealRecord(recordKeys, model, record, id, follows),
      (sealed) => sealed,
    )
  const heads = new Map<string, Promise<RecordHead | undefined>>()
  const settled = await mapInWindows(
    records,
    (record) => {
      let id: string | undefined
      return settleItem(undefined, async () => {
        id = idOf(record) ?? generateUuid()
        // A record that stands twice in a batch becomes two revisions, in their order.
        const base = heads.get(id) ?? Promise.resolve(known.get(id))
        const opened = revisionOf(record)
        const sealing = base.then(async (follows) => {
          // What was opened is not what would be followed: somebody was faster, and what they wrote is not written over.
          if (opened !== undefined && !saysSame(context, opened, follows)) throw new LockstitchError('ERR_CONFLICT')
          return { ...(await seal(record, id as string, follows)), follows }
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
    },
    context.second && SHARED_WINDOW,
  )
  throwIfAborted(signal)
  return settled
}

/** What the next revisions of the records follow that say their id, as far as this device knows. */
async function readBases(
  { storage }: VaultContext,
  account: string,
  model: ModelSpec,
  records: readonly unknown[],
): Promise<ReadonlyMap<string, RecordHead>> {
  const ids = records.flatMap((record) => {
    const { id } = (record ?? {}) as { id?: unknown }
    return typeof id === 'string' ? [id] : []
  })
  const bases = ids.length === 0 ? [] : await storage.readBases(account, model.name, ids)
  return new Map(ids.flatMap((id, index) => (bases[index] === undefined ? [] : [[id, bases[index]] as const])))
}

/** Whether a revision says what the newest one says: it is that one, or the newest was only sealed anew since. */
function saysSame({ resealed }: VaultContext, opened: string, newest: RecordHead | undefined): boolean {
  if (newest === undefined) return false
  return opened === revisionText(newest) || resealed.get(newest.hash)?.has(opened) === true
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
