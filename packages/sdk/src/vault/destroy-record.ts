/**
 * Destroying one record. The keys of records follow from data keys, so that one goes only with every data key that it was ever sealed
 * under, and every other record must have left these before.
 */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import type { Erasure } from '../format/erasure.ts'
import { isEndToEnd, modelFields, type ModelSpec } from '../format/model.ts'
import { parseRecordId } from '../format/record-id.ts'
import type { Credential } from '../keys/credential.ts'
import type { VerifiedRecord } from '../records/open-record.ts'
import { throwIfAborted } from './abort.ts'
import { hasActiveKey, refreshAccount } from './account.ts'
import type { LongCallOptions } from './api.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import type { RecordDestructionReport } from './destroy-api.ts'
import {
  certify,
  checkNothingWaits,
  destroyKeys,
  forgetUnder,
  headsUnder,
  isErasedBefore,
  keptStates,
  livingKeys,
  proveUnreadable,
  type Sample,
} from './destroy-keys.ts'
import { rotate } from './keys.ts'
import { drain, remove } from './outbox.ts'
import { load } from './read.ts'
import { countRecords, filesUnder } from './record-counts.ts'
import type { RecordRef } from './record-ref.ts'
import type { Session } from './session.ts'

/** What is to be destroyed, and what may be moved for it. */
interface Target {
  readonly model: ModelSpec
  readonly id: string
  readonly models: readonly ModelSpec[]
}

/**
 * Destroys a record: deletes it, moves every other record from the keys of its classifications, and destroys those.
 *
 * @throws LockstitchError the codes of `Keys.destroy` for a record.
 */
