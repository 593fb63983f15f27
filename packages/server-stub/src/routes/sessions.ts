import type { Context, Hono } from 'hono'
import { openDevice, type OpenedDevice } from '../auth/device-login.ts'
import { type Login, readLogin } from '../auth/slot-logins.ts'
import type { Deps, Env } from '../deps.ts'
import { requireSession } from '../http/authenticate.ts'
import { readBody } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../http/session-cookie.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { currentState, findCredential, removeCredentials, type StoredCredential } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { mayEnter } from '../store/escrow.ts'
import { endSession, startSession } from '../store/sessions.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

/** `POST /v1/sessions` and `DELETE /v1/sessions`. */
export function sessionsRoute(app: Hono<Env>, deps: Deps): void {
  app.post('/v1/sessions', async (c) => {
    const login = readLogin(parseStrictJson(await readBody(c, deps.limits.smallBodyBytes)))
    const opened = await checkLogin(c, deps, login)
    const { account, slot } = opened
    const state = await currentState(deps.scope, account)
    if (state === undefined) throw new Problem(401, 'ERR_UNLOCK_FAILED')
    const before = readSessionCookie(c, deps)
    const token = await inTransaction(deps.scope, async (scope) => {
      if ('expires' in opened) await useUp(scope, opened, deps.now())
      if (before !== undefined) await endSession(scope, before)
      await appendAudit(scope, account, 'session.started', { with: login.kind, slot }, deps.now())
      return startSession(scope, account, slot, deps.now())
    })
    setSessionCookie(c, deps, token)
    const share = 'share' in opened ? { share: opened.share } : {}
    return c.json({ state: state.state, revision: state.revision, now: deps.now(), ...share })
  })

  app.delete('/v1/sessions', async (c) => {
    const { account } = await requireSession(c, deps)
    await inTransaction(deps.scope, async (scope) => {
      await endSession(scope, readSessionCookie(c, deps) as string)
      await appendAudit(scope, account, 'session.ended', {}, deps.now())
    })
    clearSessionCookie(c, deps)
    return c.body(null, 204)
  })
}

/** Who logs in. Whether the name or the secret is wrong shows neither in the answer nor in the work. */
async function checkLogin(
  c: Context<Env>,
  deps: Deps,
  { kind, name, secret }: Login,
): Promise<StoredCredential | OpenedDevice> {
  const { rates, limits, serverSecret } = deps
  const lookup = serverSecret.lookup(kind, name)
  const counters = [
    { counter: `login/${kind}/${lookup}`, rate: limits.loginsByName },
    { counter: `login/${c.get('address')}`, rate: limits.loginsByAddress },
  ]
  // Counted before the work, so that many tries at once are not all let in; taken back when it was no failure.
  for (const { counter, rate } of counters) rates.take(counter, rate)
  const opened =
    kind === 'device' ? await openDevice(deps, name, secret) : await openCredential(deps, kind, lookup, secret)
  for (const { counter } of counters) rates.giveBack(counter)
  return opened
}

async function openCredential(
  deps: Deps,
  kind: StoredCredential['kind'],
  lookup: string,
  secret: Uint8Array,
): Promise<StoredCredential> {
  const credential = await findCredential(deps.scope, kind, lookup)
  const isRight = await deps.loginSecrets.isSecretOf(secret, credential?.verifier)
  if (credential !== undefined && !isRight) auditRefusal(deps, credential)
  if (credential === undefined || !isRight) throw new Problem(401, 'ERR_UNLOCK_FAILED')
  // Custodians who put their shares together get nothing here before a request was released, however right they have it.
  if (!(await mayEnter(deps.scope, credential, deps.now()))) throw new Problem(401, 'ERR_UNLOCK_FAILED')
  return credential
}

/** A login that works once is gone when it has worked, and a while after it was made. */
async function useUp(scope: Scope, { account, slot, expires }: StoredCredential, now: number): Promise<void> {
  if (expires === null) return
  const isFirst = (await removeCredentials(scope, account, [slot])) === 1
  if (!isFirst || now > expires) throw new Problem(401, 'ERR_UNLOCK_FAILED')
}

/** The owner can see that somebody tried. The answer does not wait for it: it would show that the name is right. */
function auditRefusal({ scope, now, log }: Deps, { account, kind, slot }: StoredCredential): void {
  const details = { with: kind, slot }
  const writing = inTransaction(scope, (inside) => appendAudit(inside, account, 'session.refused', details, now()))
  writing.catch(() => log.error('a refused login could not be written to the audit log'))
}
