import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { isWayIn, type Slot } from '@lockstitch/sdk/format'
import { CHANGE_EVENT, type VerifiedAccountState, verifyAccountState } from '@lockstitch/sdk/server'
import { newLogins, readSlotLogin, type SlotLogin, storeLogins } from '../auth/slot-logins.ts'
import type { Deps, Env } from '../deps.ts'
import { checkSignature } from '../http/authenticate.ts'
import { anything, exactly, listOf, readBody, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { setSessionCookie } from '../http/session-cookie.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { addAccount, type Credential, currentState, findCredential } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { atRestKeyStore } from '../store/at-rest-keys.ts'
import { keepEscrow } from '../store/escrow.ts'
import { startSession } from '../store/sessions.ts'
import { checkStatement } from './audit.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

const MAX_LOGINS = 64
const readEnrolment = exactly<{ state: unknown; logins: readonly SlotLogin[]; statement: string }>({
  state: anything,
  logins: listOf(readSlotLogin, MAX_LOGINS),
  statement: string,
})

/** `POST /v1/accounts`: a new account, with its first state and a login for each of its slots. */
export function accountsRoute(app: Hono<Env>, deps: Deps): void {
  app.post('/v1/accounts', async (c) => {
    const body = await readBody(c, deps.limits.smallBodyBytes)
    const enrolment = readEnrolment(parseStrictJson(body))
    const first = refuse(() => verifyAccountState(enrolment.state, null))
    const account = first.state.account
    const { statement } = enrolment
    checkStatement(statement, first, { from: null })
    deps.rates.take(`enrol/${c.get('address')}`, deps.limits.enrolments)
    await checkSignature(c, deps, body, first.state)
    // A device is remembered by an account that is there, and one cannot be linked to what is not.
    if (!first.state.slots.every(isWayIn)) throw new Problem(422, 'ERR_ACCOUNT_STATE')
    const logins = await newLogins(deps, account, first.state.slots, enrolment.logins)
    const [slot] = first.state.slots as [Slot]
    const atRestKey = await deps.keyring.generateKey(account)
    const token = await inTransaction(deps.scope, async (scope) => {
      if (await isStoredAlready(scope, first, logins.credentials))
        return startSession(scope, account, slot.id, deps.now())
      if (!(await addAccount(scope, first, deps.now()))) throw new Problem(409, 'ERR_CONFLICT')
      await storeLogins(scope, account, logins, deps.now())
      await keepEscrow(scope, first.state)
      await atRestKeyStore(scope).add(account, atRestKey)
      await appendAudit(scope, account, CHANGE_EVENT, { statement }, deps.now())
      return startSession(scope, account, slot.id, deps.now())
    })
    setSessionCookie(c, deps, token)
    return c.json({ revision: 1, hash: first.hash, now: deps.now() }, 201)
  })
}

/** True when exactly this enrolment was stored and only its answer was lost: the account signed this one too. */
async function isStoredAlready(
  scope: Scope,
  first: VerifiedAccountState,
  credentials: readonly Credential[],
): Promise<boolean> {
  const { account } = first.state
  const current = await currentState(scope, account)
  if (current?.revision !== 1 || current.hash !== first.hash) return false
  const owners = await Promise.all(credentials.map(({ kind, lookup }) => findCredential(scope, kind, lookup)))
  return owners.every((owner) => owner?.account === account)
}

/** Runs a check of the SDK and answers what it throws with 422. */
function refuse<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    throw isLockstitchError(error) ? new Problem(422, error.code) : error
  }
}
