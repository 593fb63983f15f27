import type { AuditFact } from '../format/audit.ts'
import type { LongCallOptions } from './api.ts'

/** One entry of the audit log. */
export interface AuditEntry {
  /** Place in the log, from 1. */
  readonly seq: number
  /** When the server wrote it down, by its clock. */
  readonly time: Date
  /** Who says it: the account itself, by its signature, or the server, whose word alone it is. */
  readonly by: 'account' | 'server'
  /** What happened. Of the account: its {@link AuditEntry.facts}; of the server: `session.started`, `session.refused` and the like. */
  readonly event: string
  /** Of the account: what happened, one by one. */
  readonly facts?: readonly AuditFact[]
  /** Of the account: when it was signed, by the clock of the device. */
  readonly signedAt?: Date
  /** Of the server: what it adds, such as the kind of a login; JSON. */
  readonly details?: string
}

/** The audit log of an account. */
export interface Audit {
  /**
   * The whole log, oldest first, once it is known to be whole: one unbroken chain from the first entry on, no shorter than
   * this device has seen it, with a signed entry for every revision of the account state up to the present one.
   *
   * Throws `ERR_AUDIT_BROKEN` when it is not.
   */
  list(options?: LongCallOptions): Promise<AuditEntry[]>
}
