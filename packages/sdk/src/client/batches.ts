import { LockstitchError } from '../errors.ts'
import type { ItemResult } from '../vault/api.ts'
import type { BatchOptions } from './types.ts'

/** The most items of a chunk. */
const MOST = 256
/** The first chunk, the fewest, and about how long one may take, where its time follows from the number of its items. */
const FIRST = 64
const LEAST = 16
const CHUNK_MS = 50

/**
 * Sends items through `run` in chunks and gives the results one by one, in order. The next chunk is under way while the
 * results of the last are being used, so that the worker does not wait for the page.
 *
 * @param isEven Chunks are as large as takes {@link CHUNK_MS}, so that progress comes several times in a tenth of a second, however
 * slow the device. Where a chunk is a request, fewer items would not be answered sooner.
 * @throws LockstitchError `ERR_ABORTED`, and whatever `run` throws for a whole chunk.
 */
export async function* inBatches<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  run: (chunk: readonly T[]) => Promise<readonly ItemResult<R>[]>,
  { signal, onProgress }: BatchOptions,
  isEven = false,
): AsyncGenerator<ItemResult<R>, void, undefined> {
  let done = 0
  let running: Promise<readonly ItemResult<R>[]> | undefined
  let size = isEven ? FIRST : MOST
  let ended = 0
  const measured = async (chunk: readonly T[]): Promise<readonly ItemResult<R>[]> => {
    const sent = performance.now()
    const results = await run(chunk)
    // While another one was under way, this one only waited.
    const began = Math.max(sent, ended)
    ended = performance.now()
    const fitting = Math.round((chunk.length * CHUNK_MS) / (ended - began))
    if (isEven) size = Math.min(MOST, Math.max(LEAST, fitting))
    return results
  }
  for await (const chunk of chunks(items, () => size)) {
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

async function* chunks<T>(items: Iterable<T> | AsyncIterable<T>, size: () => number): AsyncGenerator<T[]> {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size()) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/** The signal alone of a batch's options: its progress is told from here. */
export function batchSignal({ signal }: { readonly signal?: AbortSignal }): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {}
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
