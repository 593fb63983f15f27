import type { Context } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { type AccountState, decodeBase64url, FILE_PART_BYTES, parseAccountState } from '@lockstitch/sdk/format'
import { verifyRequestSignature } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { currentState } from '../store/accounts.ts'
import { rememberNonce } from '../store/request-nonces.ts'
import { type Session, useSession } from '../store/sessions.ts'
import { readBody, readPart } from './body.ts'
import { Problem } from './problem.ts'
import { readSessionCookie } from './session-cookie.ts'
import { parseStrictJson } from './strict-json.ts'

/** The session that a request comes with. It allows reading what is its account's. */
export async function requireSession(
  c: Context<Env>,
  deps: Deps,
  rate: 'sessionRequests' | 'partRequests' = 'sessionRequests',
): Promise<Session> {
  const token = readSessionCookie(c, deps)
  const session = token === undefined ? undefined : await useSession(deps.scope, token, deps.now())
  const named = c.req.header('lockstitch-account') ?? session?.account
  if (session === undefined || named !== session.account) throw new Problem(401, 'ERR_SESSION')
  deps.rates.take(`${rate}/${session.id}`, deps.limits[rate])
  return session
}

/** A request that its account's identity key signed. */
export interface SignedRequest {
  readonly session: Session
  /** The newest state of the account. */
  readonly account: AccountState
  /** Its hash. */
  readonly accountHash: string
  /** The parsed body. */
  readonly body: unknown
}

/** A request that may change data: with a session, and signed by the same account. The bytes are parsed after that. */
export async function requireSigned(c: Context<Env>, deps: Deps, bodyLimit: number): Promise<SignedRequest> {
  const bytes = await readBody(c, bodyLimit)
  return { ...(await signedBy(c, deps, bytes, 'sessionRequests')), body: parseStrictJson(bytes) }
}

/** The same for a part of a sealed file: the body is bytes, and they are not looked into. */
export async function requireSignedPart(
  c: Context<Env>,
  deps: Deps,
): Promise<Omit<SignedRequest, 'body'> & { readonly bytes: Uint8Array }> {
  const bytes = await readPart(c, FILE_PART_BYTES)
  return { ...(await signedBy(c, deps, bytes, 'partRequests')), bytes }
}

async function signedBy(
  c: Context<Env>,
  deps: Deps,
  bytes: Uint8Array,
  rate: 'sessionRequests' | 'partRequests',
): Promise<Omit<SignedRequest, 'body'>> {
  const session = await requireSession(c, deps, rate)
  const current = await currentState(deps.scope, session.account)
  if (current === undefined) throw new Problem(401, 'ERR_SESSION')
  const account = parsedState(current.state, current.hash)
  await checkSignature(c, deps, bytes, account)
  return { session, account, accountHash: current.hash }
}

/** Checks a request's signature against an account, and that it was not made before. */
export async function checkSignature(
  c: Context<Env>,
  deps: Deps,
  body: Uint8Array,
  account: AccountState,
): Promise<void> {
  const { nonce } = signatureOf(c, deps, body, account)
  // From here on the nonce is used up, whatever becomes of the request: a refused one cannot be tried again later.
  if (!(await rememberNonce(deps.scope, account.account, nonce, deps.now())))
    throw new Problem(409, 'ERR_REQUEST_REPLAYED')
}

function signatureOf({ req }: Context<Env>, deps: Deps, body: Uint8Array, account: AccountState): { nonce: string } {
  const { pathname, search } = new URL(req.url)
  const request = { method: req.method, path: pathname + search, headers: req.raw.headers, body }
  const signingKey = decodeBase64url(account.identity.signing)
  try {
    return verifyRequestSignature(request, { account: account.account, signingKey, now: deps.now() })
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    if (error.code !== 'ERR_REQUEST_REPLAYED') throw new Problem(401, error.code)
    throw new Problem(409, error.code, { now: deps.now() })
  }
}

const MAX_PARSED = 500
const parsed = new Map<string, AccountState>()

/** A state that was checked when it was stored; the last ones used stay parsed. */
function parsedState(text: string, hash: string): AccountState {
  const state = parsed.get(hash) ?? parseAccountState(text).state
  parsed.delete(hash)
  parsed.set(hash, state)
  for (const oldest of parsed.keys()) {
    if (parsed.size <= MAX_PARSED) break
    parsed.delete(oldest)
  }
  return state
}
