/** A second thread that is ended, killed, silent or missing: nothing hangs, nothing is lost, no key stays. */
import { expect, test } from 'vitest'
import { createClient } from '@lockstitch/sdk'
import { codeOf } from '../conformance/stage.ts'
import { Ledger } from '../support/models.ts'
import { enrolled, hooks, ledgers, MANY, PASSWORD, sealAll, seconds, valuesOf, warm } from './support/second.ts'

test('a lock ends the second thread; another account is done by another thread with its own keys', async () => {
  const { vault } = await enrolled()
  const { account } = await enrolled()
  const second = await warm(vault)
  const { asked } = second
  await vault.lock()
  expect(second.isEnded).toBe(true)
  await vault.unlock(account)
  const next = await warm(vault)
  expect(next).not.toBe(second)
  expect(second.asked).toBe(asked)
  const status = await vault.status()
  expect(next.handed.map((keys) => keys.account)).toEqual([status.account])
})

test('a lock in the middle of a batch ends the second thread, and no other one is given the keys', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  const sent = new Promise<void>((resolve) => {
    hooks.onSend = (_, pass) => {
      pass()
      resolve()
    }
  })
  const sealing = vault.sealMany(Ledger, ledgers(2000))
  await sent
  await vault.lock()
  expect(second.isEnded).toBe(true)
  await sealing.catch(() => undefined)
  expect(seconds).toEqual([second])
})

test('is killed in the middle of a batch: the first thread does what it had', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  hooks.onSend = (one, pass) => {
    pass()
    one.kill()
  }
  const sealed = await sealAll(vault, ledgers(MANY))
  expect(sealed).toHaveLength(MANY)
  expect(second.isEnded).toBe(true)
  const opened = valuesOf(await vault.openMany(Ledger, sealed))
  expect(opened.map(({ name }) => name)).toEqual(ledgers(MANY).map(({ name }) => name))
  // It is not started again before the next unlock.
  expect(seconds).toEqual([second])
})

test('does not answer: the call ends all the same', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  hooks.onSend = () => undefined
  expect(await sealAll(vault, ledgers(MANY))).toHaveLength(MANY)
  expect(second.isEnded).toBe(true)
})

test('throws in the middle: the first thread does what it had', async () => {
  const { vault } = await enrolled()
  const second = await warm(vault)
  hooks.onSend = (one) => queueMicrotask(() => one.dispatchEvent(new ErrorEvent('error')))
  expect(await sealAll(vault, ledgers(MANY))).toHaveLength(MANY)
  expect(second.isEnded).toBe(true)
})

test.each([
  ['its script is not there', '/no-such-script.js'],
  ['its address is none', 'http://'],
])('cannot be started because %s: the first thread does everything', async (_, url) => {
  const { vault } = await enrolled(url)
  for (let batch = 0; batch < 3; batch++) {
    const sealed = await sealAll(vault, ledgers(MANY))
    expect(valuesOf(await vault.openMany(Ledger, sealed))).toHaveLength(MANY)
  }
  expect(seconds.length).toBeLessThanOrEqual(1)
})

test('a value that no message can carry fails its own record and no other', async () => {
  const { vault } = await enrolled()
  await warm(vault)
  const records: object[] = ledgers(MANY)
  records[200] = { name: () => 1 }
  const results = await vault.sealMany(Ledger, records as never[])
  expect(results.map((item) => (item.ok ? 'ok' : item.error.code))).toEqual(
    records.map((_, at) => (at === 200 ? 'ERR_VALUE_INVALID' : 'ok')),
  )
})

test('an abort in the middle is what it is with one thread', async () => {
  const { vault } = await enrolled()
  await warm(vault)
  const abort = new AbortController()
  hooks.onSend = (_, pass) => {
    pass()
    abort.abort()
  }
  expect(await codeOf(vault.sealMany(Ledger, ledgers(MANY), { signal: abort.signal }))).toBe('ERR_ABORTED')
})

test.each([0, 3, '2'])('a client has one worker or two, and not %j', async (workers) => {
  const client = createClient({ server: 'https://nowhere.invalid', workers: workers as never })
  const unlocking = client.unlock({ handle: 'ada@example.org', password: PASSWORD })
  await expect(unlocking).rejects.toThrow(new TypeError('workers must be 1 or 2'))
})
