import type { ConversionResult } from '@lockstitch/sdk'

const MAX_FAILURES = 1000
const SHOWN_FAILURES = 20

/** Counts of a run: by outcome and, for each field, by kind. No value and no id is counted. */
export interface Tally {
  readonly totals: Record<string, number>
  add(result: ConversionResult): void
  count(outcome: ConversionResult['outcome']): number
  /** The report, as text for people or as one line of JSON. */
  report(isJson: boolean): string
}

/** A tally that goes on from the totals of an earlier run. */
export function createTally(before: Readonly<Record<string, number>> = {}): Tally {
  const totals: Record<string, number> = { ...before }
  const failures: Pick<ConversionResult, 'index' | 'id' | 'problems'>[] = []
  const up = (name: string): void => void (totals[name] = (totals[name] ?? 0) + 1)
  const count: Tally['count'] = (outcome) => totals[outcome] ?? 0
  return {
    totals,
    count,
    add({ index, id, outcome, kinds, problems = [] }) {
      up(outcome)
      for (const [path, kind] of Object.entries(kinds)) up(`${path} ${kind}`)
      for (const { path, kind } of problems) if (kind === 'unmapped') up(`${path} ${kind}`)
      if (outcome === 'failed' && failures.length < MAX_FAILURES) {
        failures.push({ index, ...(id === undefined ? {} : { id }), problems })
      }
    },
    report(isJson) {
      const [converted, already, failed] = [count('converted'), count('already'), count('failed')]
      const fields = kindsByField(totals)
      if (isJson) return `${JSON.stringify({ converted, already, failed, fields, failures })}\n`
      const lines = [`${converted} converted, ${already} there before, ${failed} failed`]
      for (const [path, kinds] of Object.entries(fields)) {
        lines.push(
          `  ${path}: ${Object.entries(kinds)
            .map(([kind, number]) => `${number} ${kind}`)
            .join(', ')}`,
        )
      }
      for (const { index, problems = [] } of failures.slice(0, SHOWN_FAILURES)) {
        const said = problems.map(({ path, kind, code }) => [path, kind, code].filter(Boolean).join(' '))
        lines.push(`  record ${index}: ${said.join('; ')}`)
      }
      if (failed > SHOWN_FAILURES) lines.push('  ... every failed record is in the output')
      return `${lines.join('\n')}\n`
    },
  }
}

function kindsByField(totals: Readonly<Record<string, number>>): Record<string, Record<string, number>> {
  const fields: Record<string, Record<string, number>> = {}
  for (const [name, number] of Object.entries(totals)) {
    const end = name.lastIndexOf(' ')
    if (end > 0) (fields[name.slice(0, end)] ??= {})[name.slice(end + 1)] = number
  }
  return fields
}