export async function destroyRecord(
  context: VaultContext,
  record: RecordRef,
  models: readonly ModelSpec[],
  opener: Credential,
  options: LongCallOptions,
): Promise<RecordDestructionReport> {
  const model = models.find(({ name }) => name === record.model)
  if (model === undefined) throw new LockstitchError('ERR_VALUE_INVALID')
  const target: Target = { model, id: parseRecordId(record.id), models }
  // What waits may be of this record, or its deletion.
  await drain(context, options.signal)
  const { newest, isOpen } = await readNewest(context, target, options.signal)
  const { state } = (await refreshAccount(context, requireActiveSession(context))).account
  const classifications = classificationsOf(model, newest, state)
  await checkFree(context, target, kidsOf(state, classifications))
  throwIfAborted(options.signal)
  if (newest.head.state === 'live') {
    const deleted = await remove(context, model, target.id, options.signal)
    if (deleted.state !== 'stored') throw new LockstitchError('ERR_OFFLINE')
  }
  // From here on the record is sealed under no key any more, so that all keys it ever had are among those of now.
  const from = (await refreshAccount(context, requireActiveSession(context))).account.state
  const doomed = kidsOf(from, classifications)
  const resealed = await moveOthers(context, target, { classifications, doomed }, options)
  return context.exclusive(`keys/${from.account}`, async () => {
    await refreshAccount(context, requireActiveSession(context))
    await checkFree(context, target, doomed)
    await destroyKeys(context, opener, {
      keys: (now) => livingKeys(now).filter(({ kid }) => doomed.has(kid)),
      check: (session, kids) => checkAbandoned(context, session, kids),
    })
    const sample: Sample | undefined = isOpen ? { model, record: newest } : undefined
    const under = new Set<string>(newest.parsed.sealed.map(({ envelope }) => envelope.kid))
    const samples = new Map(sample === undefined ? [] : [...under].map((kid) => [kid, sample]))
    const proofs = await proveUnreadable(context, [...doomed], samples)
    const now = requireActiveSession(context)
    const kept = await keptStates(context, now)
    const did = kept.findLast(({ state: { erased } }) => erased?.kids.some((kid) => doomed.has(kid)))
    if (did === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
    await forgetUnder(context, doomed)
    // All that are gone by then: what a call that was broken off destroyed is among them.
    const isGone = (key: KeyringEntry): boolean =>
      classifications.includes(key.classification) && key.state === 'destroyed'
    const kids = did.state.keyring.filter(isGone).map(({ kid }) => kid)
    const place = { model: model.name, id: target.id }
    return {
      record: place,
      classifications,
      kids,
      destroyedAt: new Date((did.state.erased as Erasure).time),
      resealed,
      proofs,
      isHistoryErased: isErasedBefore(kept, did),
      certificate: await certify(now, did, { record: place }, kids),
    }
  })
}

/** The newest revision that the server shows, proved, which may be the deletion; and whether it opens. */
async function readNewest(
  context: VaultContext,
  { model, id }: Target,
  signal: AbortSignal | undefined,
): Promise<{ readonly newest: VerifiedRecord; readonly isOpen: boolean }> {
  let newest: VerifiedRecord | undefined
  const onVerified = (record: VerifiedRecord): void => void (newest = record)
  try {
    await load(context, model, id, { onVerified, ...(signal === undefined ? {} : { signal }) })
    return { newest: newest as unknown as VerifiedRecord, isOpen: true }
  } catch (error) {
    // A deletion is no record; one that does not open any more can be destroyed like any other.
    if (newest === undefined || !isLockstitchError(error) || !UNREADABLE.has(error.code)) throw error
    return { newest, isOpen: false }
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(['ERR_RECORD_NOT_FOUND', 'ERR_KEY_UNKNOWN', 'ERR_OPEN_FAILED'])

/**
 * What the model seals end to end, and what the record is sealed under, as far as there is a key.
 *
 * @throws LockstitchError `ERR_KEY_UNKNOWN` when it is nothing.
 */
function classificationsOf(model: ModelSpec, { parsed }: VerifiedRecord, state: AccountState): Classification[] {
  const kids = new Set<string>(parsed.sealed.map(({ envelope }) => envelope.kid))
  const found = new Set<string>([
    ...modelFields(model).flatMap(({ field }) => (isEndToEnd(field) ? [field.classification] : [])),
    ...state.keyring.flatMap(({ kid, classification }) => (kids.has(kid) ? [classification] : [])),
  ])
  const all = [...new Set(state.keyring.map(({ classification }) => classification))]
  const used = all.filter((one) => found.has(one) && hasActiveKey(state, one))
  if (used.length === 0) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return used
}

/** The keys of the classifications that are not destroyed. */
function kidsOf(state: AccountState, classifications: readonly Classification[]): ReadonlySet<string> {
  const isOf = ({ classification }: KeyringEntry): boolean => classifications.includes(classification)
  return new Set(
    livingKeys(state)
      .filter(isOf)
      .map(({ kid }) => kid),
  )
}

/**
 * Checks that nothing lies under the keys that is not moved: files, records of models that were not named, writes that were
 * refused.
 */
async function checkFree(
  context: VaultContext,
  { model, id, models }: Target,
  kids: ReadonlySet<string>,
): Promise<void> {
  const names = new Set(models.map(({ name }) => name))
  const counts = await countRecords(context.server)
  const isUsed = counts.keys.some((count) => kids.has(count.kid) && !names.has(count.model) && count.records > 0)
  if (isUsed || [...kids].some((kid) => filesUnder(counts, kid) > 0)) throw new LockstitchError('ERR_KEY_IN_USE')
  const session = requireActiveSession(context)
  // What this device knows counts as well: a server may say that there is nothing.
  const heads = await headsUnder(context, session, kids)
  if (heads.some((head) => !names.has(head.model))) throw new LockstitchError('ERR_KEY_IN_USE')
  await checkNothingWaits(
    context,
    session,
    kids,
    (row) => row.delivery !== 'waiting' && (row.model !== model.name || row.id !== id),
  )
}

/** Rotates each classification until its active key is a new one. Gives how many records were sealed anew. */
async function moveOthers(
  context: VaultContext,
  { models }: Target,
  {
    classifications,
    doomed,
  }: { readonly classifications: readonly Classification[]; readonly doomed: ReadonlySet<string> },
  { signal, onProgress }: LongCallOptions,
): Promise<number> {
  let resealed = 0
  let before = 0
  for (const classification of classifications) {
    let isNew = false
    while (!isNew) {
      let last = 0
      const report = await rotate(
        context,
        { classification, models: models as never },
        {
          ...(signal === undefined ? {} : { signal }),
          onProgress({ done, total = done }) {
            last = total
            onProgress?.({ done: before + done, total: before + total })
          },
        },
      )
      before += last
      resealed += report.resealed
      if (!report.isComplete || report.waiting.length > 0) throw new LockstitchError('ERR_KEY_IN_USE')
      // One that was under way is ended first; whether the record lay under its new key, nobody can tell.
      isNew = !doomed.has(report.kid)
    }
  }
  return resealed
}

/**
 * Checks that nothing is left under the keys, by what this device knows and by what the server says now.
 *
 * @throws LockstitchError `ERR_KEY_IN_USE`, `ERR_KEY_WAITING`, `ERR_CONFLICT` when another device made one of them active again.
 */
async function checkAbandoned(context: VaultContext, session: Session, kids: ReadonlySet<string>): Promise<void> {
  const isActive = session.account.state.keyring.some(({ kid, state }) => kids.has(kid) && state === 'active')
  if (isActive) throw new LockstitchError('ERR_CONFLICT')
  const counts = await countRecords(context.server)
  const isUsed = counts.keys.some(({ kid, records }) => kids.has(kid) && records > 0)
  const isKnown = (await headsUnder(context, session, kids)).length > 0
  if (isUsed || isKnown) throw new LockstitchError('ERR_KEY_IN_USE')
  await checkNothingWaits(context, session, kids)
}
