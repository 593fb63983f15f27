/**
 * `npm test`: every gate and every suite, one after the other, and one closing line over all of them. A gate counts as one
 * test. `--fast` keeps to what needs no browser and no build; names (`npm test -- floors chromium`) run only these.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkBundles } from './gates/bundle.mjs'
import { checkConsumer } from './gates/consumer.mjs'
import { checkDocs } from './gates/docs.mjs'
import { checkDoors } from './gates/doors.mjs'
import { checkFloors } from './gates/floors.mjs'
import { checkFormat } from './gates/format.mjs'
import { checkLint } from './gates/lint.mjs'
import { checkPackage } from './gates/package.mjs'
import { checkTypes } from './gates/types.mjs'
import { provideBrowser } from './lib/browser.mjs'
import { report } from './lib/gate.mjs'
import { freePort } from './lib/port.mjs'
import { results, run } from './lib/repo.mjs'
import { closingLine, single, sum, tallyPlaywright, tallyVitest } from './lib/tally.mjs'

/** @typedef {import('./lib/tally.mjs').Tally} Tally */
/** @typedef {{ name: string, fast?: boolean, run: () => Promise<Tally> }} Step */

const FAST_FOLDERS = ['unit', 'property', 'conformance', 'interop', 'vectors', 'types'].map((name) => `tests/${name}/`)

/** @param {string} name @param {Parameters<typeof report>[1]} check @param {boolean} [fast] @returns {Step} */
const gate = (name, check, fast = false) => ({ name, fast, run: async () => single(await report(name, check)) })

/** @param {string} project @param {string} file @param {string[]} [filters] @returns {Promise<Tally>} */
async function vitest(project, file, filters = []) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  rmSync(file, { force: true })
  const { status } = await run('vitest', ['run', '--project', project, ...reporters, ...filters])
  return tallyVitest(file, status)
}

/** @param {(browser: string) => Promise<Tally>} suite @returns {Promise<Tally>} a failure when there is no browser */
async function inBrowser(suite) {
  const browser = await provideBrowser()
  if ('path' in browser) return suite(browser.path)
  console.log(`  ${browser.missing}`)
  return single(false)
}

async function chromium() {
  return inBrowser(async (path) => {
    process.env['LOCKSTITCH_CHROMIUM'] = path
    return vitest('chromium', join(results, 'chromium.json'))
  })
}

async function endToEnd() {
  return inBrowser(async (path) => {
    const file = join(results, 'e2e.json')
    const data = mkdtempSync(join(tmpdir(), 'lockstitch-e2e-'))
    const env = { LOCKSTITCH_CHROMIUM: path, LOCKSTITCH_E2E_PORT: String(await freePort()), LOCKSTITCH_E2E_DATA: data }
    rmSync(file, { force: true })
    try {
      const { status } = await run('playwright', ['test'], { env })
      return tallyPlaywright(file, status)
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  })
}

/** @param {boolean} fast @returns {Step[]} */
const steps = (fast) => [
  gate('format', checkFormat, true),
  gate('lint', checkLint, true),
  gate('types', checkTypes, true),
  gate('floors', checkFloors, true),
  gate('doors', checkDoors, true),
  { name: 'node', fast: true, run: () => vitest('node', join(results, 'node.json'), fast ? FAST_FOLDERS : []) },
  gate('package', checkPackage),
  gate('consumer', checkConsumer),
  gate('bundle', checkBundles),
  gate('docs', checkDocs),
  { name: 'chromium', run: chromium },
  { name: 'e2e', run: endToEnd },
]

const fast = process.argv.includes('--fast')
// Suites that convert or seal by the hundred thousand take fewer then.
if (fast) process.env['LOCKSTITCH_FAST'] = '1'
const names = process.argv.slice(2).filter((argument) => !['--fast', '--'].includes(argument))
const known = steps(fast)
const unknown = names.filter((name) => !known.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No step is called ${unknown.join(', ')}. Steps: ${known.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
const chosen = known.filter((step) => (names.length > 0 ? names.includes(step.name) : !fast || step.fast === true))

/** @type {Tally[]} */
const tallies = []
/** @type {string[]} */
const failures = []
for (const step of chosen) {
  console.log(`\n== ${step.name}`)
  const tally = await step.run()
  tallies.push(tally)
  if (tally.failed > 0) failures.push(`${step.name} (${closingLine(tally)})`)
}
const total = sum(tallies)
if (!['', '0', 'false'].includes(process.env['CI'] ?? '')) {
  // Where a machine decides, a skipped test is a hole nobody looks at: it fails, by name.
  const check = () => ({ read: chosen.length, problems: total.skips.map((name) => `skipped: ${name}`) })
  console.log('\n== skips')
  const ok = await report('skips', check)
  tallies.push(single(ok))
  if (!ok) failures.push('skips')
}
console.log(failures.length === 0 ? '' : `\nFailed: ${failures.join(', ')}`)
console.log(closingLine(sum(tallies)))
process.exitCode = failures.length === 0 ? 0 : 1
