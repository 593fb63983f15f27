import type { Hono } from 'hono'
import type { Deps, Env } from '../deps.ts'
import { exactly, handle, readBody } from '../http/body.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { findCredential } from '../store/accounts.ts'

const readRequest = exactly<{ handle: string }>({ handle })

/** `POST /v1/kdf`: how a handle's password is stretched. A handle that nobody has gets an answer like any other. */
export function kdfRoute(app: Hono<Env>, deps: Deps): void {
  app.post('/v1/kdf', async (c) => {
    const request = readRequest(parseStrictJson(await readBody(c, deps.limits.smallBodyBytes)))
    deps.rates.take(`kdf/${c.get('address')}`, deps.limits.sessionRequests)
    const decoy = deps.serverSecret.decoyKdf(request.handle)
    const known = await findCredential(deps.scope, 'password', deps.serverSecret.lookup('password', request.handle))
    return c.body(known?.kdf ?? JSON.stringify(decoy), 200, { 'content-type': 'application/json' })
  })
}
