/** The real input: the Synthea bundles that the package cql-exec-fhir ships. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const FOLDER = join(dirname(createRequire(import.meta.url).resolve('cql-exec-fhir/package.json')), 'test/fixtures/r4')

export interface Bundle {
  readonly path: string
  readonly text: string
  readonly entries: readonly unknown[]
}

function bundle(name: string, count: number): Bundle {
  const path = join(FOLDER, name)
  const text = readFileSync(path, 'utf8')
  const { entry } = JSON.parse(text) as { entry: unknown[] }
  if (entry.length !== count) throw new Error(`${name} has ${entry.length} entries, not ${count}`)
  return { path, text, entries: entry }
}

export const JOHNNIE: Bundle = bundle('Johnnie679_Hermiston71_2cd30bd6-3a87-4191-af90-6daa70f58f55.json', 237)
export const LUNA: Bundle = bundle('Luna60_McCullough561_6662f0ca-b617-4e02-8f55-7275e9f49aa0.json', 223)

/** Members sorted, no white space: equal values have one text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
