import { expect, test } from 'vitest'
import { ERRORS } from '../../packages/sdk/src/error-messages.ts'
import {
  type ErrorCode,
  fromWireError,
  isErrorCode,
  isLockstitchError,
  LockstitchError,
  toWireError,
} from '../../packages/sdk/src/errors.ts'

const CODES = Object.keys(ERRORS) as ErrorCode[]

test.each(CODES)('%s has one constant sentence', (code) => {
  const error = new LockstitchError(code)
  expect(code).toMatch(/^ERR(_[A-Z]+)+$/)
  expect(error).toMatchObject({ name: 'LockstitchError', code, message: ERRORS[code] })
  expect(error.message).toMatch(/^[a-z][^.]+$/i)
  expect(Object.hasOwn(error, 'reason') || 'cause' in error).toBe(false)
})

test('only what may succeed later without a change is retryable', () => {
  const retryable = CODES.filter((code) => new LockstitchError(code).retryable)
  expect(retryable).toEqual([
    'ERR_ABORTED',
    'ERR_OFFLINE',
    'ERR_RATE_LIMITED',
    'ERR_SERVER',
    'ERR_STORAGE_BLOCKED',
    'ERR_WORKER_GONE',
    'ERR_WORKER_TIMEOUT',
  ])
})

test('an error of another copy of the package is one, a look-alike is not', () => {
  const copy = Object.assign(new Error('x'), { [Symbol.for('lockstitch/error')]: true })
  expect(isLockstitchError(copy)).toBe(true)
  expect(isLockstitchError(new LockstitchError('ERR_LOCKED'))).toBe(true)
  for (const value of [new Error('x'), { code: 'ERR_LOCKED' }, null, undefined, 'ERR_LOCKED']) {
    expect(isLockstitchError(value)).toBe(false)
  }
})

test('only codes cross a boundary', () => {
  const error = Object.assign(new LockstitchError('ERR_REJECTED_BY_SERVER', 'ERR_KEY_STATE'), { secret: 'x' })
  expect(toWireError(error)).toEqual({ code: 'ERR_REJECTED_BY_SERVER', reason: 'ERR_KEY_STATE' })
  expect(toWireError(new LockstitchError('ERR_LOCKED'))).toEqual({ code: 'ERR_LOCKED' })
  expect(toWireError(new Error('the password is x'))).toEqual({ code: 'ERR_INTERNAL' })
  expect(fromWireError({ code: 'ERR_LOCKED', reason: 'x', message: 'y' })).toMatchObject({
    code: 'ERR_LOCKED',
    message: ERRORS.ERR_LOCKED,
  })
  expect(fromWireError({ code: 'ERR_LOCKED', reason: 'x' }).reason).toBeUndefined()
  expect(fromWireError({ code: 'ERR_CONFLICT', reason: 'ERR_LOCKED' }).reason).toBe('ERR_LOCKED')
})

test.each([
  undefined,
  null,
  'ERR_LOCKED',
  {},
  { code: 'toString' },
  { code: '__proto__' },
  { code: 1 },
  { code: ['ERR_LOCKED'] },
])('what is no wire error becomes ERR_INTERNAL: %o', (wire) => {
  expect(fromWireError(wire).code).toBe('ERR_INTERNAL')
})

test('a name of Object.prototype is not a code', () => {
  expect(['ERR_LOCKED', 'toString', 'constructor', '', 1, null].map(isErrorCode)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})
