import type { Hono } from 'hono'
import { encodeBase64url, parseAccountState } from '@lockstitch/sdk/format'
import type { Deps, Env } from '../deps.ts'
import { bytes, exactly, handle, readBody } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { currentState, findCredential } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import {
  addRequest,
  approvalsOf,
  findRequest,
  isSecretOf,
  release,
  REQUEST_MS,
  type StoredRequest,
} from '../store/escrow-requests.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

const readIdentity = exactly<{ handle: string }>({ handle })
const readRequest = exactly<{ handle: string; locator: Uint8Array; secret: Uint8Array; key: Uint8Array }>({
  handle,
  locator: bytes(16),
  secret: bytes(32),
  key: bytes(32),
})
const readFollow = exactly<{ locator: Uint8Array; secret: Uint8Array }>({ locator: bytes(16), secret: bytes(32) })

/**
 * `POST /v1/escrow/identity`, `POST /v1/escrow/requests` and `POST /v1/escrow/follow`: for whoever has no way in. A handle that
 * nobody has, and an account without an escrow, are answered like any other.
 */
export function escrowRequestsRoute(app: Hono<Env>, deps: Deps): void {
  const { rates, limits, serverSecret } = deps

  app.post('/v1/escrow/identity', async (c) => {
    const request = readIdentity(parseStrictJson(await readBody(c, limits.smallBodyBytes)))
    rates.take(`kdf/${c.get('address')}`, limits.sessionRequests)
    return c.json({ signing: (await ownerOf(deps, deps.scope, request.handle)).signing })
  })

  app.post('/v1/escrow/requests', async (c) => {
    const request = readRequest(parseStrictJson(await readBody(c, limits.smallBodyBytes)))
    const lookup = serverSecret.lookup('password', request.handle)
    rates.take(`escrow/${c.get('address')}`, limits.escrowByAddress)
    rates.take(`escrow/${lookup}`, limits.escrowByName)
    const now = deps.now()
    const isStored = await inTransaction(deps.scope, async (scope) => {
      const { account, signing } = await ownerOf(deps, scope, request.handle)
      const id = encodeBase64url(request.locator)
      const isNew = (await findRequest(scope, id, now)) === undefined
      const key = encodeBase64url(request.key)
      if (!(await addRequest(scope, { id, lookup, account, signing, key, secret: request.secret }, now))) return false
      if (account !== '' && isNew) await appendAudit(scope, account, 'escrow.requested', { request: id }, now)
      return true
    })
    if (!isStored) throw new Problem(429, 'ERR_RATE_LIMITED')
    return c.json({ expires: now + REQUEST_MS }, 201)
  })

  app.post('/v1/escrow/follow', async (c) => {
    const { locator, secret } = readFollow(parseStrictJson(await readBody(c, limits.smallBodyBytes)))
    rates.take(`follow/${c.get('address')}`, limits.sessionRequests)
    const now = deps.now()
    const answer = await inTransaction(deps.scope, async (scope) => {
      const request = await findRequest(scope, encodeBase64url(locator), now)
      if (request === undefined || !isSecretOf(secret, request.verifier)) return undefined
      return progressOf(scope, request, now)
    })
    if (answer === undefined) throw new Problem(404, 'ERR_ESCROW_ENDED')
    return c.json(answer)
  })
}

/** What the requester is shown: nothing of the account before it is released. */
async function progressOf(scope: Scope, request: StoredRequest, now: number): Promise<object | undefined> {
  const released = await release(scope, request, now)
  if (released !== undefined) {
    const { escrow, isNew } = released
    if (isNew) await appendAudit(scope, escrow.account, 'escrow.released', { request: request.id }, now)
    const approvals = (await approvalsOf(scope, request.id)).filter(({ hash }) => hash === escrow.hash)
    const shares = approvals.map(({ custodian, share }) => ({ custodian, share }))
    return { state: 'released', document: escrow.document, shares }
  }
  // It was used, or the account has another escrow by now.
  if (request.state === 'released') return undefined
  return { state: request.state, signing: request.signing }
}

/** Whose handle it is, or somebody who does not exist. */
async function ownerOf(
  { serverSecret }: Deps,
  scope: Scope,
  name: string,
): Promise<{ account: string; signing: string }> {
  const decoy = { account: '', signing: serverSecret.decoySigning(name) }
  const known = await findCredential(scope, 'password', serverSecret.lookup('password', name))
  const current = known && (await currentState(scope, known.account))
  if (known === undefined || current === undefined) return decoy
  return { account: known.account, signing: parseAccountState(current.state).state.identity.signing }
}
