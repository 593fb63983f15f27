/**
 * `pnpm bench`: measures, writes docs/benchmarks.json and the figures of docs/benchmarks.md, and with `--check` compares.
 *
 *     --only NAME     this workload alone; may stand several times
 *     --rounds N      rounds of each workload; 15 unless said
 *     --quick         a tenth of everything in 2 rounds, to see that it runs; writes nothing
 *     --large         with what takes minutes to set up: an account of 100,000 records
 *     --check         fails when a ratio is more than 15 % worse than committed; writes nothing
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type as systemType } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, run } from '../../tools/lib/repo.mjs'
import { type Misses, problemsOfRun } from './lib/check.ts'
import { ratiosOf, type WorkloadFigures } from './lib/figures.ts'
import type { Measured } from './lib/measure.ts'
import { measureInChromium, measureInNode, startBackend, startChromium } from './lib/processes.ts'
import { insertFigures, type Machine, number, renderReport, type Report } from './lib/report.ts'
import type { Workload } from './lib/workload.ts'
import { WORKLOADS } from './workloads/index.ts'
import { NOT_BUILT } from './workloads/not-built.ts'

const ROUNDS = 15
const QUICK_ROUNDS = 2
const JSON_FILE = join(root, 'docs', 'benchmarks.json')
const DOCUMENT = join(root, 'docs', 'benchmarks.md')

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const unknown = options.only?.filter((name) => !WORKLOADS.some((workload) => workload.name === name)) ?? []
if (unknown.length > 0) {
  console.error(
    `No workload is called ${unknown.join(', ')}. Workloads: ${WORKLOADS.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}
const chosen = WORKLOADS.filter(({ name }) => options.only?.includes(name) ?? true)

const backend = await startBackend()
const browser = await startChromium()
const figures: Record<string, WorkloadFigures> = {}
try {
  for (const workload of chosen) {
    console.log(`\n== ${workload.name}: ${workload.title}`)
    figures[workload.name] = await measureWorkload(workload)
  }
} finally {
  await browser.close()
  backend.stop()
}
const misses = JSON.parse(readFileSync(join(import.meta.dirname, 'misses.json'), 'utf8')) as Misses
if (options.check) {
  const problems = problemsOfRun(chosen, figures, misses)
  for (const problem of problems) console.log(`  ${problem}`)
  console.log(problems.length === 0 ? '\nno ratio fell' : `\n${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} else if (!options.quick) {
  await writeReport()
}

async function measureWorkload(workload: Workload): Promise<WorkloadFigures> {
  const { name, title, about, unit, places } = workload
  const rounds =
    options.rounds === undefined ? (options.quick ? QUICK_ROUNDS : (workload.rounds ?? ROUNDS)) : Number(options.rounds)
  const seed = Date.now() % 1_000_000
  const order = { backendUrl: backend.url, quick: options.quick, large: options.large, rounds, seed }
  let cases: Measured = {}
  if (places.some((place) => place !== 'node')) cases = await measureInChromium(browser, name, order)
  if (places.includes('node')) cases = { ...cases, ...(await measureInNode(name, order)) }
  const ratios = ratiosOf(workload, cases)
  for (const [id, { value, atMost, atLeast }] of Object.entries(ratios)) {
    const target =
      atMost !== undefined ? `  (at most ${atMost})` : atLeast !== undefined ? `  (at least ${atLeast})` : ''
    console.log(`  ${number(value).padStart(8)}  ${id}${target}`)
  }
  return {
    title,
    about,
    unit,
    measured: new Date().toISOString(),
    rounds,
    load: loadavg()[0] ?? 0,
    seed,
    cases,
    ratios,
  }
}

async function writeReport(): Promise<void> {
  const known = existsSync(JSON_FILE) ? (JSON.parse(readFileSync(JSON_FILE, 'utf8')) as Report).workloads : {}
  const report: Report = { machine: describeMachine(), workloads: { ...known, ...figures } }
  writeFileSync(JSON_FILE, `${JSON.stringify(rounded(report), null, 2)}\n`)
  const order = WORKLOADS.map(({ name }) => name)
  writeFileSync(DOCUMENT, insertFigures(readFileSync(DOCUMENT, 'utf8'), renderReport(report, misses, order, NOT_BUILT)))
  await run('oxfmt', [JSON_FILE])
}

/** Four digits: more would be noise in every difference. */
function rounded(report: Report): unknown {
  return JSON.parse(
    JSON.stringify(report, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
    ),
  )
}

function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release().split('-')[0]}`,
    node: process.versions.node,
    chromium: `Chromium ${browser.version()}`,
  }
}
