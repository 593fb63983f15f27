/** A page for the automatic lock, with clocks that the test sets and tabs that hear one another. */
import { vi } from 'vitest'
import type { AutoLockOptions, LockReason, LockWarning } from '@lockstitch/sdk'
import { type AutoLock, startAutoLock } from '../../../packages/sdk/src/client/auto-lock.ts'

export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
export const YEAR: number = 8766 * HOUR

let page: EventTarget
let count = 0
let database = ''
const running: AutoLock[] = []

/** Before each test. */
export function openPage(): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] })
  page = new EventTarget()
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  database = `unit-${++count}`
}

/** After each test. */
export function closePage(): void {
  for (const one of running.splice(0)) one.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
}

export interface Tab {
  readonly guard: AutoLock
  readonly locks: LockReason[]
  readonly warnings: (LockWarning | undefined)[]
}

/** A tab that was unlocked just now. */
export function unlockTab(options: AutoLockOptions = {}, name: string = database): Tab {
  const locks: LockReason[] = []
  const warnings: (LockWarning | undefined)[] = []
  const guard = startAutoLock({
    options,
    name,
    onLock: (reason) => locks.push(reason),
    onWarning: (warning) => warnings.push(warning),
  })
  running.push(guard)
  return { guard, locks, warnings }
}

/** What another tab of the same app speaks on. */
export function openChannel(): BroadcastChannel {
  return new BroadcastChannel(`lockstitch/${database}`)
}

export function touch(type = 'keydown'): void {
  page.dispatchEvent(new Event(type))
}

/** Time goes by and no timer runs: a page in the background, a machine under load. */
export function passWithoutTimers(ms: number): void {
  vi.clearAllTimers()
  vi.advanceTimersByTime(ms)
}

/** The steady clock stands still: the machine sleeps. */
export function sleep(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}

/** Until every message that was sent has arrived: it passes the same way. */
export async function settle(): Promise<void> {
  const [from, to] = [new BroadcastChannel('settle'), new BroadcastChannel('settle')]
  await new Promise((resolve) => {
    to.addEventListener('message', resolve, { once: true })
    from.postMessage('last')
  })
  for (const channel of [from, to]) channel.close()
}
