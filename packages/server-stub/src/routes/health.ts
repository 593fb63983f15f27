import type { Hono } from 'hono'
import type { Env } from '../deps.ts'

/** `GET /healthz`: the process answers. `GET /readyz`: it can serve, with its database. */
export function healthRoutes(app: Hono<Env>, isReady: () => Promise<boolean>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) =>
    (await isReady()) ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable' }, 503),
  )
}
