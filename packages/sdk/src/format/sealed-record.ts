import type { Bytes } from '../assert.ts'
import { encodeFrame, type FramePart } from '../bytes/frame.ts'
import { canonicalJson, compareCodeUnits, type JsonValue } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { LABELS } from './labels.ts'
import { type ParsedManifest, parseManifest } from './manifest.ts'
import { isEndToEnd, type ModelSpec } from './model.ts'
import { parseRecordId } from './record-id.ts'
import { type Leaf, type RecordTree, walkRecord } from './record-tree.ts'
import { valueFromJson } from './value.ts'

/** Member of a sealed record that holds its manifest. */
export const SEAL_MEMBER = '$seal'
/** Member of a sealed record that holds the one envelope of all its fields with the layout `record`. */
export const BUNDLE_MEMBER = '$bundle'

/** One envelope of a sealed record. */
export interface SealedLeaf {
  readonly leaf: Leaf
  readonly envelope: Envelope
}

/** A sealed record whose form is right. Nothing of it is proved yet. */
export interface ParsedRecord {
  readonly id: string
  readonly manifest: ParsedManifest
  readonly tree: RecordTree
  /** The fields that are end to end encrypted, each with its envelope. */
  readonly sealed: readonly SealedLeaf[]
  /** The envelope of the fields with the layout `record`. */
  readonly bundle?: Envelope
  /** The fields that the server may read. */
  readonly clear: readonly Leaf[]
  /** What the manifest's digest must be the SHA-256 of. */
  readonly digestInput: Bytes
}

/**
 * Checks the form of a sealed record against its model, without any key and without cryptography, so that a server can:
 * every end-to-end field is an envelope and nothing else, every other field is of its declared type, no field is
 * unknown, and the manifest is well-formed and speaks of this model and id. The caller then compares the SHA-256 of
 * `digestInput` with `manifest.digest`.
 *
 * @throws LockstitchError `ERR_FIELD_UNKNOWN`, `ERR_RECORD_ID`, `ERR_VALUE_INVALID`, `ERR_FORMAT_INVALID`,
 * `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT` or `ERR_TEXT_INVALID`.
 */
export function verifySealedRecord(model: ModelSpec, record: unknown): ParsedRecord {
  const tree = walkRecord(model, record, ['id', SEAL_MEMBER, BUNDLE_MEMBER])
  const { id, [SEAL_MEMBER]: seal, [BUNDLE_MEMBER]: bundleText } = record as Record<string, unknown>
  parseRecordId(id)
  const manifest = parseManifest(seal)
  if (manifest.model !== model.name || manifest.id !== id) throw new LockstitchError('ERR_FORMAT_INVALID')
  if ((manifest.signature !== undefined) !== model.signed) throw new LockstitchError('ERR_FORMAT_INVALID')
  const isTombstone = manifest.state === 'tombstone'
  if (isTombstone && (tree.leaves.length > 0 || tree.empties.length > 0 || bundleText !== undefined)) {
    throw new LockstitchError('ERR_FORMAT_INVALID')
  }
  const sealed: SealedLeaf[] = []
  const clear: Leaf[] = []
  for (const leaf of tree.leaves) {
    // A field of the layout `record` stands in the bundle, never on its own.
    if (isEndToEnd(leaf.field) && leaf.field.layout === 'record') throw new LockstitchError('ERR_FORMAT_INVALID')
    if (isEndToEnd(leaf.field)) sealed.push({ leaf, envelope: parseEnvelope(leaf.value) })
    else if (valueFromJson(leaf.field.type, leaf.value as JsonValue) !== undefined) clear.push(leaf)
  }
  const parsed = { id, manifest, tree, sealed, clear, digestInput: digestInput(tree, bundleText) } as const
  return bundleText === undefined ? (parsed as ParsedRecord) : ({ ...parsed, bundle: parseEnvelope(bundleText) } as ParsedRecord)
}

/**
 * What a record's digest is the SHA-256 of: every (path, kind, text), sorted by path. The kind tells an envelope from a
 * clear value and from an empty container, so that none can stand for another.
 */
export function digestInput(tree: Pick<RecordTree, 'leaves' | 'empties'>, bundle: unknown): Bytes {
  const entries: [path: string, kind: string, text: string][] = []
  for (const { path, field, value } of tree.leaves) {
    if (isEndToEnd(field)) entries.push([path, 'envelope', value as string])
    else entries.push([path, 'clear', canonicalJson(value)])
  }
  for (const { path, text } of tree.empties) entries.push([path, 'empty', text])
  if (bundle !== undefined) entries.push([BUNDLE_MEMBER, 'envelope', bundle as string])
  entries.sort(([a], [b]) => compareCodeUnits(a, b))
  const parts: FramePart[] = [LABELS.recordDigest]
  for (const entry of entries) parts.push(...entry)
  return encodeFrame(parts)
}
