/** The list as it is shown: what fits the search, in groups, newest first. All of it happens on this device. */
import { type GroupId, GROUPS, USUAL } from '../fhir/groups.ts'
import { formatDay } from '../fhir/dates.ts'
import type { Summary } from '../fhir/summarize.ts'
import type { Item } from './records.ts'

/** What the list can be narrowed to. */
export type GroupName = 'forms' | 'damaged' | GroupId

/** One line of the list, ready to be shown. */
export interface Row {
  readonly item: Item
  readonly group: GroupName
  readonly title: string
  readonly noun: string
  readonly detail: string
  /** What stands under the title. */
  readonly line: string
  readonly when: string
  readonly sortKey: string
}

/** Rows that belong together. */
export interface Group {
  readonly name: GroupName
  readonly title: string
  readonly rows: readonly Row[]
}

const TITLES: Readonly<Record<GroupName, string>> = { forms: 'Your forms', damaged: 'Can’t be opened', ...GROUPS }
const ORDER = Object.keys(TITLES) as GroupName[]

/** Every record as a row, in groups. */
export function groupItems(items: readonly Item[]): readonly Group[] {
  const rows = items.map(rowOf)
  return ORDER.map((name) => ({
    name,
    title: TITLES[name],
    rows: rows.filter(({ group }) => group === name).sort(newestFirst),
  })).filter((group) => group.rows.length > 0)
}

/** The groups with only the rows that have every word of the search. */
export function searchGroups(groups: readonly Group[], search: string, only: GroupName | 'all'): readonly Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return groups
    .filter(({ name }) => only === 'all' || name === only)
    .map((group) => ({ ...group, rows: group.rows.filter((row) => hasWords(row, words)) }))
    .filter(({ rows }) => rows.length > 0)
}

function rowOf(item: Item): Row {
  if (item.kind === 'fhir') return { item, ...item.summary, line: lineOf(item.summary) }
  if (item.kind === 'damaged') {
    const noun = item.of === 'intake' ? 'Form' : 'Health record'
    return {
      item,
      group: 'damaged',
      title: `${noun} that can’t be opened`,
      noun,
      detail: '',
      line: '',
      when: '',
      sortKey: '',
    }
  }
  const { name, diagnosis, birthDate } = item.record
  return {
    item,
    group: 'forms',
    title: name ?? 'Form without a name',
    noun: 'Form',
    detail: diagnosis ?? '',
    line: diagnosis ?? 'Form',
    when: birthDate instanceof Date ? `born ${formatDay(birthDate)}` : '',
    // Ids are made in the order of time.
    sortKey: item.id,
  }
}

function lineOf({ group, noun, title, detail }: Summary): string {
  const isUsual = USUAL[group] === noun || noun === title
  return [isUsual && detail !== '' ? '' : noun, detail].filter(Boolean).join(' · ')
}

function newestFirst(a: Row, b: Row): number {
  return a.sortKey < b.sortKey ? 1 : a.sortKey > b.sortKey ? -1 : 0
}

function hasWords({ title, noun, detail, when }: Row, words: readonly string[]): boolean {
  const text = `${title} ${noun} ${detail} ${when}`.toLowerCase()
  return words.every((word) => text.includes(word))
}
