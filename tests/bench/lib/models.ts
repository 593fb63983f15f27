/** The models that are measured. */
import { defineModel, phi } from '@lockstitch/sdk'

/** Eight fields, each sealed by itself: a record is eight texts of 40 bytes. */
export const Eight = defineModel('eight', eightFields())

/** The same fields in one envelope. */
export const Bundled = defineModel('bundled', eightFields(), { layout: 'record' })

/** Four fields: the case of seed 004. */
export const Four = defineModel('four', { first: phi(), last: phi(), born: phi(), insurer: phi() })

/** One field. */
export const One = defineModel('one', { text: phi() })

/** All of them, for the backend. */
export const MODELS = [Eight, Bundled, Four, One]

function eightFields() {
  return { a: phi(), b: phi(), c: phi(), d: phi(), e: phi(), f: phi(), g: phi(), h: phi() }
}

/** Names of the fields of {@link Eight}. */
export const EIGHT_FIELDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const

/** A record of {@link Eight} in clear. */
export type EightRecord = Readonly<Record<(typeof EIGHT_FIELDS)[number], string>>

/** Text of a number of bytes, of its own for each number. */
export function textOf(index: number, bytes: number): string {
  const words = `${index} Patient reports intermittent chest pain since Tuesday. `
  return words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes)
}

/** Records of {@link Eight}: 40 bytes a field, no two the same. */
export function eightRecords(count: number): EightRecord[] {
  return Array.from({ length: count }, (_, record) => {
    const entries = EIGHT_FIELDS.map((name, field) => [name, textOf(record * EIGHT_FIELDS.length + field, 40)])
    return Object.fromEntries(entries) as EightRecord
  })
}
