/** The one client of this page: it talks to the server that the page came from. */
import { type Client, createClient } from '@lockstitch/sdk'

const MINUTE_MS = 60_000

export const client: Client = createClient({
  server: window.location.origin,
  // WCAG 2.2.1: who cannot answer at once has a minute to say that they are still there.
  autoLock: { idleMs: 10 * MINUTE_MS, warnMs: MINUTE_MS },
})
