import { isLockstitchError } from '@lockstitch/sdk'

/** What the exit code of a command says. */
export const EXIT = { done: 0, someFailed: 1, usage: 2, cannot: 3, interrupted: 130 } as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What the operator asked for cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs a command to its exit code. A message says what was wrong, and never a value, a key or a password. */
export async function runCommand(work: () => Promise<ExitCode>): Promise<void> {
  let code: ExitCode
  try {
    code = await work()
  } catch (error) {
    code = codeOf(error)
    process.stderr.write(`lockstitch: ${messageOf(error, code)}\n`)
  }
  process.exit(code)
}

function codeOf(error: unknown): ExitCode {
  if (isLockstitchError(error)) return error.code === 'ERR_ABORTED' ? EXIT.interrupted : EXIT.cannot
  return error instanceof UsageError || error instanceof TypeError ? EXIT.usage : EXIT.cannot
}

function messageOf(error: unknown, code: ExitCode): string {
  if (code === EXIT.interrupted) return 'interrupted; the same command goes on where this one stopped'
  if (isLockstitchError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : 'the command failed'
}
