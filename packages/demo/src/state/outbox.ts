/** What waits to be sent, and whether the browser believes that it is online. */
import type { PendingWrite } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { createStore, type Store } from './store.ts'

interface Outbox {
  readonly pending: readonly PendingWrite[]
}

const POLL_MS = 2_000

export const outbox: Store<Outbox> = createStore<Outbox>({ pending: [] })

const drained = new Set<() => void>()
let timer: number | undefined

/** Calls back whenever something that waited was sent. */
export function onDrained(listener: () => void): void {
  drained.add(listener)
}

/** Looks again at what waits; while something does, every two seconds. */
export async function refreshOutbox(): Promise<void> {
  window.clearTimeout(timer)
  const before = outbox.get().pending.length
  let pending: readonly PendingWrite[]
  try {
    pending = await client.outbox.list()
  } catch {
    // Locked or ended meanwhile: the session's own listener tells the user.
    return
  }
  outbox.set({ pending })
  if (pending.length < before) for (const listener of drained) listener()
  if (pending.length > 0) timer = window.setTimeout(() => void refreshOutbox(), POLL_MS)
}

/** Starts to look. */
export function watchOutbox(): void {
  void refreshOutbox()
}

/** Sends what waits. */
export async function sendNow(): Promise<void> {
  try {
    await client.outbox.drain()
  } finally {
    await refreshOutbox()
  }
}
