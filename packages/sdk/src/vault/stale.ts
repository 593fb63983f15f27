import { verifySealedRecord } from '../format/sealed-record.ts'
import type { OutboxRow } from '../storage/database.ts'
import { openModel } from '../storage/local-model.ts'
import type { Session } from './session.ts'

/**
 * True when a waiting write is sealed under a key that nothing new is sealed under any more.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` and the codes of `verifySealedRecord`.
 */
export async function isStale({ accountKeys, recordKeys }: Session, row: OutboxRow, record: unknown): Promise<boolean> {
  const { inactive } = recordKeys.keyring
  if (!namesKey(record, inactive)) return false
  // A public text may look like an envelope: the model tells, where it was kept.
  const model = await openModel(accountKeys.local, row)
  return (
    model === undefined || verifySealedRecord(model, record).sealed.some(({ envelope }) => inactive.has(envelope.kid))
  )
}

/** True when a text of a sealed record begins as an envelope under one of the keys. */
export function namesKey(value: unknown, kids: ReadonlySet<string>): boolean {
  if (kids.size === 0) return false
  if (typeof value === 'string') return value.startsWith('ls1.') && kids.has(value.slice(4, 15))
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => namesKey(part, kids))
}
