/** How every committed vector file is written, and how its cases become tests. */
import { describe, expect, test } from 'vitest'
import { type ErrorCode, isErrorCode, isLockstitchError } from '../../../packages/sdk/src/errors.ts'

/** A file of vectors. Bytes are in hex; it is never regenerated to make a test pass. */
export interface VectorFile<In, Out> {
  /** The document and section the values come from, or what made them. */
  readonly source: string
  readonly generatedBy: string
  readonly date: string
  readonly note: string
  readonly cases: readonly VectorCase<In, Out>[]
}

export interface VectorCase<In, Out> {
  readonly id: string
  readonly comment: string
  /** `ok`, or the code that the input must be refused with. */
  readonly expect: string
  readonly in: In
  readonly out: Out
}

/** One test a case, and one that the file is complete: ids are unique, and there are exactly `count` cases. */
export function checkVectors<In, Out>(
  name: string,
  file: VectorFile<In, Out>,
  count: number,
  run: (vector: VectorCase<In, Out>) => unknown,
): void {
  describe(name, () => {
    test(`has its ${count} cases and its source`, () => {
      expect(new Set(file.cases.map(({ id }) => id)).size).toBe(count)
      expect(file.cases.length).toBe(count)
      expect([file.source, file.generatedBy, file.date, file.note]).not.toContain('')
      for (const { expect: expected } of file.cases) expect(expected === 'ok' || isErrorCode(expected)).toBe(true)
    })
    test.each(file.cases)('$id: $comment', async (vector) => {
      await run(vector)
    })
  })
}

/** What a call came to: `ok`, or the code of its error; anything else that it throws is thrown on. */
export async function outcome(call: () => unknown): Promise<'ok' | ErrorCode> {
  try {
    await call()
    return 'ok'
  } catch (error) {
    if (isLockstitchError(error)) return error.code
    throw error
  }
}
