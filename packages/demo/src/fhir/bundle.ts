/** A FHIR bundle file: its text to entries, and entries back to the text of a bundle. */
import { isObject, type Json, type JsonObject, member } from './json.ts'

/** A number whose digits JavaScript would change: where it stands in the entry, and its text. */
export type Decimal = readonly [path: string, source: string]

/** One entry, whole, with what a JavaScript number cannot keep of it. */
export interface BundleEntry {
  readonly entry: JsonObject
  readonly decimals: readonly Decimal[]
}

/** Why a file is not taken. */
export type BundleProblem = 'not-json' | 'not-fhir' | 'empty'

/** What was in a file. */
export type BundleResult =
  | { readonly ok: true; readonly entries: readonly BundleEntry[] }
  | { readonly ok: false; readonly problem: BundleProblem }

type Reviver = (this: object, key: string, value: Json, context?: { readonly source?: string }) => Json
type ExactDecimals = WeakMap<object, Map<string, string>>

/** Reads a file with a FHIR bundle, or with one FHIR resource, which counts as a bundle of one entry. */
export function parseBundle(text: string): BundleResult {
  const exact: ExactDecimals = new WeakMap()
  let root: Json
  try {
    root = JSON.parse(text, collector(exact)) as Json
  } catch {
    return { ok: false, problem: 'not-json' }
  }
  if (typeof member(root, 'resourceType') !== 'string') return { ok: false, problem: 'not-fhir' }
  if (member(root, 'resourceType') !== 'Bundle') root = { entry: [{ resource: root }] }
  const list = member(root, 'entry')
  const entries = Array.isArray(list) ? list.filter(isObject) : []
  if (entries.length === 0) return { ok: false, problem: 'empty' }
  return { ok: true, entries: entries.map((entry) => ({ entry, decimals: decimalsOf(entry, exact, '') })) }
}

/** The text of a bundle with these entries; decimals have the digits they came with. */
export function bundleText(entries: readonly BundleEntry[]): string {
  const items = entries.map(({ entry, decimals }) => restore(entry, new Map(decimals), ''))
  return JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: items }, null, 2)
}

/** The stored form of decimals, checked. */
export function readDecimals(value: unknown): readonly Decimal[] {
  if (!Array.isArray(value)) return []
  return value.filter(
    (item): item is Decimal => Array.isArray(item) && typeof item[0] === 'string' && typeof item[1] === 'string',
  )
}

/** Browsers hand a reviver the source text of a value; where they do not yet, digits are as JavaScript writes them. */
function collector(exact: ExactDecimals): Reviver {
  return function collect(key, value, context) {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value
    const found = exact.get(this) ?? new Map<string, string>()
    exact.set(this, found.set(key, source))
    return value
  }
}

function decimalsOf(value: Json, exact: ExactDecimals, path: string): readonly Decimal[] {
  if (typeof value !== 'object' || value === null) return []
  const own = exact.get(value)
  return Object.entries(value).flatMap(([name, child]): readonly Decimal[] => {
    const source = own?.get(name)
    return source === undefined ? decimalsOf(child as Json, exact, `${path}/${name}`) : [[`${path}/${name}`, source]]
  })
}

function restore(value: Json, decimals: ReadonlyMap<string, string>, path: string): unknown {
  if (decimals.size === 0) return value
  if (Array.isArray(value)) return value.map((item: Json, index) => restore(item, decimals, `${path}/${index}`))
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, restore(child, decimals, `${path}/${name}`)]),
    )
  }
  const source = decimals.get(path)
  return source !== undefined && Number(source) === value ? rawNumber(source, value) : value
}

function rawNumber(source: string, value: number): unknown {
  const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown }
  return rawJSON === undefined ? value : rawJSON(source)
}
