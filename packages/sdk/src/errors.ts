/**
 * The one error class of Lockstitch, and the table of its codes.
 *
 * Messages are constants: no input, plaintext, key, password or server text ever stands in one.
 * A failure to open, unwrap or unlock is one code without detail, so that it cannot serve as an oracle.
 *
 * @module
 */

/** Every code with its constant message. */
export const ERRORS = {
  ERR_ABORTED: 'the call was aborted by its caller',
  ERR_ACCOUNT_PENDING: 'the account accepts records only after its recovery code has been confirmed',
  ERR_ACCOUNT_STATE: 'the account state is not one that this account signed',
  ERR_AUDIT_BROKEN: 'the audit log was cut or changed',
  ERR_CONFLICT: 'a newer revision exists; load it and apply the change again',
  ERR_DEVICE_REVOKED: 'this device is not remembered any more; unlock another way',
  ERR_DEVICE_SHARED: 'a shared computer is not remembered',
  ERR_DIGEST_MISMATCH: 'the manifest does not describe the fields beside it',
  ERR_ENVIRONMENT: 'the platform lacks what Lockstitch needs; WebCrypto exists only in a secure context',
  ERR_ESCROW_CARD: 'this is not a complete card of an account',
  ERR_ESCROW_DIGITS: 'the digits are not those of this request',
  ERR_ESCROW_ENDED: 'there is no such request: it was cancelled, used or has expired',
  ERR_ESCROW_RELEASED: 'the shares of this request were released already',
  ERR_ESCROW_RULE:
    'an escrow needs 2 to 16 different custodians, a threshold of them, and a delay of an hour to 30 days',
  ERR_ESCROW_SHARE: 'too few shares are the ones that the account committed to',
  ERR_ESCROW_WAITING: 'approvals or time are missing before the shares are released',
  ERR_FIELD_UNKNOWN: 'the record has a field that its model does not classify',
  ERR_FILE_MISSING: 'the server does not show the file that the reference names',
  ERR_FILE_QUOTA: 'the account has no room for more files',
  ERR_FILE_SOURCE: 'the content of the file could not be read, or is not the one of before',
  ERR_FORBIDDEN: 'the record belongs to another account',
  ERR_FORMAT_INVALID: 'the text is not a well-formed Lockstitch document',
  ERR_FORMAT_LIMIT: 'the value is larger than the format allows',
  ERR_FORMAT_VERSION: 'the format version is unknown or below the minimum of the account',
  ERR_HANDLE_INVALID: 'the handle must have 3 to 254 characters',
  ERR_HANDLE_TAKEN: 'an account with this handle exists',
  ERR_INTERNAL: 'an unexpected failure inside Lockstitch',
  ERR_KDF_PARAMS: 'the key derivation parameters are outside the accepted range',
  ERR_KEY_INVALID: 'the key is not what its id says',
  ERR_KEY_IN_USE: 'records of a model that was not named are still sealed under the key',
  ERR_KEY_STATE: 'the key does not accept new writes',
  ERR_KEY_UNKNOWN: 'no key with this id is in the keyring',
  ERR_LINK_CODE: 'this is not a link code',
  ERR_LINK_FAILED: 'the devices were not linked; begin again on the new one',
  ERR_LOCKED: 'the vault is locked',
  ERR_MODEL_INVALID: 'the model is not exhaustive: every field needs a classification',
  ERR_NAME_INVALID: 'the name must have 1 to 127 bytes of UTF-8',
  ERR_NONCE_REUSED: 'a nonce was used before in this record',
  ERR_OFFLINE: 'the server cannot be reached',
  ERR_OPEN_FAILED: 'the sealed value cannot be opened',
  ERR_PASSKEY_CANCELLED: 'the passkey was not used: cancelled, timed out, or none is on this device',
  ERR_PASSKEY_NO_SECRET: 'the passkey cannot derive secrets, so it cannot open an account',
  ERR_PASSKEY_UNSUPPORTED: 'this platform has no passkeys',
  ERR_PASSWORD_INVALID: 'the password is empty or is not well-formed text',
  ERR_PIN_INVALID: 'the PIN must have 4 to 12 characters',
  ERR_PIN_WRONG: 'the PIN is wrong',
  ERR_PROTOCOL: 'the answer of the server is not what the protocol allows',
  ERR_RATE_LIMITED: 'too many requests; wait before the next one',
  ERR_RECORD_ID: 'the record id must have 1 to 64 characters of A-Z a-z 0-9 - _',
  ERR_RECORD_MISSING: 'the server does not show a record that this device knows to exist',
  ERR_RECORD_NOT_FOUND: 'there is no such record',
  ERR_RECOVERY_CODE: 'this is not a complete recovery code; check for a typing error',
  ERR_REJECTED_BY_SERVER: 'the server refused the request',
  ERR_REQUEST_REPLAYED: 'the signed request was seen before or is too old',
  ERR_ROLLBACK: 'the server shows an older or a different state than this device has seen',
  ERR_ROTATION_NONE: 'there is no rotation of this classification that could be undone',
  ERR_SERVER: 'the server failed',
  ERR_SESSION: 'there is no valid session; unlock again',
  ERR_SIGNATURE_INVALID: 'the request signature is missing or wrong',
  ERR_SLOT_NEEDED: 'an account needs two confirmed ways in',
  ERR_SLOT_UNKNOWN: 'the account has no such way in',
  ERR_STORAGE_BLOCKED: 'another tab keeps the local database from opening',
  ERR_STORAGE_LOST: 'the browser closed or evicted the local database',
  ERR_STORAGE_QUOTA: 'the local storage is full',
  ERR_STORAGE_TAMPERED: 'the local state of this device was changed from outside',
  ERR_TEXT_INVALID: 'the text is not well-formed Unicode',
  ERR_UNLOCK_FAILED: 'the account cannot be unlocked with these credentials',
  ERR_VALUE_INVALID: 'the value is not of the type its field declares',
  ERR_WORKER_GONE: 'the worker ended; unlock again',
  ERR_WORKER_METHOD: 'the worker does not offer this call',
  ERR_WORKER_START: 'the worker could not be started',
  ERR_WORKER_TIMEOUT: 'the worker did not answer in time',
} as const

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
