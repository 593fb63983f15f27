/** How many random cases a property gets, and from which seed: the same on every machine, so that a red run stays red. */
import { deepStrictEqual } from 'node:assert/strict'
import { expect } from 'vitest'
import fc, { type IAsyncProperty, type IProperty } from 'fast-check'
import { type ErrorCode, isErrorCode, isLockstitchError } from '../../../packages/sdk/src/errors.ts'

const isSlow = process.env['SLOW'] === '1'

/** Runs a property 100 times, or 1,000 times with SLOW=1. */
export function check<T>(property: IProperty<T>): void {
  fc.assert(property, settings(1))
}

/** The same for a property that needs cryptography; `share` lessens the runs of one that is slow. */
export async function checkAsync<T>(property: IAsyncProperty<T>, share = 1): Promise<void> {
  await fc.assert(property, settings(share))
}

function settings(share: number): { seed: number; numRuns: number } {
  return { seed: 20_261_122, numRuns: Math.ceil((isSlow ? 1000 : 100) * share) }
}

/** What a total function comes to: a value, or one of the codes. Whatever else it throws fails the property. */
export function result<T>(call: () => T): { value: T } | { code: ErrorCode } {
  try {
    return { value: call() }
  } catch (error) {
    if (isLockstitchError(error) && isErrorCode(error.code)) return { code: error.code }
    throw error
  }
}

/** The same for a promise. */
export async function resultOf<T>(call: () => Promise<T>): Promise<{ value: T } | { code: ErrorCode }> {
  try {
    return { value: await call() }
  } catch (error) {
    return result<T>(() => {
      throw error
    })
  }
}

/** Equal in value, type and prototype, with -0 apart from 0 and `__proto__` and `constructor` as members like any other. */
export function expectSame(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected)
}

/**
 * A reader is total, and what it read is written again as what was read: the value gives `original` back through `write`,
 * or the input is refused with one of the codes.
 */
export function expectRead<T>(
  read: () => T,
  codes: readonly ErrorCode[],
  write: (value: T) => unknown,
  original: unknown,
): void {
  const got = result(read)
  if ('value' in got) expect(write(got.value)).toEqual(original)
  else expect(codes).toContain(got.code)
}
