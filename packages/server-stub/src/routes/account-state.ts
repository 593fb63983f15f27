import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { type VerifiedAccountState, verifyAccountState } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { requireSession, requireSigned } from '../http/authenticate.ts'
import { anything, exactly, queryInteger } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { advanceAccount, currentState, statesAfter } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { inTransaction } from '../store/transaction.ts'

const PAGE = 100
const readRequest = exactly<{ state: unknown }>({ state: anything })

/** `GET /v1/account/states` and `PUT /v1/account/state`. */
export function accountStateRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/account/states', async (c) => {
    const { account } = await requireSession(c, deps)
    const after = queryInteger(c.req.query('after'), 0, Number.MAX_SAFE_INTEGER, 0)
    return c.json({ states: await statesAfter(deps.scope, account, after, PAGE) })
  })

  app.put('/v1/account/state', async (c) => {
    const { session, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { state } = readRequest(body)
    const next = await inTransaction(deps.scope, async (scope) => {
      const current = await currentState(scope, session.account)
      const verified = verifyNext(state, current?.state ?? '')
      await advanceAccount(scope, verified, deps.now())
      const details = { revision: verified.state.revision, hash: verified.hash }
      await appendAudit(scope, session.account, 'account.state-changed', details, deps.now())
      return verified
    })
    return c.json({ revision: next.state.revision, hash: next.hash })
  })
}

function verifyNext(next: unknown, current: string): VerifiedAccountState {
  try {
    return verifyAccountState(next, current)
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    throw new Problem(error.code === 'ERR_CONFLICT' ? 409 : 422, error.code)
  }
}
