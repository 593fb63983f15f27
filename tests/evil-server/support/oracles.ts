/** What must hold after every attack, whatever it was. */
import { Buffer } from 'node:buffer'
import { expect } from 'vitest'
import { type ErrorCode, isLockstitchError, type LockstitchError } from '@lockstitch/sdk'
import { ERRORS } from '@lockstitch/sdk/format'
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

/** Every row of a local database, by object store; that a database was made at all counts for nothing. */
export async function readDatabase(name: string): Promise<Record<string, unknown[]>> {
  // Opening a database that is not there would make an empty one.
  if ((await indexedDB.databases()).every((one) => one.name !== name)) return {}
  const database = await settled(indexedDB.open(name))
  try {
    const stores = [...database.objectStoreNames]
    const transaction = database.transaction(stores)
    const rows = await Promise.all(stores.map((store) => settled(transaction.objectStore(store).getAll())))
    const entries = stores.map((store, index): [string, unknown[]] => [store, rows[index] as unknown[]])
    return Object.fromEntries(entries.filter(([store, content]) => store !== 'marks' && content.length > 0))
  } finally {
    database.close()
  }
}

/** Changes the local database from outside, as a thief of the device could. */
export async function editDatabase(name: string, store: string, edit: (row: never) => unknown): Promise<void> {
  const database = await settled(indexedDB.open(name))
  try {
    const objects = database.transaction(store, 'readwrite').objectStore(store)
    const rows = (await settled(objects.getAll())) as never[]
    await settled(objects.clear())
    for (const row of rows) {
      const edited = edit(row)
      if (edited !== undefined) await settled(objects.put(edited))
    }
  } finally {
    database.close()
  }
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

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
