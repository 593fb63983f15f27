import { LockstitchError } from '../errors.ts'
import { parseModel } from '../format/model.ts'
import { checkKeys, type ConversionKeys, type ConversionMapping, parseMapping, sourceId } from '../schema/conversion.ts'
import type { Model } from '../schema/types.ts'
import type { ConversionItem, ConversionOrder, ConversionResult, Vault } from '../vault/api.ts'
import { inBatches } from './batches.ts'
import type { ConvertOptions } from './types.ts'

/** What `convertRecords` does, once its code is loaded. */
export async function* convertSource(
  vault: Pick<Vault, 'convertMany'>,
  model: Model,
  source: Iterable<object> | AsyncIterable<object>,
  mapping: ConversionMapping,
  keys: ConversionKeys,
  { mode = 'seal', start = 0, signal, onProgress }: ConvertOptions,
): AsyncGenerator<ConversionResult, void, undefined> {
  const parsed = parseMapping(parseModel(model), mapping)
  checkKeys(parsed, keys)
  if (!Number.isSafeInteger(start) || start < 0) throw new TypeError('start must be a whole number')
  const order: ConversionOrder = { mapping: parsed, keys, mode }
  const call = signal === undefined ? {} : { signal }
  const convert = async (chunk: readonly Numbered[]): Promise<readonly { ok: true; value: ConversionResult }[]> => {
    const once = chunk.filter(({ isRepeated }) => !isRepeated)
    const items: ConversionItem[] = once.map(({ index, source: record }) => ({ index, source: record }))
    const results = new Map((await vault.convertMany(model, items, order, call)).map((one) => [one.index, one]))
    return chunk.map(({ index, id }) => {
      const value = results.get(index) ?? repeated(index, id)
      return { ok: true, value }
    })
  }
  const report = onProgress === undefined ? {} : { onProgress: (done: number) => onProgress(start + done) }
  for await (const item of inBatches(numbered(source, parsed, mode, start), convert, { ...call, ...report })) {
    if (!item.ok) throw item.error
    yield item.value
  }
}

interface Numbered extends ConversionItem {
  readonly id: string | undefined
  /** Its id stood before; with `save` the store tells what that means. */
  readonly isRepeated: boolean
}

async function* numbered(
  source: Iterable<object> | AsyncIterable<object>,
  mapping: ConversionMapping,
  mode: ConversionOrder['mode'],
  start: number,
): AsyncGenerator<Numbered> {
  const seen = new Set<string>()
  let index = 0
  for await (const record of source) {
    const id = mode === 'save' ? undefined : sourceId(record, mapping)
    const isRepeated = id !== undefined && seen.has(id)
    if (id !== undefined) seen.add(id)
    if (index >= start) yield { index, source: record, id, isRepeated }
    index += 1
  }
}

function repeated(index: number, id: string | undefined): ConversionResult {
  const { code } = new LockstitchError('ERR_CONFLICT')
  return { index, ...(id === undefined ? {} : { id }), outcome: 'failed', kinds: {}, problems: [{ path: '', code }] }
}
