import type { Bytes } from '../assert.ts'
import { allocate, type Allocate } from '../bytes/arena.ts'
import { encodeFrame, type FramePart } from '../bytes/frame.ts'
import { canonicalJson, compareCodeUnits, type JsonValue } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { bundleCount, BUNDLES_MEMBER, sealedModel } from './bundle.ts'
import { type ParsedEnvelope, parseEnvelope } from './envelope.ts'
import { LABELS } from './labels.ts'
import { type ParsedManifest, parseManifest } from './manifest.ts'
import { isEndToEnd, type ModelSpec } from './model.ts'
import { parseRecordId } from './record-id.ts'
import { type Leaf, type RecordTree, walkRecord } from './record-tree.ts'
import { valueFromJson } from './value.ts'

/** Member of a sealed record that holds its manifest. */
export const SEAL_MEMBER = '$seal'

/** One envelope of a sealed record. */
export interface SealedLeaf {
  readonly leaf: Leaf
  readonly envelope: ParsedEnvelope
}

/** A sealed record whose form is right. Nothing of it is proved yet. */
export interface ParsedRecord {
  readonly id: string
  readonly manifest: ParsedManifest
  readonly tree: RecordTree
  /** The fields that are end to end encrypted, each with its envelope. */
  readonly sealed: readonly SealedLeaf[]
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
 * @param make Where the bytes stand; arrays of their own unless said.
 * @throws LockstitchError `ERR_FIELD_UNKNOWN`, `ERR_RECORD_ID`, `ERR_VALUE_INVALID`, `ERR_FORMAT_INVALID`,
 * `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT` or `ERR_TEXT_INVALID`.
 */
export function verifySealedRecord(model: ModelSpec, record: unknown, make: Allocate = allocate): ParsedRecord {
  const tree = walkRecord(sealedModel(model), record, ['id', SEAL_MEMBER])
  const { id, [SEAL_MEMBER]: seal } = record as Record<string, unknown>
  const manifest = parseManifest(seal, make)
  if (manifest.model !== model.name || manifest.id !== parseRecordId(id))
    throw new LockstitchError('ERR_FORMAT_INVALID')
  if ((manifest.signature !== undefined) !== model.signed) throw new LockstitchError('ERR_FORMAT_INVALID')
  if (manifest.state === 'tombstone' && tree.leaves.length + tree.empties.length > 0)
    throw new LockstitchError('ERR_FORMAT_INVALID')
  const sealed: SealedLeaf[] = []
  const clear: Leaf[] = []
  const entries: DigestEntry[] = tree.empties.map(({ path, text }) => [path, 'empty', text])
  for (const leaf of tree.leaves) {
    const { path, field, value } = leaf
    if (isEndToEnd(field)) {
      sealed.push({ leaf, envelope: parseEnvelope(value) })
      entries.push([path, 'envelope', value as string])
    } else {
      valueFromJson(field.type, value as JsonValue)
      clear.push(leaf)
      entries.push([path, 'clear', canonicalJson(value)])
    }
  }
  // Every bundle, also one without an entry: which classifications a record has values of is nobody's business.
  const bundles = sealed.filter(({ leaf }) => leaf.path.startsWith(BUNDLES_MEMBER)).length
  if (manifest.state === 'live' && bundles !== bundleCount(model)) throw new LockstitchError('ERR_FORMAT_INVALID')
  return { id: manifest.id, manifest, tree, sealed, clear, digestInput: recordDigestInput(entries, make) }
}

/** One entry of a record's digest: the kind tells an envelope from a clear value and from an empty container. */
export type DigestEntry = readonly [path: string, kind: 'envelope' | 'clear' | 'empty', text: string]

/** What a record's digest is the SHA-256 of: every (path, kind, text), sorted by path. */
export function recordDigestInput(entries: readonly DigestEntry[], make?: Allocate): Bytes {
  const sorted = [...entries].sort(([a], [b]) => compareCodeUnits(a, b))
  const parts: FramePart[] = [LABELS.recordDigest]
  for (const [path, kind, text] of sorted) parts.push(path, kind, text)
  return encodeFrame(parts, make)
}
