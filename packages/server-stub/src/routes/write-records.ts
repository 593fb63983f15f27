import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import type { AccountState } from '@lockstitch/sdk/format'
import { isAccountActive, type RecordWrite, type VerifiedRecord, type Verifier } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { requireSigned } from '../http/authenticate.ts'
import { anything, exactly, type Reader, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { appendAudit } from '../store/audit.ts'
import { sealRow } from '../store/at-rest.ts'
import { holdAccount } from '../store/accounts.ts'
import { inTransaction } from '../store/transaction.ts'
import { type RecordRow, writeRecords } from '../store/write-records.ts'

const readWrite = exactly<RecordWrite>({ model: string, record: anything })

/** `POST /v1/records`: stores a batch of sealed records, all of it or nothing. */
export function writeRecordsRoute(app: Hono<Env>, deps: Deps): void {
  const readBatch = exactly<{ records: readonly RecordWrite[] }>({ records: batchOf(deps.limits.batch) })

  app.post('/v1/records', async (c) => {
    const { account, accountHash, body } = await requireSigned(c, deps, deps.limits.bodyBytes)
    if (!isAccountActive(account)) throw new Problem(403, 'ERR_ACCOUNT_PENDING')
    const { records } = readBatch(body)
    const verified = records.map((write, index) => verify(deps.verifier, write, account, index))
    const rows: RecordRow[] = []
    for (const [index, { record }] of records.entries()) {
      rows.push(await sealRow(deps.keyring, account.account, verified[index] as VerifiedRecord, record))
    }
    await inTransaction(deps.scope, async (scope) => {
      // The keyring that the records were checked against must still be the account's when they are stored.
      if (!(await holdAccount(scope, account.account, accountHash)))
        throw new Problem(503, 'ERR_SERVER', { retryAfter: 1 })
      const fresh = await writeRecords(scope, account.account, rows, deps.now())
      if (fresh.length === 0) return
      const changed = fresh.map((index) => verified[index] as VerifiedRecord)
      const details = { records: changed.map(({ model, id, revision, state }) => [model, id, revision, state]) }
      await appendAudit(scope, account.account, 'record.written', details, deps.now())
    })
    return c.json({ stored: verified.map(({ id, revision, hash }) => ({ id, revision, hash })) })
  })
}

function batchOf(limit: number): Reader<readonly RecordWrite[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length === 0) throw new Problem(400, 'ERR_FORMAT_INVALID')
    if (value.length > limit) throw new Problem(413, 'ERR_FORMAT_LIMIT')
    return value.map((item) => readWrite(item))
  }
}

function verify(verifier: Verifier, write: RecordWrite, account: AccountState, index: number): VerifiedRecord {
  try {
    return verifier.verifyRecord(write, account)
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    throw new Problem(error.code === 'ERR_FORBIDDEN' ? 403 : 422, error.code, { index })
  }
}
