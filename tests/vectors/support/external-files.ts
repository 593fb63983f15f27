/** Vectors that are not committed: where they are at hand they run, under CI they must be at hand. */
import { type TestContext } from 'vitest'

/** How a suite reads its files, in Node from where they lie and in the browser from the copy that Node made. */
export interface ExternalFiles {
  /** The text of a file, or undefined when it is not at hand. */
  read(name: string): Promise<string | undefined>
  /** Why a file is not at hand, for the name of the skip. */
  readonly reason: string
  /** Where a machine decides, a missing file is a failure. */
  readonly required: boolean
}

/** The text of a file; skips the test by name, or fails it, when the file is not at hand. */
export async function readOrSkip(files: ExternalFiles, name: string, { skip }: Pick<TestContext, 'skip'>): Promise<string> {
  const text = await files.read(name)
  if (text !== undefined) return text
  if (files.required) throw new Error(`${name} must be at hand under CI: ${files.reason}`)
  return skip(`${name} is not at hand: ${files.reason}`)
}
