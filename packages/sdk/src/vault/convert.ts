/** Conversion of another system's records: every one is opened, sealed, opened again and compared before it counts. */
import { type ErrorCode, LockstitchError } from '../errors.ts'
import type { Classification } from '../format/classification.ts'
import { isEndToEnd, type ModelSpec, modelFields } from '../format/model.ts'
import { generateNextDataKey } from '../keys/data-key.ts'
import { openKeyring } from '../keys/keyring.ts'
import { equalRecords } from '../records/convert-compare.ts'
import { createForeignOpener } from '../interop/open-foreign.ts'
import { type ConvertedRecord, convertRecord, type OpenValue } from '../records/convert-record.ts'
import type { RecordKeys } from '../records/keys.ts'
import { openFields, verifyRecord } from '../records/open-record.ts'
import { type SealedRecord, sealRecord } from '../records/seal-record.ts'
import { checkKeys, parseMapping } from '../schema/conversion.ts'
import { throwIfAborted } from './abort.ts'
import type { ConversionItem, ConversionOrder, ConversionResult, ItemResult } from './api.ts'
import { requireActiveSession, type VaultContext } from './context.ts'
import { saveConverted } from './convert-save.ts'
import { mapInWindows, settleItem } from './items.ts'
import type { VaultFlows } from './parts.ts'
import type { SealedNext } from './seal.ts'
import type { Session } from './session.ts'

/** A source record that was read, with the record it became. */
interface Read {
  readonly index: number
  readonly converted: ConvertedRecord
}

/**
 * Converts records of another system, a result for each, in their order. One that fails does not stop the others.
 *
 * @throws LockstitchError `ERR_LOCKED`, `ERR_ACCOUNT_PENDING`, `ERR_ABORTED`, `ERR_KEY_UNKNOWN` when a format of the mapping
 * has no keys, the codes of `ensureDataKeys` and storage codes.
 * @throws TypeError for a mapping or keys that are not of their form.
 */
export async function convertBatch(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  items: readonly ConversionItem[],
  order: ConversionOrder,
  signal?: AbortSignal,
): Promise<ConversionResult[]> {
  requireActiveSession(context)
  throwIfAborted(signal)
  const { keys, mode } = order
  const mapping = parseMapping(model, order.mapping)
  checkKeys(mapping, keys)
  const plan = { model, mapping, keys, open: createForeignOpener() as OpenValue }
  const read = await mapInWindows(items, async ({ index, source }): Promise<Read> => ({
    index,
    converted: await convertRecord(plan, source),
  }))
  throwIfAborted(signal)
  const results = new Map<number, ConversionResult>()
  let left = read.filter(({ converted }) => converted.record !== undefined)
  while (left.length > 0) {
    const [first, again] = splitRepeated(left)
    for (const result of await finish(flows, context, model, mode, first, signal)) results.set(result.index, result)
    if (mode === 'save') left = again
    else {
      // Only a store can tell whether the second of an id is the same: here it would be a second first revision.
      for (const { index, converted } of again) results.set(index, failed(index, converted, 'ERR_CONFLICT'))
      left = []
    }
  }
  return read.map(({ index, converted }) => results.get(index) ?? failed(index, converted))
}

async function finish(
  flows: VaultFlows,
  context: VaultContext,
  model: ModelSpec,
  mode: ConversionOrder['mode'],
  read: readonly Read[],
  signal: AbortSignal | undefined,
): Promise<ConversionResult[]> {
  const records = read.map(({ converted }) => converted.record)
  const sealed: ItemResult<Sealed>[] =
    mode === 'check' ? await sealForCheck(context, model, read) : await flows.sealBatch(context, model, records, signal)
  const keys = mode === 'check' ? undefined : requireActiveSession(context).recordKeys
  const proved = await mapInWindows(sealed, async (item, index) =>
    item.ok ? prove(item.value.keys ?? (keys as RecordKeys), model, item.value, records[index]) : item,
  )
  throwIfAborted(signal)
  if (mode === 'save') {
    const saved = await saveConverted(flows, context, model, proved, records)
    return saved.map((outcome, position) => {
      const { index, converted } = read[position] as Read
      if (!outcome.ok) return failed(index, converted, outcome.error.code)
      const { isNew, ...result } = outcome.value
      return { ...done(index, converted, isNew ? 'converted' : 'already'), saved: result }
    })
  }
  return proved.map((item, position) => {
    const { index, converted } = read[position] as Read
    if (!item.ok) return failed(index, converted, item.error.code)
    const result = done(index, converted, 'converted')
    return mode === 'check' ? result : { ...result, sealed: item.value.record }
  })
}

interface Sealed extends SealedNext {
  /** The keys it was sealed under, where they are not the session's. */
  readonly keys?: RecordKeys
}

/** Opens what was sealed and compares every value with what it was sealed from. */
async function prove(
  keys: RecordKeys,
  model: ModelSpec,
  sealed: SealedNext,
  record: unknown,
): Promise<ItemResult<SealedNext>> {
  return settleItem(sealed.record.id, async () => {
    const opened = await openFields(keys, model, await verifyRecord(keys, model, sealed.record))
    if (!equalRecords(model, record, opened)) throw new LockstitchError('ERR_INTERNAL')
    return sealed
  })
}

/** Seals as a first revision under keys that are made for it where the account has none yet: nothing is kept. */
async function sealForCheck(
  context: VaultContext,
  model: ModelSpec,
  read: readonly Read[],
): Promise<ItemResult<Sealed>[]> {
  const keys = await checkKeysOf(requireActiveSession(context), model)
  return Promise.all(
    read.map(({ converted: { id, record } }) =>
      settleItem(id, async (): Promise<Sealed> => {
        const sealed: SealedRecord = await sealRecord(keys, model, record, id as string, undefined)
        return { ...sealed, follows: undefined, keys }
      }),
    ),
  )
}

async function checkKeysOf({ recordKeys, accountKeys, account }: Session, model: ModelSpec): Promise<RecordKeys> {
  const { state } = account
  const needed = new Set<Classification>()
  for (const { field } of modelFields(model)) if (isEndToEnd(field)) needed.add(field.classification)
  for (const { classification, state: use } of state.keyring) if (use === 'active') needed.delete(classification)
  if (needed.size === 0) return recordKeys
  const made = await Promise.all(
    [...needed].map((classification) => generateNextDataKey(accountKeys.wrapping, state, classification, Date.now())),
  )
  const keyring = await openKeyring(accountKeys.wrapping, { ...state, keyring: [...state.keyring, ...made] })
  return { ...recordKeys, keyring }
}

/** The first of each id, and those whose id stands before them. */
function splitRepeated(read: readonly Read[]): readonly [Read[], Read[]] {
  const seen = new Set<string | undefined>()
  const [first, again]: [Read[], Read[]] = [[], []]
  for (const item of read) {
    const { id } = item.converted
    ;(seen.has(id) ? again : first).push(item)
    seen.add(id)
  }
  return [first, again]
}

function done(index: number, { id, kinds }: ConvertedRecord, outcome: 'converted' | 'already'): ConversionResult {
  return { index, ...(id === undefined ? {} : { id }), outcome, kinds }
}

function failed(index: number, { id, kinds, problems }: ConvertedRecord, code?: ErrorCode): ConversionResult {
  const all = code === undefined ? problems : [...problems, { path: '', code }]
  return { index, ...(id === undefined ? {} : { id }), outcome: 'failed', kinds, problems: all }
}
