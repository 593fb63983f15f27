/** A FHIR entry as a person reads it: what it is, when it was, what it says. */
import { formatFhirDate } from './dates.ts'
import type { GroupId } from './groups.ts'
import { isObject, type Json, member, valuesAt } from './json.ts'
import { type Kind, KINDS } from './kinds.ts'
import { sentence, show, showAll } from './text.ts'

/** One line of the list. */
export interface Summary {
  readonly group: GroupId
  readonly noun: string
  readonly title: string
  readonly detail: string
  /** The date as the list shows it; empty when there is none. */
  readonly when: string
  /** The date as FHIR writes it, so that texts sort by time. */
  readonly sortKey: string
}

/** One line of the record page. */
export interface Fact {
  readonly label: string
  readonly value: string
}

const UNKNOWN: Omit<Kind, 'noun'> = {
  group: 'other',
  title: ['title', 'code', 'name', 'description', 'type', 'category', 'class'],
  date: [
    'date',
    'effective*',
    'occurrence*',
    'performed*',
    'authoredOn',
    'created',
    'issued',
    'recorded',
    'period',
    'meta.lastUpdated',
  ],
  detail: ['status'],
  facts: [
    ['Status', 'status'],
    ['Kind', 'category'],
    ['Note', 'note'],
  ],
}

/** The line of the list for an entry of a bundle. */
export function summarize(entry: Json | undefined): Summary {
  const resource = member(entry, 'resource')
  const kind = kindOf(resource)
  const sortKey = dateOf(resource, kind)
  const detail = first(resource, kind.detail) ?? showComponents(resource)
  const title = titleOf(resource, kind) ?? kind.noun
  return {
    group: kind.group,
    noun: kind.noun,
    title,
    detail: detail === title ? '' : (detail ?? ''),
    when: formatFhirDate(sortKey, false),
    sortKey,
  }
}

/** The lines of the record page for an entry of a bundle. */
export function factsOf(entry: Json | undefined): readonly Fact[] {
  const resource = member(entry, 'resource')
  const kind = kindOf(resource)
  const known = kind.facts.map(([label, path]) => ({ label, value: showAll(valuesAt(resource, path), '; ') }))
  const date = dateOf(resource, kind)
  const when =
    known.some(({ label }) => label === 'When' || label === 'Began') || date === '' ? undefined : formatFhirDate(date)
  const facts = [{ label: 'What', value: kind.noun }, { label: 'When', value: when }, ...known, ...partsOf(resource)]
  return facts.filter((fact): fact is Fact => fact.value !== undefined)
}

function kindOf(resource: Json | undefined): Kind {
  const type = member(resource, 'resourceType')
  if (typeof type !== 'string') return { noun: 'Record', ...UNKNOWN }
  return Object.hasOwn(KINDS, type) ? (KINDS[type] as Kind) : { noun: sentence(type), ...UNKNOWN }
}

function first(resource: Json | undefined, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = showAll(valuesAt(resource, path))
    if (text !== undefined) return text
  }
  return undefined
}

/** One value only: a bill lists many services and a person has many names, and the first is the one that counts. */
function titleOf(resource: Json | undefined, kind: Kind): string | undefined {
  for (const path of kind.title) {
    for (const value of valuesAt(resource, path)) {
      const text = show(value)
      if (text !== undefined) return text
    }
  }
  return undefined
}

/** The first date at the kind's paths; of a period its start. */
function dateOf(resource: Json | undefined, kind: Kind): string {
  for (const path of kind.date) {
    for (const value of valuesAt(resource, path)) {
      const date = isObject(value) ? (member(value, 'start') ?? member(value, 'end')) : value
      if (typeof date === 'string' && /^\d{4}/.test(date)) return date
    }
  }
  return ''
}

/** Blood pressure and its like: several values under one title. */
function showComponents(resource: Json | undefined): string | undefined {
  const texts = partsOf(resource).flatMap(({ label, value }) => (value === undefined ? [] : [`${label} ${value}`]))
  return texts.length === 0 ? undefined : texts.join(', ')
}

function partsOf(
  resource: Json | undefined,
): readonly { readonly label: string; readonly value: string | undefined }[] {
  return valuesAt(resource, 'component').map((part) => ({
    label: show(member(part, 'code')) ?? 'Part',
    value: showAll(valuesAt(part, 'value*')),
  }))
}
