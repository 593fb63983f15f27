import type { Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { encodeBase64url, type KdfParams, parseKdfParams } from '@lockstitch/sdk/format'
import { type VerifiedAccountState, verifyAccountState } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { checkSignature } from '../http/authenticate.ts'
import { anything, bytes, exactly, handle, readBody } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { setSessionCookie } from '../http/session-cookie.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { addAccount, addCredential, type Credential, currentState, findCredential } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { atRestKeyStore } from '../store/at-rest-keys.ts'
import { startSession } from '../store/sessions.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

interface Enrolment {
  readonly handle: string
  readonly password: { readonly kdf: KdfParams; readonly secret: Uint8Array }
  readonly recovery: { readonly locator: Uint8Array; readonly secret: Uint8Array }
  readonly state: unknown
}

const readEnrolment = exactly<Enrolment>({
  handle,
  password: exactly<Enrolment['password']>({
    kdf: (value) => refuse(() => parseKdfParams(value)),
    secret: bytes(32),
  }),
  recovery: exactly<Enrolment['recovery']>({ locator: bytes(16), secret: bytes(32) }),
  state: anything,
})

/** `POST /v1/accounts`: a new account, with its first state and both ways in. */
export function accountsRoute(app: Hono<Env>, deps: Deps): void {
  app.post('/v1/accounts', async (c) => {
    const body = await readBody(c, deps.limits.smallBodyBytes)
    const enrolment = readEnrolment(parseStrictJson(body))
    const first = refuse(() => verifyAccountState(enrolment.state, null))
    const account = first.state.account
    deps.rates.take(`enrol/${c.get('address')}`, deps.limits.enrolments)
    await checkSignature(c, deps, body, first.state)
    const credentials = await credentialsOf(enrolment, deps)
    const atRestKey = await deps.keyring.generateKey(account)
    const token = await inTransaction(deps.scope, async (scope) => {
      if (await isStoredAlready(scope, first, credentials)) return startSession(scope, account, deps.now())
      if (!(await addAccount(scope, first, deps.now()))) throw new Problem(409, 'ERR_CONFLICT')
      for (const credential of credentials) {
        const code = credential.kind === 'password' ? 'ERR_HANDLE_TAKEN' : 'ERR_CONFLICT'
        if (!(await addCredential(scope, account, credential))) throw new Problem(409, code)
      }
      await atRestKeyStore(scope).add(account, atRestKey)
      await appendAudit(scope, account, 'account.enrolled', { hash: first.hash }, deps.now())
      return startSession(scope, account, deps.now())
    })
    setSessionCookie(c, deps, token)
    return c.json({ revision: 1, hash: first.hash, now: deps.now() }, 201)
  })
}

async function credentialsOf(
  enrolment: Enrolment,
  { loginSecrets, serverSecret }: Deps,
): Promise<readonly Credential[]> {
  const { password, recovery } = enrolment
  const [passwordVerifier, recoveryVerifier] = await Promise.all([
    loginSecrets.verifierOf(password.secret),
    loginSecrets.verifierOf(recovery.secret),
  ])
  const locator = encodeBase64url(recovery.locator)
  const kdf = JSON.stringify(password.kdf)
  return [
    { kind: 'password', lookup: serverSecret.lookup('password', enrolment.handle), verifier: passwordVerifier, kdf },
    { kind: 'recovery', lookup: serverSecret.lookup('recovery', locator), verifier: recoveryVerifier, kdf: null },
  ]
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
