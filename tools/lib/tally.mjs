/** Counts what the suites' own JSON reports say, and writes the one closing line that a CI can read. */
import { existsSync, readFileSync } from 'node:fs'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} skips the names of what was skipped
 */

/** @param {boolean} ok @returns {Tally} one check that either passed or failed */
export const single = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, skips: [] })

/** @typedef {{ status: string, fullName: string }} VitestCase */
/** @typedef {{ title: string, specs?: PlaywrightSpec[], suites?: PlaywrightSuite[] }} PlaywrightSuite */
/** @typedef {{ title: string, tests: { status: string }[] }} PlaywrightSpec */

/** @param {string} file @returns {any} the report, or undefined when the suite did not get as far as writing one */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** @param {[string, string][]} cases name and state @returns {Tally} */
function count(cases) {
  const skips = cases.filter(([, state]) => state === 'skipped').map(([name]) => name)
  const passed = cases.filter(([, state]) => state === 'passed').length
  return { passed, failed: cases.length - passed - skips.length, skipped: skips.length, skips }
}

/**
 * A suite whose command failed without a failed test (a file that cannot be loaded, an error outside any test), that wrote
 * no report, or that ran no test at all, counts as one failure.
 *
 * @param {Tally} tally
 * @param {number} status
 * @returns {Tally}
 */
function settle(tally, status) {
  const broken = tally.failed === 0 && (status !== 0 || tally.passed === 0)
  return broken ? { ...tally, failed: 1 } : tally
}

/** @param {string} file a Vitest JSON report @param {number} status @returns {Tally} */
export function tallyVitest(file, status) {
  /** @type {{ assertionResults: VitestCase[] }[]} */
  const files = readReport(file)?.testResults ?? []
  const states = new Map([
    ['passed', 'passed'],
    ['failed', 'failed'],
  ])
  const cases = files.flatMap(({ assertionResults }) => assertionResults)
  return settle(count(cases.map(({ fullName, status: state }) => [fullName, states.get(state) ?? 'skipped'])), status)
}

/** @param {PlaywrightSuite[]} suites @returns {[string, string][]} */
function casesOf(suites) {
  const states = new Map([
    ['expected', 'passed'],
    ['skipped', 'skipped'],
  ])
  return suites.flatMap(({ specs = [], suites: inner = [] }) => [
    ...specs.flatMap(({ title, tests }) =>
      tests.map(({ status }) => /** @type {[string, string]} */ ([title, states.get(status) ?? 'failed'])),
    ),
    ...casesOf(inner),
  ])
}

/** @param {string} file a Playwright JSON report @param {number} status @returns {Tally} */
export function tallyPlaywright(file, status) {
  return settle(count(casesOf(readReport(file)?.suites ?? [])), status)
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    skipped: tallies.reduce((total, { skipped }) => total + skipped, 0),
    skips: tallies.flatMap(({ skips }) => skips),
  }
}

/** @param {Tally} tally */
export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
