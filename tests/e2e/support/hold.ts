/** A server that takes its time: requests that wait on their way to it. */
import type { Page } from '@playwright/test'

/** Requests that are held back. */
export interface Held {
  /** Resolves once the first one waits. */
  readonly held: Promise<void>
  readonly letGo: () => void
}

/** Holds requests of a method back until it is told to let them go. */
export async function hold(page: Page, address: string, method: string): Promise<Held> {
  const arrived = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  await page.route(address, async (route) => {
    if (route.request().method() === method) {
      arrived.resolve()
      await going.promise
    }
    await route.continue()
  })
  return { held: arrived.promise, letGo: going.resolve }
}
