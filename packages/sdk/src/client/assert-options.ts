import { assertIterations } from '../format/kdf-params.ts'
import type { ClientOptions } from './types.ts'

/** Throws a `TypeError` for a number among the options of a client that cannot be meant. */
export function assertOptions({ autoLock = {}, iterations }: ClientOptions): void {
  if (iterations !== undefined) assertIterations(iterations)
  for (const [name, value] of Object.entries(autoLock)) {
    if (name.endsWith('Ms') && !(typeof value === 'number' && value >= 0))
      throw new TypeError(`${name} must be a number of milliseconds`)
  }
}
