/** What tabs tell one another about locks: a message can lock or report a touch, and nothing else. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  closePage,
  MINUTE,
  openChannel,
  openPage,
  passWithoutTimers,
  settle,
  touch,
  unlockTab,
  YEAR,
} from '../support/page.ts'

beforeEach(openPage)
afterEach(closePage)

test('a touch in one tab is one in all of them, and ends their warning', async () => {
  const mine = unlockTab({ idleMs: 10 * MINUTE, warnMs: MINUTE })
  vi.advanceTimersByTime(9 * MINUTE + 30_000)
  expect(mine.warnings.at(-1)).toMatchObject({ reason: 'idle' })
  const channel = openChannel()
  channel.postMessage('active')
  await vi.waitFor(() => expect(mine.warnings.at(-1)).toBeUndefined())
  vi.advanceTimersByTime(8 * MINUTE)
  expect(mine.locks).toEqual([])
  channel.close()
})

test('a touch is told to the others, not more than once a second', async () => {
  const channel = openChannel()
  const heard: unknown[] = []
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => heard.push(data))
  unlockTab()
  for (let step = 0; step < 20; step++) touch()
  vi.advanceTimersByTime(1000)
  for (let step = 0; step < 20; step++) touch()
  await vi.waitFor(() => expect(heard).toEqual(['active', 'active']))
  await settle()
  expect(heard).toHaveLength(2)
  channel.close()
})

test('A82: a touch told after the deadline brings nothing back', async () => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(10 * MINUTE)
  const channel = openChannel()
  channel.postMessage('active')
  await vi.waitFor(() => expect(locks).toEqual(['idle']))
  channel.close()
})

test('the absolute limit of one tab, and its lock, lock the others; a tab of another database stays', async () => {
  const first = unlockTab({ absoluteMs: MINUTE })
  const second = unlockTab()
  const stranger = unlockTab({}, 'another database')
  vi.advanceTimersByTime(MINUTE)
  expect(first.locks).toEqual(['absolute'])
  await vi.waitFor(() => expect(second.locks).toEqual(['other-tab']))
  const [third, fourth] = [unlockTab(), unlockTab()]
  third.guard.lockOthers()
  third.guard.stop()
  await vi.waitFor(() => expect(fourth.locks).toEqual(['other-tab']))
  expect([...third.locks, ...stranger.locks]).toEqual([])
})

test('a tab that overslept locks itself, and not the one that is used', async () => {
  const background = unlockTab({ idleMs: 5 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(5 * MINUTE)
  const used = unlockTab({ idleMs: 5 * MINUTE })
  background.guard.check()
  expect(background.locks).toEqual(['idle'])
  await settle()
  expect(used.locks).toEqual([])
})

test('tabs whose time ends together lock together, though the timers of one are late', async () => {
  const visible = unlockTab({ idleMs: 5 * MINUTE })
  const hidden = unlockTab({ idleMs: 5 * MINUTE + 1500, onSleep: 'keep' })
  passWithoutTimers(5 * MINUTE)
  visible.guard.check()
  await vi.waitFor(() => expect(hidden.locks).toEqual(['idle']))
})

test('no message unlocks, extends the absolute limit, or is anything but the three', async () => {
  const { locks, guard } = unlockTab({ absoluteMs: 10 * MINUTE, onSleep: 'keep' })
  const channel = openChannel()
  for (const message of ['unlock', 'extend', { type: 'active', at: YEAR }, null, ['lock']]) channel.postMessage(message)
  await settle()
  expect(locks).toEqual([])
  vi.advanceTimersByTime(9 * MINUTE)
  channel.postMessage('active')
  await settle()
  vi.advanceTimersByTime(MINUTE)
  expect(locks).toEqual(['absolute'])
  channel.postMessage('active')
  await settle()
  guard.check()
  guard.extend()
  expect(locks).toEqual(['absolute'])
  channel.close()
})
