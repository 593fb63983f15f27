/** What waits to be sent. */
import type { PendingWrite } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { createStore, type Store } from './store.ts'

interface Outbox {
  readonly pending: readonly PendingWrite[]
}

/** The client sends by itself when the browser is back online; a server that was down says nothing, so it is asked. */
const RETRY_MS = 20_000

export const outbox: Store<Outbox> = createStore<Outbox>({ pending: [] })

const drained = new Set<() => void>()
let timer: number | undefined

/** Calls back whenever something that waited is no longer waiting. */
export function onDrained(listener: () => void): void {
  drained.add(listener)
}

/** Looks again at what waits. */
export async function refreshOutbox(): Promise<void> {
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
  window.clearTimeout(timer)
  if (pending.some(({ state }) => state === 'waiting')) {
    timer = window.setTimeout(() => void sendNow().catch(() => undefined), RETRY_MS)
  }
}

/** Sends what waits. */
export async function sendNow(): Promise<void> {
  try {
    await client.outbox.drain()
  } finally {
    await refreshOutbox()
  }
}

client.subscribe(({ state }) => {
  if (state === 'unlocked') void refreshOutbox()
})
