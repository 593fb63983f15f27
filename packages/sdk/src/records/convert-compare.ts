import { equalBytes } from '../bytes/equal.ts'
import type { ModelSpec } from '../format/model.ts'
import { PLAIN_MEMBERS } from './revision-member.ts'
import { walkRecord } from '../format/record-tree.ts'
import { encodeValue } from '../format/value.ts'

/**
 * True when two records in clear hold the same values in the same places, compared by the bytes they are sealed as.
 *
 * @throws LockstitchError the codes of `walkRecord` and `encodeValue` when one of them does not fit the model.
 */
export function equalRecords(model: ModelSpec, one: unknown, other: unknown): boolean {
  const [a, b] = [walkRecord(model, one, PLAIN_MEMBERS), walkRecord(model, other, PLAIN_MEMBERS)]
  const empties = new Map(b.empties.map(({ path, text }) => [path, text]))
  const values = new Map(b.leaves.map(({ path, value }) => [path, value]))
  return (
    a.empties.length === b.empties.length &&
    a.leaves.length === b.leaves.length &&
    a.empties.every(({ path, text }) => empties.get(path) === text) &&
    a.leaves.every(
      ({ path, field, value }) =>
        values.has(path) && equalBytes(encodeValue(field.type, value), encodeValue(field.type, values.get(path))),
    )
  )
}
