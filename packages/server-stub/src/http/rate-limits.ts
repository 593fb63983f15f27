import { Problem } from './problem.ts'

/** At most `count` in any window of `ms` that begins with the first of them. */
export interface Rate {
  readonly count: number
  readonly ms: number
}

/** Counts what happens under a name. */
export interface RateLimits {
  /**
   * Counts one more.
   *
   * @throws Problem `429 ERR_RATE_LIMITED` with `Retry-After` when that is one too many.
   */
  take(name: string, rate: Rate): void
  /** Takes back the last one: it was counted before it was known that it does not count. */
  giveBack(name: string): void
}

interface Window {
  count: number
  readonly ends: number
}

const MAX_WINDOWS = 100_000

/**
 * Counters in the memory of this process: several processes behind one address each allow the rate. Names past
 * {@link MAX_WINDOWS} push out the oldest, so that no flood of names fills the memory.
 */
export function createRateLimits(now: () => number): RateLimits {
  const windows = new Map<string, Window>()
  return {
    take(name, { count, ms }) {
      const known = windows.get(name)
      const window = known !== undefined && known.ends > now() ? known : { count: 0, ends: now() + ms }
      if (window.count >= count) {
        throw new Problem(429, 'ERR_RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil((window.ends - now()) / 1000)) })
      }
      window.count += 1
      if (window !== known) windows.delete(name)
      windows.set(name, window)
      for (const oldest of windows.keys())
        if (windows.size > MAX_WINDOWS) windows.delete(oldest)
        else break
    },
    giveBack(name) {
      const window = windows.get(name)
      if (window !== undefined && window.count > 0) window.count -= 1
    },
  }
}
