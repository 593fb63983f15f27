/** Writes `docs/benchmarks.json` and the figures of `docs/benchmarks.md`, which stand between two markers. */
import type { NotBuilt } from '../workloads/not-built.ts'
import type { Misses } from './check.ts'
import { shortfall, type RatioFigure, type WorkloadFigures } from './figures.ts'
import type { Summary } from './stats.ts'

/** The content of `docs/benchmarks.json`. */
export interface Report {
  readonly machine: Machine
  readonly workloads: Readonly<Record<string, WorkloadFigures>>
}

/** Where it was measured. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  readonly chromium: string
}

const BEGIN = '<!-- figures: written by "pnpm bench" -->'
const END = '<!-- end of figures -->'

/** The document with its figures replaced. */
export function insertFigures(document: string, figures: string): string {
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('docs/benchmarks.md has no markers')
  return `${before}${BEGIN}\n\n${figures}\n${END}${after}`
}

/** The figures as Markdown. */
export function renderReport(
  { machine, workloads }: Report,
  misses: Misses,
  order: readonly string[],
  notBuilt: readonly NotBuilt[],
): string {
  const { processor, cores, memoryGib, system, node, chromium } = machine
  const known = order.flatMap((name) => (workloads[name] === undefined ? [] : [[name, workloads[name]] as const]))
  return [
    `Machine: ${processor}, ${cores} cores, ${memoryGib} GiB, ${system}; Node ${node}, ${chromium}.`,
    '',
    ...known.flatMap(([name, figures]) => renderWorkload(figures, misses[name] ?? {})),
    ...(notBuilt.length === 0 ? [] : ['## Not measured yet', '']),
    ...notBuilt.flatMap(({ title, targets }) => [`- ${title}`, ...targets.map((target) => `  - ${target}`)]),
    '',
  ].join('\n')
}

function renderWorkload(figures: WorkloadFigures, misses: Misses[string]): string[] {
  const { title, about, measured, rounds, load, unit, cases, ratios } = figures
  return [
    `## ${title}`,
    '',
    ...wrap(about),
    '',
    `${measured.slice(0, 10)}, ${rounds} rounds${load === undefined ? '' : `, load average of the machine ${number(load)}`}.`,
    '',
    '| ratio of medians | value | target | |',
    '|---|---|---|---|',
    ...Object.entries(ratios).map(([id, ratio]) => renderRatio(id, ratio, misses?.[id])),
    '',
    '| case | median | p10-p90 | other figures |',
    '|---|---|---|---|',
    ...Object.entries(cases).map(([name, { time, ...others }]) => renderCase(name, unit, time, others)),
    '',
  ]
}

function renderRatio(id: string, ratio: RatioFigure, miss: { why: string } | undefined): string {
  const target =
    ratio.atMost !== undefined ? `<= ${ratio.atMost}` : ratio.atLeast !== undefined ? `>= ${ratio.atLeast}` : '-'
  const short = shortfall(ratio.value, ratio)
  const verdict =
    target === '-'
      ? ''
      : short <= 0
        ? 'met'
        : `**missed by ${Math.ceil(short * 100)} %**${miss === undefined ? '' : `: ${miss.why}`}`
  return `| ${id} | ${number(ratio.value)}${ratio.difference === true ? '' : ' x'} | ${target} | ${verdict} |`
}

function renderCase(
  name: string,
  unit: string,
  time: Summary | undefined,
  others: Readonly<Record<string, Summary>>,
): string {
  const rest = Object.entries(others).map(
    ([figure, { median, p90 }]) => `${figure} ${number(median)} (p90 ${number(p90)})`,
  )
  const range = time === undefined ? '' : `${number(time.p10)}-${number(time.p90)}`
  return `| ${name} | ${time === undefined ? '' : `${number(time.median)} µs/${unit}`} | ${range} | ${rest.join(', ')} |`
}

/** Three digits that count. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

function wrap(text: string, width = 132): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
