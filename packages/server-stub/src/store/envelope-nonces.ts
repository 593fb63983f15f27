import { createHash } from 'node:crypto'
import { canonicalJson } from '@lockstitch/sdk/format'
import type { VerifiedRecord } from '@lockstitch/sdk/server'
import type { Scope } from './tables.ts'

const ROWS = 1000
const MARK_BYTES = 16

/**
 * Remembers every nonce of the records and gives the index of the first record with one that was used before in the same
 * record under the same key, or undefined. What is kept of a nonce is a mark: half a SHA-256 of where it was used.
 */
export async function rememberEnvelopeNonces(
  scope: Scope,
  account: string,
  records: readonly VerifiedRecord[],
): Promise<number | undefined> {
  const marks = records.flatMap((record, index) => marksOf(record).map((mark) => ({ mark, index })))
  const seen = new Set<string>()
  for (const { mark, index } of marks) {
    if (seen.has(mark)) return index
    seen.add(mark)
  }
  for (let start = 0; start < marks.length; start += ROWS) {
    const chunk = marks.slice(start, start + ROWS)
    const fresh = await insertMarks(
      scope,
      account,
      chunk.map(({ mark }) => mark),
    )
    const used = chunk.find(({ mark }) => !fresh.has(mark))
    if (used !== undefined) return used.index
  }
  return undefined
}

async function insertMarks({ db, tenant }: Scope, account: string, marks: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .insertInto('envelope_nonces')
    .values(marks.map((mark) => ({ tenant_id: tenant, account_id: account, mark })))
    .onConflict((on) => on.doNothing())
    .returning('mark')
    .execute()
  return new Set(rows.map(({ mark }) => mark))
}

function marksOf({ model, id, nonces }: VerifiedRecord): string[] {
  return nonces.map(({ kid, nonce }) => {
    const place = canonicalJson(['lockstitch/nonce', model, id, kid, nonce])
    return createHash('sha256').update(place).digest().subarray(0, MARK_BYTES).toString('base64url')
  })
}
