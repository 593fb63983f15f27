/** Locks the records when nobody has touched the page for a while, and says so before. */
import { useEffect, useState } from 'react'
import { lock } from './session.ts'

const MINUTE = 60_000
/** Time without a touch after which the records lock. */
export const LOCK_AFTER: number = 10 * MINUTE
/** How long before that the warning is shown. */
export const WARN_BEFORE: number = MINUTE

const ACTIVITY = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const

/** What the warning needs. */
export interface IdleWarning {
  /** Seconds until the lock while the warning is due, else `null`. */
  readonly secondsLeft: number | null
  readonly stay: () => void
}

/**
 * Counts while the component is mounted. It compares times rather than counting ticks, so that a laptop that slept for an
 * hour locks when it wakes. Once the warning shows, only its own button keeps the records open.
 */
export function useIdleLock(): IdleWarning {
  const [lastTouch, setLastTouch] = useState(() => Date.now())
  const [secondsLeft, setSecondsLeft] = useState<number | null>(null)
  const isWarning = secondsLeft !== null

  useEffect(() => {
    const check = (): void => {
      const left = lastTouch + LOCK_AFTER - Date.now()
      if (left <= 0) void lock('idle')
      else setSecondsLeft(left <= WARN_BEFORE ? Math.ceil(left / 1000) : null)
    }
    const touch = (): void => {
      if (!isWarning) setLastTouch(Date.now())
    }
    const timer = window.setInterval(check, 1000)
    document.addEventListener('visibilitychange', check)
    for (const name of ACTIVITY) document.addEventListener(name, touch, { passive: true })
    return () => {
      window.clearInterval(timer)
      document.removeEventListener('visibilitychange', check)
      for (const name of ACTIVITY) document.removeEventListener(name, touch)
    }
  }, [lastTouch, isWarning])

  const stay = (): void => {
    setLastTouch(Date.now())
    setSecondsLeft(null)
  }
  return { secondsLeft, stay }
}
