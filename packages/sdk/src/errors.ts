/**
 * The one error class of Lockstitch. Its codes and their messages are in `error-messages.ts`.
 *
 * A failure to open, unwrap or unlock is one code without detail, so that it cannot serve as an oracle.
 *
 * @module
 */
import { ERRORS } from './error-messages.ts'

/** One of the stable codes that {@link LockstitchError} carries. */
export type ErrorCode = keyof typeof ERRORS

/** The codes after which the same call may succeed later without a change. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'ERR_ABORTED',
  'ERR_OFFLINE',
  'ERR_RATE_LIMITED',
  'ERR_SERVER',
  'ERR_STORAGE_BLOCKED',
  'ERR_WORKER_GONE',
  'ERR_WORKER_TIMEOUT',
] satisfies ErrorCode[])

/** The form in which an error crosses the worker boundary or an HTTP problem document: codes only. */
export interface WireError {
  readonly code: ErrorCode
  readonly reason?: ErrorCode
}

const BRAND: unique symbol = Symbol.for('lockstitch/error')

/** True for a string that is one of the stable codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value)
}

/**
 * The only error that Lockstitch throws for anything that can go wrong at run time.
 * (A programmer's mistake in an argument's type is a `TypeError`.)
 *
 * `code` is stable and made for `switch`; `message` is a constant sentence per code; `retryable` says whether the same
 * call may succeed later without a change; `reason` is the code that the server gave, on `ERR_REJECTED_BY_SERVER`.
 *
 * @example
 * ```ts
 * import { isLockstitchError, LockstitchError } from '@lockstitch/sdk'
 *
 * const error: unknown = new LockstitchError('ERR_OFFLINE')
 * if (isLockstitchError(error) && error.retryable) console.log(error.code) // ERR_OFFLINE
 * ```
 */
export class LockstitchError extends Error {
  override readonly name = 'LockstitchError'
  readonly code: ErrorCode
  readonly retryable: boolean
  declare readonly reason?: ErrorCode

  constructor(code: ErrorCode, reason?: ErrorCode) {
    super(ERRORS[code])
    this.code = code
    this.retryable = RETRYABLE.has(code)
    if (reason !== undefined) this.reason = reason
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a {@link LockstitchError}, also one made by another copy of the package. */
export function isLockstitchError(value: unknown): value is LockstitchError {
  return value instanceof Error && (value as { [BRAND]?: unknown })[BRAND] === true
}

/** The codes of an error and nothing else of it; whatever is not a {@link LockstitchError} becomes `ERR_INTERNAL`. */
export function toWireError(error: unknown): WireError {
  if (!isLockstitchError(error)) return { code: 'ERR_INTERNAL' }
  return error.reason === undefined ? { code: error.code } : { code: error.code, reason: error.reason }
}

/** The error that {@link toWireError} described; anything malformed becomes `ERR_INTERNAL`. */
export function fromWireError(wire: unknown): LockstitchError {
  const { code, reason } = (wire ?? {}) as { code?: unknown; reason?: unknown }
  if (!isErrorCode(code)) return new LockstitchError('ERR_INTERNAL')
  return new LockstitchError(code, isErrorCode(reason) ? reason : undefined)
}
