import type { Hono } from 'hono'
import type { Deps, Env } from '../deps.ts'
import { requireSession } from '../http/authenticate.ts'
import { listDevices } from '../store/devices.ts'

/** `GET /v1/account/devices`: when each device slot was last used, and how many PINs may still be tried. */
export function devicesRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/account/devices', async (c) => {
    const { account } = await requireSession(c, deps)
    return c.json({ devices: await listDevices(deps.scope, account) })
  })
}
