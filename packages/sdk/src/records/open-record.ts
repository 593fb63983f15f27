import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { equalBytes } from '../bytes/equal.ts'
import type { JsonValue } from '../bytes/json.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { unbundleRecord } from '../format/bundle.ts'
import type { Classification } from '../format/classification.ts'
import { fieldAadsOf, type RecordContext } from '../format/context.ts'
import { type EnvelopeText, sealedBriefly } from '../format/envelope.ts'
import type { Kid } from '../format/kid.ts'
import type { ModelSpec } from '../format/model.ts'
import { unpad } from '../format/padding.ts'
import { type ParsedRecord, type SealedLeaf, verifySealedRecord } from '../format/sealed-record.ts'
import { decodeValue, valueFromJson } from '../format/value.ts'
import { openEach } from '../crypto/aead.ts'
import { digest } from '../crypto/digest.ts'
import type { RecordHead, RecordKeys } from './keys.ts'
import { openManifest } from './manifest.ts'

/** A sealed record whose manifest is proved to be the owner's and to describe what stands beside it. */
export interface VerifiedRecord {
  readonly parsed: ParsedRecord
  readonly head: RecordHead
}

/**
 * Proves a sealed record whole, before any field is opened: form, manifest, digest.
 *
 * @throws LockstitchError the codes of `verifySealedRecord`, `ERR_DIGEST_MISMATCH` or `ERR_OPEN_FAILED`.
 */
export async function verifyRecord(keys: RecordKeys, model: ModelSpec, sealed: unknown): Promise<VerifiedRecord> {
  const parsed = verifySealedRecord(model, sealed, allocateBriefly)
  const head = await openManifest(keys, model, parsed.manifest)
  if (!equalBytes(await digest(parsed.digestInput), parsed.manifest.digest))
    throw new LockstitchError('ERR_DIGEST_MISMATCH')
  return { parsed, head }
}

/**
 * Opens every field of a verified record. All or nothing: no value of a record that fails is given out.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, `ERR_KEY_UNKNOWN` or `ERR_KEY_INVALID`.
 */
export async function openFields(
  keys: RecordKeys,
  model: ModelSpec,
  { parsed }: VerifiedRecord,
): Promise<Record<string, unknown>> {
  const context: RecordContext = { owner: keys.account, model: model.name, id: parsed.id }
  await openLeaves(keys, context, parsed.sealed)
  for (const { field, value, place } of parsed.clear) place(valueFromJson(field.type, value as JsonValue))
  return decodeOpened(() => unbundleRecord(model, { id: parsed.id, ...parsed.tree.output }))
}

/** Opens fields of one record, each into its place. */
async function openLeaves(
  { keyring }: RecordKeys,
  context: RecordContext,
  sealed: readonly SealedLeaf[],
): Promise<void> {
  const derived = new Map<string, Promise<CryptoKey>>()
  const keyOf = (kid: Kid, classification: Classification): Promise<CryptoKey> => {
    const place = kid + classification
    const key = derived.get(place) ?? keyring.recordKey(kid, classification, context)
    derived.set(place, key)
    return key
  }
  const keys = await Promise.all(sealed.map(({ leaf, envelope }) => keyOf(envelope.kid, leaf.field.classification)))
  const aadOf = fieldAadsOf(context)
  const padded = await openEach(
    sealed.map(({ leaf: { path, field, value }, envelope }, index) => ({
      key: keys[index] as CryptoKey,
      aad: aadOf(path, field.classification, envelope.kid),
      bytes: sealedBriefly(value as EnvelopeText),
    })),
  )
  const values = decodeOpened(() =>
    sealed.map(({ leaf: { field } }, index) => decodeValue(field.type, unpad(padded[index] as Bytes))),
  )
  for (const [index, { leaf }] of sealed.entries()) leaf.place(values[index])
}

/** What an authentic envelope holds was sealed by an owner of the key; if it is not a value, it cannot be opened. */
function decodeOpened<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (isLockstitchError(error)) throw new LockstitchError('ERR_OPEN_FAILED')
    throw error
  }
}
