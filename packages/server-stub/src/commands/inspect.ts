import { layoutOf } from '@lockstitch/sdk/vault'
import { readJsonLines } from './json-lines.ts'
import { EXIT, type ExitCode } from './outcome.ts'

/** Options of `lockstitch inspect`. */
export interface InspectCommand {
  readonly in: string
  readonly json?: true
}

const STRINGIFIED = /^\[object [A-Za-z]+\]/

/** Says what the members of a file of records look like: counts by layout, and no value. It needs no key and no server. */
export async function inspectCommand({ in: path, json }: InspectCommand): Promise<ExitCode> {
  const members = new Map<string, Map<string, number>>()
  let [records, unreadable] = [0, 0]
  for await (const { record } of readJsonLines(path)) {
    records += 1
    if (record === null) unreadable += 1
    else countMembers(members, record, '')
  }
  const counts = Object.fromEntries([...members].map(([member, kinds]) => [member, Object.fromEntries(kinds)]))
  const lines = Object.entries(counts).map(
    ([member, kinds]) =>
      `  ${member}: ${Object.entries(kinds)
        .map(([kind, number]) => `${number} ${kind}`)
        .join(', ')}`,
  )
  const summary = `${records} records, ${unreadable} of them not readable as JSON without loss`
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ records, unreadable, members: counts })}\n`
      : `${[summary, ...lines].join('\n')}\n`,
  )
  return unreadable === 0 ? EXIT.done : EXIT.someFailed
}

function countMembers(
  members: Map<string, Map<string, number>>,
  record: Readonly<Record<string, unknown>>,
  prefix: string,
): void {
  for (const [name, value] of Object.entries(record)) {
    const kind = kindOf(value)
    if (kind === undefined) {
      countMembers(members, value as Record<string, unknown>, `${prefix}${name}.`)
      continue
    }
    const kinds = members.get(prefix + name) ?? new Map<string, number>()
    members.set(prefix + name, kinds.set(kind, (kinds.get(kind) ?? 0) + 1))
  }
}

/** What a member looks like; `undefined` for an object whose members are counted themselves. */
function kindOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'absent'
  if (value === '') return 'empty'
  if (typeof value === 'string' && STRINGIFIED.test(value)) return 'object-object'
  const layout = layoutOf(value)
  if (layout !== undefined) return layout.certain ? layout.format : `perhaps ${layout.format}`
  if (typeof value === 'object' && !Array.isArray(value)) return undefined
  return 'plain'
}
