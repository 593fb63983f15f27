/** The clocks lie, and timers are late or never come: A82, with the time in the attacker's hand. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closePage, HOUR, MINUTE, openPage, passWithoutTimers, sleep, touch, unlockTab, YEAR } from '../support/page.ts'

beforeEach(openPage)
afterEach(closePage)

test('locks after idle time, and a touch begins it again', () => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE })
  vi.advanceTimersByTime(9 * MINUTE)
  touch()
  vi.advanceTimersByTime(10 * MINUTE - 1000)
  expect(locks).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(locks).toEqual(['idle'])
})

test.each(['pointerdown', 'keydown', 'wheel', 'touchmove', 'click', 'input'])('%s is a touch', (type) => {
  const { locks } = unlockTab({ idleMs: 2 * MINUTE })
  vi.advanceTimersByTime(MINUTE)
  touch(type)
  vi.advanceTimersByTime(MINUTE + 1000)
  expect(locks).toEqual([])
})

test('locks at the absolute limit, however busy the user is', () => {
  const { locks } = unlockTab({ absoluteMs: HOUR })
  for (let minute = 0; minute < 60; minute++) {
    expect(locks).toEqual([])
    touch()
    vi.advanceTimersByTime(MINUTE)
  }
  expect(locks).toEqual(['absolute'])
})

test('locks after 15 idle minutes and after 24 hours unless said', () => {
  const { locks, guard } = unlockTab()
  vi.advanceTimersByTime(15 * MINUTE - 1000)
  guard.extend()
  expect(locks).toEqual([])
  vi.advanceTimersByTime(15 * MINUTE)
  expect(locks).toEqual(['idle'])
  const other = unlockTab()
  for (let count24 = 0; count24 < 24 * 6 - 1; count24++) {
    vi.advanceTimersByTime(10 * MINUTE)
    other.guard.extend()
  }
  expect(other.locks).toEqual([])
  vi.advanceTimersByTime(10 * MINUTE)
  expect(other.locks).toEqual(['absolute'])
})

test('A82: a wall clock set back by a year gains nothing', () => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE })
  vi.advanceTimersByTime(5 * MINUTE)
  vi.setSystemTime(Date.now() - YEAR)
  vi.advanceTimersByTime(5 * MINUTE)
  expect(locks).toEqual(['idle'])
})

test('A82: set back again and again, it gains nothing', () => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE })
  for (let count30 = 0; count30 < 30 && locks.length === 0; count30++) {
    vi.advanceTimersByTime(20_000)
    vi.setSystemTime(Date.now() - 20_000)
  }
  expect(locks).toEqual(['idle'])
})

test('A82: set back, and then the machine sleeps: the sleep still counts', () => {
  const { locks, guard } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  vi.setSystemTime(Date.now() - YEAR)
  vi.advanceTimersByTime(1000)
  sleep(10 * MINUTE)
  guard.check()
  expect(locks).toEqual(['idle'])
})

test('A82: a wall clock set forward by a year locks at once', () => {
  const { locks, guard } = unlockTab()
  vi.setSystemTime(Date.now() + YEAR)
  guard.check()
  expect(locks).toEqual(['absolute'])
})

test('A82: no timer runs, and the call after the deadline locks', () => {
  const { locks, guard } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(10 * MINUTE)
  expect(locks).toEqual([])
  guard.check()
  expect(locks).toEqual(['idle'])
})

test.each(['visibilitychange', 'resume', 'focus', 'pageshow'])('A82: looks at the clock at %s', (type) => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(10 * MINUTE)
  touch(type)
  expect(locks).toEqual(['idle'])
})

test('A82: a touch after the deadline comes too late', () => {
  const { locks } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(10 * MINUTE)
  touch()
  expect(locks).toEqual(['idle'])
})

test('A82: extending after the deadline comes too late', () => {
  const { locks, guard } = unlockTab({ idleMs: 10 * MINUTE, onSleep: 'keep' })
  passWithoutTimers(10 * MINUTE)
  guard.extend()
  expect(locks).toEqual(['idle'])
})

test('A82: a machine that slept locks when it wakes, or only when its time is over', () => {
  const strict = unlockTab()
  const lenient = unlockTab({ onSleep: 'keep' })
  sleep(3 * MINUTE)
  for (const { guard } of [strict, lenient]) guard.check()
  expect(strict.locks).toEqual(['sleep'])
  expect(lenient.locks).toEqual([])
})

test('a hidden page whose timers run once a minute has not slept', () => {
  const { locks, guard } = unlockTab()
  for (let minute = 0; minute < 10; minute++) {
    passWithoutTimers(MINUTE)
    guard.check()
  }
  expect(locks).toEqual([])
})

test('thousands of looks do not make time go faster', () => {
  const { locks, guard } = unlockTab({ absoluteMs: 10 * MINUTE })
  for (let step = 0; step < 10_000; step++) {
    vi.advanceTimersByTime(1)
    vi.setSystemTime(Date.now() + (step % 2 === 0 ? 1 : -1))
    guard.check()
  }
  vi.advanceTimersByTime(10 * MINUTE - 10_000 - 5000)
  expect(locks).toEqual([])
  vi.advanceTimersByTime(6000)
  expect(locks).toEqual(['absolute'])
})

test('leaving the page, and freezing it, lock or do not, by policy', () => {
  for (const [type, reason] of [
    ['pagehide', 'hidden'],
    ['freeze', 'sleep'],
  ] as const) {
    const strict = unlockTab()
    const lenient = unlockTab({ onPageHide: 'keep', onSleep: 'keep' })
    touch(type)
    expect(strict.locks).toEqual([reason])
    expect(lenient.locks).toEqual([])
    lenient.guard.stop()
  }
})

test('warns, second by second, and only extending ends the warning', () => {
  const { locks, warnings, guard } = unlockTab({ idleMs: 10 * MINUTE, warnMs: MINUTE })
  vi.advanceTimersByTime(9 * MINUTE - 1000)
  expect(warnings).toEqual([])
  vi.advanceTimersByTime(3000)
  expect(warnings).toEqual([60, 59, 58].map((left) => ({ reason: 'idle', leftMs: left * 1000 })))
  touch()
  vi.advanceTimersByTime(1000)
  expect(warnings.at(-1)).toEqual({ reason: 'idle', leftMs: 57_000 })
  guard.extend()
  expect(warnings.at(-1)).toBeUndefined()
  vi.advanceTimersByTime(9 * MINUTE - 1000)
  expect(warnings.at(-1)).toBeUndefined()
  vi.advanceTimersByTime(MINUTE + 1000)
  expect(locks).toEqual(['idle'])
})

test('the warning of the absolute limit cannot be put off', () => {
  const { locks, warnings, guard } = unlockTab({ idleMs: 2 * MINUTE, absoluteMs: 3 * MINUTE, warnMs: MINUTE })
  vi.advanceTimersByTime(MINUTE + 30_000)
  guard.extend()
  vi.advanceTimersByTime(45_000)
  guard.extend()
  expect(warnings.at(-1)).toEqual({ reason: 'absolute', leftMs: 45_000 })
  vi.advanceTimersByTime(45_000)
  expect(locks).toEqual(['absolute'])
})
