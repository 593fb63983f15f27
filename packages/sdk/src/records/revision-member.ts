/**
 * What an opened record says of itself: which revision it is. A number alone does not tell two revisions apart that were made
 * on two devices, or a waiting write from the one that the server has in its place; so the hash of its manifest is in it.
 */
import { LockstitchError } from '../errors.ts'
import type { RecordHead } from './keys.ts'

/** Member of an opened record that says which revision it is. */
export const REVISION_MEMBER = '$revision'
/** Members of a record in clear that are not its model's. */
export const PLAIN_MEMBERS: readonly string[] = ['id', REVISION_MEMBER]

const HASH_CHARS = 22
const REVISION = /^[1-9][0-9]{0,15}\.[\w-]{22}$/

/** The number of a revision, a dot, and 132 bits of its hash. */
export function revisionText({ revision, hash }: Pick<RecordHead, 'revision' | 'hash'>): string {
  return `${revision}.${hash.slice(0, HASH_CHARS)}`
}

/**
 * The revision that a record in clear says it was opened at, if it says one.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` when it is not one that {@link revisionText} made.
 */
export function revisionOf(record: unknown): string | undefined {
  const text = (record as { [REVISION_MEMBER]?: unknown } | null)?.[REVISION_MEMBER]
  if (text === undefined || text === null) return undefined
  if (typeof text !== 'string' || !REVISION.test(text)) throw new LockstitchError('ERR_VALUE_INVALID')
  return text
}
