import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { parseAccountState, parseUuid } from '@lockstitch/sdk/format'
import { verifyAccountDestruction } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { requireSigned } from '../http/authenticate.ts'
import { exactly, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { clearSessionCookie } from '../http/session-cookie.ts'
import { currentState, oldestState, type StoredState } from '../store/accounts.ts'
import { deleteAccount, findRemains } from '../store/delete-account.ts'
import { removeFilesOf } from '../store/remove-file.ts'
import { inTransaction } from '../store/transaction.ts'

const readRequest = exactly<{ certificate: string }>({ certificate: string })

/** `DELETE /v1/account` and `GET /v1/destroyed/:account`. */
export function deleteAccountRoute(app: Hono<Env>, deps: Deps): void {
  app.delete('/v1/account', async (c) => {
    const { session, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { certificate } = readRequest(body)
    const { account } = session
    await inTransaction(deps.scope, async (scope) => {
      const [oldest, newest] = [await oldestState(scope, account), await currentState(scope, account)]
      if (oldest === undefined || newest === undefined) throw new Problem(401, 'ERR_SESSION')
      const states = { oldest: parsed(oldest), newest: parsed(newest) }
      refuse(() => verifyAccountDestruction(certificate, states))
      const { signing } = states.newest.state.identity
      await deleteAccount(scope, { account, hash: newest.hash, signing, certificate }, deps.now())
    })
    clearSessionCookie(c, deps)
    // What is not removed now is found by its rows later: the account is deleted all the same.
    await removeFilesOf(deps.scope, deps.objects, account).catch(() =>
      deps.log.error('files of a deleted account could not be removed yet'),
    )
    return c.json({ account })
  })

  app.get('/v1/destroyed/:account', async (c) => {
    deps.rates.take(`destroyed/${c.get('address')}`, deps.limits.sessionRequests)
    const account = refuse(() => parseUuid(c.req.param('account')), 400)
    return c.json({ certificate: (await findRemains(deps.scope, account))?.certificate ?? null })
  })
}

function parsed({ state, hash }: StoredState): Parameters<typeof verifyAccountDestruction>[1]['oldest'] {
  return { state: parseAccountState(state).state, hash }
}

function refuse<T>(check: () => T, status?: number): T {
  try {
    return check()
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    throw new Problem(status ?? (error.code === 'ERR_CONFLICT' ? 409 : 422), error.code)
  }
}
