import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import type { AccountState } from '@lockstitch/sdk/format'
import { NOTE_EVENT, verifyStatement } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { requireSession, requireSigned } from '../http/authenticate.ts'
import { exactly, queryInteger, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { appendAudit, auditAfter } from '../store/audit.ts'
import { inTransaction } from '../store/transaction.ts'

const PAGE = 500
const readRequest = exactly<{ statement: string }>({ statement: string })

/** `GET /v1/audit` and `POST /v1/audit`. */
export function auditRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/audit', async (c) => {
    const { account } = await requireSession(c, deps)
    const after = queryInteger(c.req.query('after'), 0, Number.MAX_SAFE_INTEGER, 0)
    return c.json({ entries: await auditAfter(deps.scope, account, after, PAGE) })
  })

  app.post('/v1/audit', async (c) => {
    const { session, account, accountHash, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { statement } = readRequest(body)
    checkStatement(statement, { state: account, hash: accountHash })
    await inTransaction(deps.scope, (scope) =>
      appendAudit(scope, session.account, NOTE_EVENT, { statement }, deps.now()),
    )
    return c.json({}, 201)
  })
}

/**
 * Checks a statement against the state it belongs to, and against the change that it speaks of.
 *
 * @throws Problem `422`, with the code of `verifyStatement`.
 */
export function checkStatement(
  statement: unknown,
  current: { readonly state: AccountState; readonly hash: string },
  change?: { readonly from: AccountState | null },
): void {
  try {
    verifyStatement(statement, current, change)
  } catch (error) {
    throw isLockstitchError(error) ? new Problem(422, error.code) : error
  }
}
