import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { problemsOf, report } from '../../tools/lib/gate.mjs'
import { closingLine, single, sum, tallyPlaywright, tallyVitest } from '../../tools/lib/tally.mjs'
import { fixture } from './support/fixture.ts'

function reportFile(content: unknown): string {
  return join(fixture({ 'report.json': JSON.stringify(content) }), 'report.json')
}

const vitestReport = (...states: string[]): unknown => ({
  testResults: [{ assertionResults: states.map((status, index) => ({ status, fullName: `case ${index}` })) }],
})

const playwrightReport = (...states: string[]): unknown => ({
  suites: [
    {
      title: 'a.spec.ts',
      suites: [{ title: 'group', specs: [{ title: 'x', tests: states.map((status) => ({ status })) }] }],
    },
  ],
})

test('counts passed, failed and skipped tests of both runners', () => {
  const vitest = tallyVitest(reportFile(vitestReport('passed', 'passed', 'failed', 'pending', 'todo')), 1)
  const playwright = tallyPlaywright(reportFile(playwrightReport('expected', 'unexpected', 'flaky', 'skipped')), 1)
  expect(closingLine(vitest)).toBe('2 passed, 1 failed, 2 skipped')
  expect(closingLine(playwright)).toBe('1 passed, 2 failed, 1 skipped')
  expect(closingLine(sum([vitest, playwright, single(true), single(false)]))).toBe('4 passed, 4 failed, 3 skipped')
  expect(sum([vitest, playwright]).skips).toEqual(['case 3', 'case 4', 'x'])
})

test('a suite that ran nothing has failed', () => {
  expect(tallyVitest(reportFile(vitestReport()), 0).failed).toBe(1)
  expect(tallyVitest(reportFile(vitestReport('skipped')), 0).failed).toBe(1)
  expect(tallyPlaywright(reportFile(playwrightReport()), 0).failed).toBe(1)
})

test('a suite that ended badly without a failed test has failed', () => {
  expect(tallyVitest(reportFile(vitestReport('passed')), 1).failed).toBe(1)
  expect(tallyPlaywright(reportFile(playwrightReport('expected')), 1).failed).toBe(1)
})

test('a suite without a report has failed', () => {
  expect(tallyVitest(join(fixture({}), 'report.json'), 0).failed).toBe(1)
  expect(tallyPlaywright(join(fixture({}), 'report.json'), 0).failed).toBe(1)
})

test('a gate that read nothing or that throws has failed', async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  expect(problemsOf({ read: 0, problems: [] })).not.toEqual([])
  expect(await report('control', () => ({ read: 0, problems: [] }))).toBe(false)
  expect(await report('control', () => Promise.reject(new Error('control')))).toBe(false)
  expect(await report('control', () => ({ read: 1, problems: [] }))).toBe(true)
  vi.restoreAllMocks()
})
