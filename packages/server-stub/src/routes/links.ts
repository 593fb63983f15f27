import type { Hono } from 'hono'
import type { Deps, Env } from '../deps.ts'
import { bytes, exactly, readBody, type Reader } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { addLinkMessage, LINK_STEPS, type LinkStep, readLinkMessage } from '../store/link-messages.ts'
import { inTransaction } from '../store/transaction.ts'

const MAX_MESSAGE_CHARS = 512
const CHANNEL_BYTES = 16
const readMessage = exactly<{ message: string }>({
  message: (value) => {
    if (typeof value !== 'string' || value === '' || value.length > MAX_MESSAGE_CHARS || /[^A-Za-z0-9_-]/.test(value))
      throw new Problem(400, 'ERR_FORMAT_INVALID')
    return value
  },
})
const readChannel: Reader<Uint8Array> = bytes(CHANNEL_BYTES)

/**
 * `PUT` and `GET /v1/links/:channel/:step`: a mailbox through which two devices speak before one of them has a session. Who
 * knows the random name of a channel may use it; what passes is public keys, a commitment and a sealed secret.
 */
export function linksRoute(app: Hono<Env>, deps: Deps): void {
  const path = '/v1/links/:channel/:step'
  const placeOf = (channel: string, step: string): [string, LinkStep] => {
    readChannel(channel)
    if (!LINK_STEPS.includes(step as LinkStep)) throw new Problem(404, 'ERR_REJECTED_BY_SERVER')
    return [channel, step as LinkStep]
  }
  app.put(path, async (c) => {
    const place = placeOf(c.req.param('channel'), c.req.param('step'))
    const { message } = readMessage(parseStrictJson(await readBody(c, deps.limits.smallBodyBytes)))
    deps.rates.take(`link/${c.get('address')}`, deps.limits.linkMessages)
    const isKept = await inTransaction(deps.scope, (scope) => addLinkMessage(scope, ...place, message, deps.now()))
    if (!isKept) throw new Problem(409, 'ERR_CONFLICT')
    return c.json({})
  })
  app.get(path, async (c) => {
    const place = placeOf(c.req.param('channel'), c.req.param('step'))
    deps.rates.take(`link-poll/${c.get('address')}`, deps.limits.sessionRequests)
    return c.json({ message: (await readLinkMessage(deps.scope, ...place, deps.now())) ?? null })
  })
}
