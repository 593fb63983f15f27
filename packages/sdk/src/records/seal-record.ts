import type { Bytes } from '../assert.ts'
import { canonicalJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import type { Classification } from '../format/classification.ts'
import { fieldAad, type RecordContext } from '../format/context.ts'
import { serializeEnvelope } from '../format/envelope.ts'
import type { Kid } from '../format/kid.ts'
import type { ManifestText } from '../format/manifest.ts'
import { isEndToEnd, type ModelSpec } from '../format/model.ts'
import { pad } from '../format/padding.ts'
import { parseRecordId } from '../format/record-id.ts'
import { type Leaf, walkRecord } from '../format/record-tree.ts'
import { type DigestEntry, recordDigestInput, SEAL_MEMBER } from '../format/sealed-record.ts'
import { encodeValue, valueToJson } from '../format/value.ts'
import { sealBytes } from '../crypto/aead.ts'
import { digest } from '../crypto/digest.ts'
import type { RecordHead, RecordKeys } from './keys.ts'
import { sealManifest } from './manifest.ts'

/** Member of an opened record that says which revision it is. */
export const REVISION_MEMBER = '$revision'
/** Members of a record in clear that are not its model's. */
export const PLAIN_MEMBERS: readonly string[] = ['id', REVISION_MEMBER]

/** A sealed record as it goes to the server, and the head that it will be. */
export interface SealedRecord {
  readonly record: Readonly<Record<string, unknown>> & { readonly id: string; readonly $seal: ManifestText }
  readonly head: RecordHead
}

/**
 * Seals a record whole: every end-to-end field into an envelope bound to its place, and a manifest over all of it.
 *
 * @throws LockstitchError `ERR_FIELD_UNKNOWN`, `ERR_VALUE_INVALID`, `ERR_TEXT_INVALID`, `ERR_FORMAT_LIMIT`,
 * `ERR_RECORD_ID`, or `ERR_KEY_UNKNOWN` when a classification of the record has no key yet.
 */
export async function sealRecord(
  keys: RecordKeys,
  model: ModelSpec,
  record: unknown,
  id: string,
  previous: RecordHead | undefined,
): Promise<SealedRecord> {
  const context: RecordContext = { owner: keys.account, model: model.name, id: parseRecordId(id) }
  const { leaves, empties, output } = walkRecord(model, record, PLAIN_MEMBERS)
  const recordKey = recordKeys(keys, context)
  const entries = await Promise.all(leaves.map((leaf) => sealLeaf(recordKey, context, leaf)))
  for (const { path, text } of empties) entries.push([path, 'empty', text])
  const hash = await digest(recordDigestInput(entries))
  const { text, head } = await sealManifest(keys, model, context, previous, 'live', hash)
  return { record: { id, ...output, [SEAL_MEMBER]: text }, head }
}

/** Seals the deletion of a record: a manifest that says so, and nothing beside it. */
export async function sealTombstone(
  keys: RecordKeys,
  model: ModelSpec,
  id: string,
  previous: RecordHead,
): Promise<SealedRecord> {
  const context: RecordContext = { owner: keys.account, model: model.name, id: parseRecordId(id) }
  const hash = await digest(recordDigestInput([]))
  const { text, head } = await sealManifest(keys, model, context, previous, 'tombstone', hash)
  return { record: { id, [SEAL_MEMBER]: text }, head }
}

interface RecordKey {
  readonly kid: Kid
  readonly key: Promise<CryptoKey>
}

/** The active key of each classification of one record, derived once however many fields ask. */
function recordKeys({ keyring }: RecordKeys, context: RecordContext): (classification: Classification) => RecordKey {
  const derived = new Map<Classification, RecordKey>()
  return (classification) => {
    const known = derived.get(classification)
    if (known !== undefined) return known
    const kid = keyring.activeKid(classification)
    const made = { kid, key: keyring.recordKey(kid, classification, context) }
    derived.set(classification, made)
    return made
  }
}

async function sealLeaf(
  recordKey: (classification: Classification) => RecordKey,
  context: RecordContext,
  leaf: Leaf,
): Promise<DigestEntry> {
  const { path, field, value, place } = leaf
  if (!isEndToEnd(field)) {
    const json = valueToJson(field.type, value)
    place(json)
    return [path, 'clear', canonicalJson(json)]
  }
  const padded: Bytes = pad(encodeValue(field.type, value), field.pad)
  const { kid, key } = recordKey(field.classification)
  const aad = fieldAad({ ...context, path, classification: field.classification, kid })
  const envelope = serializeEnvelope({ kid, sealed: await sealBytes(await key, aad, padded) })
  place(envelope)
  return [path, 'envelope', envelope]
}

/**
 * The classifications that a record needs keys for.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` or `ERR_FIELD_UNKNOWN` when the record does not fit its model.
 */
export function classificationsOf(model: ModelSpec, record: unknown): ReadonlySet<Classification> {
  const { leaves } = walkRecord(model, record, PLAIN_MEMBERS)
  return new Set(leaves.filter(({ field }) => isEndToEnd(field)).map(({ field }) => field.classification))
}

/**
 * The revision that a record in clear says it was opened at, if it says one.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` when it is not a revision.
 */
export function revisionOf(record: unknown): number | undefined {
  const revision = (record as { [REVISION_MEMBER]?: unknown } | null)?.[REVISION_MEMBER]
  if (revision === undefined || revision === null) return undefined
  if (!Number.isSafeInteger(revision) || (revision as number) < 1) throw new LockstitchError('ERR_VALUE_INVALID')
  return revision as number
}

/** The id of a record in clear, if it has one. */
export function idOf(record: unknown): string | undefined {
  const id = (record as { id?: unknown } | null)?.id
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') throw new LockstitchError('ERR_RECORD_ID')
  return id
}
