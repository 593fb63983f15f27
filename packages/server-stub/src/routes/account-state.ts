import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import type { AccountState } from '@lockstitch/sdk/format'
import { CHANGE_EVENT, type VerifiedAccountState, verifyAccountState } from '@lockstitch/sdk/server'
import { newLogins, type NewLogins, readSlotLogin, type SlotLogin, storeLogins } from '../auth/slot-logins.ts'
import type { Deps, Env } from '../deps.ts'
import { requireSession, requireSigned } from '../http/authenticate.ts'
import { anything, exactly, listOf, queryInteger, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { advanceAccount, currentState, eraseStates, removeCredentials, statesAfter } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { removeDevices } from '../store/devices.ts'
import { keepEscrow } from '../store/escrow.ts'
import { endSessionsOf } from '../store/sessions.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { checkStatement } from './audit.ts'

const PAGE = 100
const MAX_LOGINS = 64
const readRequest = exactly<{ state: unknown; logins: readonly SlotLogin[]; statement: string }>({
  state: anything,
  logins: listOf(readSlotLogin, MAX_LOGINS),
  statement: string,
})

/** `GET /v1/account/states` and `PUT /v1/account/state`. */
export function accountStateRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/account/states', async (c) => {
    const { account } = await requireSession(c, deps)
    const after = queryInteger(c.req.query('after'), 0, Number.MAX_SAFE_INTEGER, 0)
    return c.json({ states: await statesAfter(deps.scope, account, after, PAGE) })
  })

  app.put('/v1/account/state', async (c) => {
    const { session, account, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { state, logins, statement } = readRequest(body)
    // scrypt is slow, so it is done before the transaction, for the slots that are new to the state as it was read.
    const proposed = verifyNext(state, (await currentState(deps.scope, session.account))?.state ?? '')
    checkStatement(statement, proposed, { from: account })
    const { added, gone } = slotChanges(account, proposed.state)
    const arriving = await newLogins(deps, session.account, added, logins)
    const next = await inTransaction(deps.scope, async (scope) => {
      const current = await currentState(scope, session.account)
      const verified = verifyNext(state, current?.state ?? '')
      await advanceAccount(scope, verified, deps.now())
      await eraseStates(scope, verified)
      await changeLogins(scope, session.account, arriving, gone, deps.now())
      await keepEscrow(scope, verified.state)
      await appendAudit(scope, session.account, CHANGE_EVENT, { statement }, deps.now())
      return verified
    })
    return c.json({ revision: next.state.revision, hash: next.hash })
  })
}

/** The slots that come and the ids of those that go. */
function slotChanges(from: AccountState, to: AccountState): { added: AccountState['slots']; gone: readonly string[] } {
  const [before, after] = [from, to].map(({ slots }) => new Set(slots.map(({ id }) => id))) as [
    Set<string>,
    Set<string>,
  ]
  return { added: to.slots.filter(({ id }) => !before.has(id)), gone: [...before].filter((id) => !after.has(id)) }
}

/** What opens a slot that is gone opens nothing here from now on, and what it had opened is closed. */
async function changeLogins(
  scope: Scope,
  account: string,
  arriving: NewLogins,
  gone: readonly string[],
  now: number,
): Promise<void> {
  if (gone.length > 0) {
    await removeCredentials(scope, account, gone)
    await removeDevices(scope, account, gone)
    await endSessionsOf(scope, account, gone)
  }
  await storeLogins(scope, account, arriving, now)
}

function verifyNext(next: unknown, current: string): VerifiedAccountState {
  try {
    return verifyAccountState(next, current)
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    throw new Problem(error.code === 'ERR_CONFLICT' ? 409 : 422, error.code)
  }
}
