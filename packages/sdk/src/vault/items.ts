import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ItemResult } from './api.ts'

/** Records under way at once: enough for a platform that works in parallel, few enough for what they hold to be young garbage. */
const WINDOW = 32

/** Maps many items, in order, a window of them at a time. */
export async function mapInWindows<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  size: number = WINDOW,
): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += size) {
    const window = items.slice(start, start + size)
    results.push(...(await Promise.all(window.map((item, offset) => work(item, start + offset)))))
  }
  return results
}

/** Runs the work of one item: its failure is its own, the other items go on. */
export async function settleItem<T>(id: string | undefined, work: () => Promise<T>): Promise<ItemResult<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return failedItem(id, error)
  }
}

/** The result of an item that failed. */
export function failedItem(id: string | undefined, error: unknown): { ok: false; id?: string; error: LockstitchError } {
  const coded = isLockstitchError(error) ? error : new LockstitchError('ERR_INTERNAL')
  return id === undefined ? { ok: false, error: coded } : { ok: false, id, error: coded }
}
