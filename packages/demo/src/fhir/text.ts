/**
 * Any FHIR value as one line of text, told by its shape: a code, a name, an amount, a period, an address. Text only: the
 * HTML that a resource may carry (its narrative) is never shown.
 */
import { formatFhirDate, isFhirDate } from './dates.ts'
import { isObject, type Json, type JsonObject, member } from './json.ts'

/** What SNOMED puts behind its terms to tell like ones apart; it means nothing to a patient. */
const SEMANTIC_TAG =
  / \((?:disorder|procedure|finding|situation|event|regime\/therapy|body structure|substance|product)\)$/

type Show = (value: JsonObject) => string | undefined

/** The text of a value, or `undefined` when there is nothing that a person could read. */
export function show(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return showText(value)
  if (typeof value === 'number') return String(Number(value.toPrecision(6)))
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value)) return showAll(value as readonly Json[])
  if (!isObject(value)) return undefined
  for (const showShape of SHAPES) {
    const text = showShape(value)
    if (text !== undefined) return text
  }
  return undefined
}

/** The texts of several values, each once, joined by commas. */
export function showAll(values: readonly Json[], separator = ', '): string | undefined {
  const texts = new Set(values.map(show).filter((text) => text !== undefined))
  return texts.size === 0 ? undefined : [...texts].join(separator)
}

/** `entered-in-error` as `Entered in error`, `FamilyMemberHistory` as `Family member history`. */
export function sentence(code: string): string {
  const words = code.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[-_]+/g, ' ')
  const plain = /^[A-Z ]+$/.test(words) ? words : words.toLowerCase()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

function showText(text: string): string | undefined {
  if (isFhirDate(text)) return formatFhirDate(text)
  if (/^[a-z]+(-[a-z]+)+$/.test(text)) return sentence(text)
  const trimmed = text.trim().replace(SEMANTIC_TAG, '')
  if (trimmed === '') return undefined
  // Only a plain lower-case word: "pH" and "mRNA" mean something as they are.
  return /^[a-z]{3,}(?![A-Za-z0-9])/.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed
}

function text(value: JsonObject, name: string): string | undefined {
  const found = raw(value, name)
  return found === undefined ? undefined : showText(found)
}

/** As it is written: in a unit, `mg` and `Mg` are not the same. */
function raw(value: JsonObject, name: string): string | undefined {
  const found = member(value, name)
  return typeof found === 'string' ? found : undefined
}

function joined(values: readonly (string | undefined)[], separator: string): string | undefined {
  const texts = values.filter((item) => item !== undefined && item !== '')
  return texts.length === 0 ? undefined : texts.join(separator)
}

const showName: Show = (value) => {
  if (member(value, 'family') === undefined && member(value, 'given') === undefined) return undefined
  return joined(
    ['prefix', 'given', 'family', 'suffix'].map((part) => showParts(member(value, part))),
    ' ',
  )
}

function showParts(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value
  return Array.isArray(value)
    ? joined(
        value.filter((item) => typeof item === 'string'),
        ' ',
      )
    : undefined
}

const showAddress: Show = (value) => {
  if (member(value, 'city') === undefined && member(value, 'line') === undefined) return undefined
  const place = joined([text(value, 'state'), text(value, 'postalCode')], ' ')
  return joined([showParts(member(value, 'line')), text(value, 'city'), place, text(value, 'country')], ', ')
}

const showAmount: Show = (value) => {
  const amount = member(value, 'value')
  if (typeof amount !== 'number') return undefined
  const currency = raw(value, 'currency')
  if (currency !== undefined) return showMoney(amount, currency)
  const unit = (raw(value, 'unit') ?? raw(value, 'code'))?.replaceAll(/[{}[\]]/g, '')
  return joined([raw(value, 'comparator'), show(amount), unit], ' ')
}

function showMoney(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount)
  } catch {
    return `${amount} ${currency}`
  }
}

const showPeriod: Show = (value) => {
  const start = show(member(value, 'start'))
  const end = show(member(value, 'end'))
  if (start !== undefined && end !== undefined) return start === end ? start : `${start} to ${end}`
  return start === undefined ? (end === undefined ? undefined : `until ${end}`) : `since ${start}`
}

const showRange: Show = (value) => {
  const low = show(member(value, 'low'))
  const high = show(member(value, 'high'))
  if (low !== undefined && high !== undefined) return `${low} to ${high}`
  return low === undefined ? (high === undefined ? undefined : `up to ${high}`) : `${low} or more`
}

const showCodes: Show = (value) => {
  const codings = member(value, 'coding')
  return Array.isArray(codings) ? showAll(codings as readonly Json[]) : undefined
}

const showCode: Show = (value) => {
  const code = text(value, 'code')
  return code === undefined ? undefined : sentence(code)
}

/** In order: what people wrote comes before what machines wrote. */
const SHAPES: readonly Show[] = [
  (value) => text(value, 'text'),
  (value) => text(value, 'display'),
  showCodes,
  showName,
  showAddress,
  showAmount,
  showPeriod,
  showRange,
  (value) => text(value, 'value'),
  showCode,
  (value) => show(member(value, 'concept')),
  (value) => text(value, 'name'),
  (value) => text(value, 'title'),
]
