import { equalBytes } from '../bytes/equal.ts'
import type { JsonValue } from '../bytes/json.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { Classification } from '../format/classification.ts'
import { fieldAad, type RecordContext } from '../format/context.ts'
import type { Kid } from '../format/kid.ts'
import type { ModelSpec } from '../format/model.ts'
import { unpad } from '../format/padding.ts'
import { type ParsedRecord, type SealedLeaf, verifySealedRecord } from '../format/sealed-record.ts'
import { decodeValue, valueFromJson } from '../format/value.ts'
import { openBytes } from '../crypto/aead.ts'
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
  const parsed = verifySealedRecord(model, sealed)
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
  const recordKey = recordKeys(keys, context)
  await Promise.all(parsed.sealed.map((leaf) => openLeaf(recordKey, context, leaf)))
  for (const { field, value, place } of parsed.clear) place(valueFromJson(field.type, value as JsonValue))
  return { id: parsed.id, ...parsed.tree.output }
}

type RecordKeyOf = (kid: Kid, classification: Classification) => Promise<CryptoKey>

function recordKeys({ keyring }: RecordKeys, context: RecordContext): RecordKeyOf {
  const derived = new Map<string, Promise<CryptoKey>>()
  return (kid, classification) => {
    const place = `${kid}/${classification}`
    const key = derived.get(place) ?? keyring.recordKey(kid, classification, context)
    derived.set(place, key)
    return key
  }
}

async function openLeaf(recordKey: RecordKeyOf, context: RecordContext, { leaf, envelope }: SealedLeaf): Promise<void> {
  const { path, field, place } = leaf
  const { kid, sealed } = envelope
  const aad = fieldAad({ ...context, path, classification: field.classification, kid })
  const padded = await openBytes(await recordKey(kid, field.classification), aad, sealed)
  place(decodeOpened(() => decodeValue(field.type, unpad(padded))))
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
