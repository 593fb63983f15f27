import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { Env } from '../deps.ts'

/**
 * Logs each request: method, route pattern, status, duration and an id that the answer carries too. That is the whole
 * list: an address, a handle, an id, a query, a body or a cookie never reaches the log.
 */
export function requestLog(log: Logger): MiddlewareHandler<Env> {
  return async (c, next) => {
    const request = randomUUID()
    const start = performance.now()
    c.set('requestId', request)
    await next()
    c.res.headers.set('x-request-id', request)
    const { status } = c.res
    log.info({ request, method: c.req.method, route: routePath(c), status, ms: Math.round(performance.now() - start) })
  }
}

/** What may be written down of an unexpected error: its class, its code and where it was thrown. No message: it may hold a value. */
export function describeFailure(error: unknown): { name: string; code: string | undefined; at: string[] } {
  const { name, code, stack } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error }
  const at = (stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line))
  return { name, code, at: at.slice(0, 10).map((line) => line.trim()) }
}
