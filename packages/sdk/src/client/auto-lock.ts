/**
 * Locks by itself: when nobody touches the page, when the time of an unlock is over, when the machine slept, when the page
 * is left, and when another tab locks. Loaded when an account is unlocked, and only then.
 */
import type { AutoLockOptions, LockReason, LockWarning } from './types.ts'

const MINUTE_MS = 60_000
const TICK_MS = 1000
/** Browsers let the timers of a hidden page run once a minute: a longer silence is a machine that slept or a frozen page. */
const SLEEP_MS = 2 * MINUTE_MS
/** What a person does to a page; the last two also come from speech, switches and screen readers. */
const ACTIVITY = ['pointerdown', 'keydown', 'wheel', 'touchmove', 'click', 'input'] as const

/** What {@link startAutoLock} needs. */
export interface AutoLockStart {
  readonly options: AutoLockOptions
  /** Tabs with the same name lock together. */
  readonly name: string
  /** Called once; nothing is watched after it. */
  readonly onLock: (reason: LockReason) => void
  /** Called when a warning begins, then for each second of it, and with `undefined` when it is over. */
  readonly onWarning: (warning: LockWarning | undefined) => void
}

/** A running watch. */
export interface AutoLock {
  /** Locks when it is time. Called before everything that needs an unlocked account. */
  check(): void
  /** Somebody is there: idle time starts again, in every tab. */
  extend(): void
  /** Tells the other tabs to lock. */
  lockOthers(): void
  stop(): void
}

/** Watches from now on, the moment of the unlock, until it locks or is stopped. */
export function startAutoLock({ options, name, onLock, onWarning }: AutoLockStart): AutoLock {
  const { idleMs = 15 * MINUTE_MS, absoluteMs = 24 * 60 * MINUTE_MS, warnMs = 0 } = options
  const { onPageHide = 'lock', onSleep = 'lock' } = options
  const now = createClock()
  const watching = new AbortController()
  const { signal } = watching
  // Whoever can send here is of this origin. A message can lock or say that somebody is there; none can unlock.
  const channel = new BroadcastChannel(`lockstitch/${name}`)
  let touchedAt = now()
  let checkedAt = touchedAt
  let toldAt = -Infinity
  let warning: LockWarning | undefined

  const stop = (): void => {
    clearInterval(timer)
    watching.abort()
    channel.close()
  }
  const lock = (reason: LockReason): void => {
    // The other tabs know themselves how long nobody touched them, so that one that overslept does not lock the others.
    if (reason === 'absolute') channel.postMessage('lock')
    if (reason === 'idle') channel.postMessage('check')
    stop()
    onLock(reason)
  }
  const warn = (leftMs: number, reason: LockWarning['reason']): void => {
    const next = leftMs <= warnMs ? { reason, leftMs: Math.ceil(leftMs / 1000) * 1000 } : undefined
    if (next?.leftMs === warning?.leftMs && next?.reason === warning?.reason) return
    warning = next
    onWarning(next)
  }
  const check = (earlyMs = 0): void => {
    if (signal.aborted) return
    const time = now()
    const silenceMs = time - checkedAt
    checkedAt = time
    const idleLeft = touchedAt + idleMs - time
    const absoluteLeft = absoluteMs - time
    if (absoluteLeft <= 0) lock('absolute')
    else if (idleLeft <= earlyMs) lock('idle')
    else if (onSleep === 'lock' && silenceMs > SLEEP_MS) lock('sleep')
    else if (idleLeft < absoluteLeft) warn(idleLeft, 'idle')
    else warn(absoluteLeft, 'absolute')
  }
  const extend = (): void => {
    // First: what comes too late must not bring anything back.
    check()
    if (signal.aborted) return
    touchedAt = now()
    if (touchedAt - toldAt >= TICK_MS) {
      toldAt = touchedAt
      channel.postMessage('active')
    }
    check()
  }
  const touch = (): void => {
    // A key pressed on the way to the buttons of the warning does not answer it.
    if (warning?.reason !== 'idle') extend()
  }
  const receive = ({ data }: MessageEvent<unknown>): void => {
    if (data === 'lock') return signal.aborted ? undefined : lock('other-tab')
    // Two ticks early: the other tab was told of the last touch up to a tick ago.
    check(data === 'check' ? 2 * TICK_MS : 0)
    if (data !== 'active' || signal.aborted) return
    touchedAt = now()
    check()
  }

  const timer = setInterval(check, TICK_MS)
  channel.addEventListener('message', receive, { signal } as AddEventListenerOptions)
  const look = (): void => check()
  for (const type of ['focus', 'pageshow']) addEventListener(type, look, { signal })
  for (const type of ['visibilitychange', 'resume']) document.addEventListener(type, look, { signal })
  for (const type of ACTIVITY) document.addEventListener(type, touch, { signal, passive: true, capture: true })
  if (onPageHide === 'lock') addEventListener('pagehide', () => lock('hidden'), { signal })
  if (onSleep === 'lock') document.addEventListener('freeze', () => lock('sleep'), { signal })
  extend()
  return { check, extend, stop, lockOthers: () => channel.postMessage('lock') }
}

/**
 * Milliseconds since now, by the wall clock or the steady one, whichever went further: one of them stands still while a
 * machine sleeps, the other can be set back. Time never runs backwards here.
 */
function createClock(): () => number {
  let elapsed = 0
  let wall = Date.now()
  let steady = performance.now()
  return () => {
    const [nextWall, nextSteady] = [Date.now(), performance.now()]
    const passed = Math.max(nextWall - wall, nextSteady - steady)
    // Added up seldom: the two clocks do not tick at the same moments, and each addition takes the later of them.
    if (passed < TICK_MS) return elapsed + passed
    elapsed += passed
    wall = nextWall
    steady = nextSteady
    return elapsed
  }
}
