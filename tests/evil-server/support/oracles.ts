/** What must hold after every attack, whatever it was. */
import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import { type ErrorCode, isLockstitchError, type LockstitchError } from '@lockstitch/sdk'
import { ERRORS } from '@lockstitch/sdk/format'
import { readDatabase } from './database.ts'
import { CANARIES, type Device, expectNoLeak } from './world.ts'

const OWN_MEMBERS = new Set(['code', 'index', 'message', 'name', 'reason', 'retryable', 'stack'])

/** Fails unless the call fails with a typed error of one of the codes, which tells nothing but its code. */
export async function expectCode(call: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<LockstitchError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if (!('error' in outcome)) throw new Error(`the attack was not noticed; expected ${codes.join(' or ')}`)
  return expectTyped(outcome.error, codes)
}

/** Fails unless the error is a typed one of one of the codes, which tells nothing but its code. */
export function expectTyped(error: unknown, codes: readonly ErrorCode[]): LockstitchError {
  if (!isLockstitchError(error)) throw error
  expect(codes).toContain(error.code)
  expect(error.message).toBe(ERRORS[error.code])
  expect(error.cause).toBeUndefined()
  expect(Object.getOwnPropertyNames(error).filter((name) => !OWN_MEMBERS.has(name))).toEqual([])
  expectNoLeak(CANARIES, 'the error', error)
  return error
}

/** Fails when the work changes anything of what the device remembers: no pin moves, no local data goes. */
export async function expectUntouched<T>({ database }: Device, work: () => Promise<T>): Promise<T> {
  const before = printed(await readDatabase(database))
  const result = await work()
  expect(printed(await readDatabase(database))).toEqual(before)
  return result
}

/** Rows one by one as text, so that a difference can be read. */
function printed(rows: Record<string, unknown[]>): string[] {
  const bytes = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
  return Object.entries(rows).flatMap(([store, content]) =>
    content.map((row) => `${store} ${JSON.stringify(row, bytes)}`),
  )
}

/** Runs an attack: the call must fail with one of the codes, and nothing on the device may have changed. */
export async function expectRefused(
  device: Device,
  mutator: Device['net']['mutator'],
  call: () => Promise<unknown>,
  ...codes: readonly ErrorCode[]
): Promise<LockstitchError> {
  device.net.mutator = mutator
  try {
    return await expectUntouched(device, () => expectCode(call(), ...codes))
  } finally {
    device.net.mutator = {}
  }
}
