/** Random choices that a seed decides. */
export interface Chance {
  /** True with this probability, 0 to 1. */
  readonly is: (probability: number) => boolean
  /** 0 to `count - 1`. */
  readonly below: (count: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** The choices of a seed: mulberry32, which is small and good enough to choose with. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below: Chance['below'] = (count) => Math.floor(next() * count)
  return {
    is: (probability) => next() < probability,
    below,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
  }
}
