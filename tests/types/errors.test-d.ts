/** What the compiler knows of errors. */
import { type ErrorCode, isLockstitchError, LockstitchError } from '@lockstitch/sdk'
import type { Kid } from '@lockstitch/sdk/format'
import { parseKid, serializeEnvelope } from '@lockstitch/sdk/format'
import { expectTypeOf } from 'vitest'

/** A code is one of the table, so that a switch can be checked. */
export function codes(error: unknown): void {
  expectTypeOf(new LockstitchError('ERR_LOCKED').code).toEqualTypeOf<ErrorCode>()
  expectTypeOf<'ERR_LOCKED'>().toExtend<ErrorCode>()
  // @ts-expect-error TS2345 a code that is none
  new LockstitchError('ERR_NOPE')
  // @ts-expect-error TS2345 a message is not for the caller to choose
  new LockstitchError('the password is wrong')
  if (isLockstitchError(error)) {
    expectTypeOf(error).toEqualTypeOf<LockstitchError>()
    // @ts-expect-error TS2540 an error is read only
    error.code = 'ERR_LOCKED'
  }
  // @ts-expect-error TS18046 what was thrown is unknown until it is looked at
  error.code.toString()
}

/** A kid is a text that was read as one. */
export function kids(): void {
  expectTypeOf(parseKid('AAAAAAAAAAA')).toEqualTypeOf<Kid>()
  // @ts-expect-error TS2322 a text is not a kid
  serializeEnvelope({ kid: 'AAAAAAAAAAA', sealed: new Uint8Array(29) })
}
