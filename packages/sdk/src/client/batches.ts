import { LockstitchError } from '../errors.ts'
import type { ItemResult } from '../vault/api.ts'
import type { BatchOptions } from './types.ts'

const CHUNK = 256

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
): AsyncGenerator<ItemResult<R>, void, undefined> {
  let done = 0
  let running: Promise<readonly ItemResult<R>[]> | undefined
  for await (const chunk of chunks(items)) {
    if (signal?.aborted) throw new LockstitchError('ERR_ABORTED')
    const next = run(chunk)
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

async function* chunks<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T[]> {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < CHUNK) continue
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
