import { isPlainObject } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { MAX_ITERATIONS, MAX_SALT_BYTES, MIN_ITERATIONS, SALT_BYTES } from './constants.ts'

/** How a password is stretched. */
export interface KdfParams {
  /** The only hash there is: a missing or another name is an error, never a default. */
  readonly hash: 'SHA-256'
  /** 600,000 to 10,000,000. */
  readonly iterations: number
  /** At least 16 bytes in base64url, made by the client. */
  readonly salt: string
}

/**
 * The value, once its parameters are known to be ones that this client derives with. It is called before any secret is
 * touched: a server can ask for more work than the floor, never for less, and not for so much that the client freezes.
 *
 * @throws LockstitchError `ERR_KDF_PARAMS` for anything else, whatever is wrong with it.
 */
export function parseKdfParams(value: unknown): KdfParams {
  if (!isPlainObject(value) || Object.keys(value).length !== 3) throw refused()
  const { hash, iterations, salt } = value
  if (hash !== 'SHA-256' || typeof salt !== 'string' || typeof iterations !== 'number') throw refused()
  if (!Number.isSafeInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) throw refused()
  const length = saltLength(salt)
  if (length < SALT_BYTES || length > MAX_SALT_BYTES) throw refused()
  return { hash, iterations, salt }
}

/** Throws a `TypeError` unless it is a number of PBKDF2 iterations that every client accepts: 600,000 to 10,000,000. */
export function assertIterations(iterations: number): void {
  if (!Number.isSafeInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS)
    throw new TypeError(`iterations must be an integer from ${MIN_ITERATIONS} to ${MAX_ITERATIONS}`)
}

function saltLength(salt: string): number {
  try {
    return decodeBase64url(salt).length
  } catch {
    throw refused()
  }
}

function refused(): LockstitchError {
  return new LockstitchError('ERR_KDF_PARAMS')
}
