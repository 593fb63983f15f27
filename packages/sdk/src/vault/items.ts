import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ItemResult } from './api.ts'

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
