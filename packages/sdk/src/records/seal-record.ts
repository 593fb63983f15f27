import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { canonicalJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { bundleRecord, sealedModel } from '../format/bundle.ts'
import type { Classification } from '../format/classification.ts'
import { fieldAadsOf, type RecordContext } from '../format/context.ts'
import { serializeEnvelope } from '../format/envelope.ts'
import type { Kid } from '../format/kid.ts'
import type { ManifestText } from '../format/manifest.ts'
import { isEndToEnd, type ModelSpec } from '../format/model.ts'
import { allocatePadded } from '../format/padding.ts'
import { parseRecordId } from '../format/record-id.ts'
import { type Leaf, walkRecord } from '../format/record-tree.ts'
import { type DigestEntry, recordDigestInput, SEAL_MEMBER } from '../format/sealed-record.ts'
import { encodeValue, valueToJson } from '../format/value.ts'
import { sealEach } from '../crypto/aead.ts'
import { digest } from '../crypto/digest.ts'
import type { RecordHead, RecordKeys } from './keys.ts'
import { sealManifest } from './manifest.ts'
import { PLAIN_MEMBERS } from './revision-member.ts'

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
  const bundled = bundleRecord(model, record, PLAIN_MEMBERS)
  const { leaves, empties, output } = walkRecord(sealedModel(model), bundled, PLAIN_MEMBERS)
  const entries: DigestEntry[] = await sealLeaves(keys, context, leaves.filter(isSecret))
  for (const leaf of leaves) if (!isSecret(leaf)) entries.push(writeClear(leaf))
  for (const { path, text } of empties) entries.push([path, 'empty', text])
  const hash = await digest(recordDigestInput(entries, allocateBriefly))
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

/** Seals fields of one record, each into its place; gives their entries of the digest. */
async function sealLeaves(keys: RecordKeys, context: RecordContext, leaves: readonly Leaf[]): Promise<DigestEntry[]> {
  const keyOf = await activeKeys(keys, context, new Set(leaves.map(({ field }) => field.classification)))
  const aadOf = fieldAadsOf(context)
  const jobs = leaves.map(({ path, field, value }) => {
    const { kid, key } = keyOf.get(field.classification) as ActiveKey
    return {
      kid,
      key,
      aad: aadOf(path, field.classification, kid),
      bytes: encodeValue(field.type, value, (length) => allocatePadded(length, field.pad)),
    }
  })
  const sealed = await sealEach(jobs)
  return leaves.map(({ path, place }, index) => {
    const envelope = serializeEnvelope({ kid: (jobs[index] as { kid: Kid }).kid, sealed: sealed[index] as Bytes })
    place(envelope)
    return [path, 'envelope', envelope]
  })
}

interface ActiveKey {
  readonly kid: Kid
  readonly key: CryptoKey
}

/** The keys of one record under the active data keys: one a classification, however many fields it has. */
async function activeKeys(
  { keyring }: RecordKeys,
  context: RecordContext,
  classifications: ReadonlySet<Classification>,
): Promise<ReadonlyMap<Classification, ActiveKey>> {
  const keys = await Promise.all(
    Array.from(classifications, async (classification) => {
      const kid = keyring.activeKid(classification)
      return [classification, { kid, key: await keyring.recordKey(kid, classification, context) }] as const
    }),
  )
  return new Map(keys)
}

function writeClear({ path, field, value, place }: Leaf): DigestEntry {
  const json = valueToJson(field.type, value)
  place(json)
  return [path, 'clear', canonicalJson(json)]
}

const isSecret = ({ field }: Leaf): boolean => isEndToEnd(field)

/**
 * The classifications that a record needs keys for.
 *
 * @throws LockstitchError `ERR_VALUE_INVALID` or `ERR_FIELD_UNKNOWN` when the record does not fit its model.
 */
export function classificationsOf(model: ModelSpec, record: unknown): ReadonlySet<Classification> {
  const { leaves } = walkRecord(sealedModel(model), bundleRecord(model, record, PLAIN_MEMBERS), PLAIN_MEMBERS)
  return new Set(leaves.filter(isSecret).map(({ field }) => field.classification))
}

/** The id of a record in clear, if it has one. */
export function idOf(record: unknown): string | undefined {
  const id = (record as { id?: unknown } | null)?.id
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') throw new LockstitchError('ERR_RECORD_ID')
  return id
}
