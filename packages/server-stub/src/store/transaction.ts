import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scope } from './tables.ts'

/** Thrown inside a transaction when another one got in between: everything is rolled back and done again. */
export class RetryTransaction extends Error {
  constructor() {
    super('another transaction changed the same rows')
  }
}

/** Serialization failure, deadlock, and the duplicate that two simultaneous `create table if not exists` give. */
const RETRYABLE: ReadonlySet<unknown> = new Set(['40001', '40P01', '23505', '42P07'])
const ATTEMPTS = 12
const LONGEST_WAIT_MS = 200

/**
 * Runs `work` in one transaction: all of it happens or nothing does. It runs again from the start after a conflict with
 * another transaction, so it must have no effect outside the database.
 */
export async function inTransaction<T>(scope: Scope, work: (inside: Scope) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await scope.db.transaction().execute((db) => work({ ...scope, db }))
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error
      await sleep(randomInt(Math.min(LONGEST_WAIT_MS, 2 ** attempt) + 1))
    }
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof RetryTransaction || RETRYABLE.has((error as { code?: unknown } | null)?.code)
}
