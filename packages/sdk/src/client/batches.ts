import { LockstitchError } from '../errors.ts'
import type { ItemResult } from '../vault/api.ts'
import type { BatchOptions } from './types.ts'

/** The most items of a chunk. */
const MOST = 256
/** The fewest, the first, and about how long a chunk may take, where its time follows from the number of its items. */
const [LEAST, FIRST, CHUNK_MS] = [16, 64, 50]

/** How many items the next chunk has. */
interface Pace {
  size(): number
  /** Told how long a chunk took by itself. */
  took(items: number, ms: number): void
}

/** As many as there may be: where a chunk is a request, fewer would not be answered sooner. */
export function fullPace(): Pace {
  return { size: () => MOST, took: () => undefined }
}

/** As many as take {@link CHUNK_MS}: progress comes several times in a tenth of a second, however slow the device. */
export function evenPace(): Pace {
  let size = FIRST
  return {
    size: () => size,
    took(items, ms) {
      size = Math.min(MOST, Math.max(LEAST, Math.round((items * CHUNK_MS) / Math.max(ms, 1))))
    },
  }
}

/**
 * Sends items through `run` in chunks and gives the results one by one, in order. The next chunk is under way while the
 * results of the last are being used, so that the worker does not wait for the page.
 *
 * @throws LockstitchError `ERR_ABORTED`, and whatever `run` throws for a whole chunk.
 */
export async function* inBatches<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  run: (chunk: readonly T[]) => Promise<readonly ItemResult<R>[]>,
  { signal, onProgress }: BatchOptions,
  pace: Pace = fullPace(),
): AsyncGenerator<ItemResult<R>, void, undefined> {
  let done = 0
  let running: Promise<readonly ItemResult<R>[]> | undefined
  let ended = 0
  const measured = async (chunk: readonly T[]): Promise<readonly ItemResult<R>[]> => {
    const sent = performance.now()
    const results = await run(chunk)
    // While another one was under way, this one only waited.
    const began = Math.max(sent, ended)
    ended = performance.now()
    pace.took(chunk.length, ended - began)
    return results
  }
  for await (const chunk of chunks(items, pace)) {
    if (signal?.aborted) throw new LockstitchError('ERR_ABORTED')
    const next = measured(chunk)
    // It is awaited below; until then its failure is not unhandled.
    next.catch(() => undefined)
    if (running !== undefined) yield* report(await running)
    running = next
  }
  if (running !== undefined) yield* report(await running)

  function* report(results: readonly ItemResult<R>[]): Generator<ItemResult<R>> {
    done += results.length
    onProgress?.(done)
    yield* results
  }
}

async function* chunks<T>(items: Iterable<T> | AsyncIterable<T>, pace: Pace): AsyncGenerator<T[]> {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < pace.size()) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/** The signal alone of a batch's options: its progress is told from here. */
export function batchSignal({ signal }: { readonly signal?: AbortSignal }): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

/** Somebody looks at what is reported: that counts as a touch. */
export function touching<B extends BatchOptions>(batch: B, touch: () => void): B {
  const { onProgress } = batch
  if (onProgress === undefined) return batch
  const report = (done: number): void => {
    touch()
    onProgress(done)
  }
  return { ...batch, onProgress: report }
}
