import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeFrame } from '../bytes/frame.ts'
import type { JsonValue } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import { HASH_BYTES } from '../format/constants.ts'
import type { Kid } from '../format/kid.ts'
import { LABELS } from '../format/labels.ts'
import { manifestHashInput, manifestSignatureInput, WRITER_BYTES } from '../format/manifest.ts'
import { type ModelSpec, parseModel } from '../format/model.ts'
import { type ParsedRecord, verifySealedRecord } from '../format/sealed-record.ts'
import { isSignedBy, sha256 } from './primitives.ts'

/** One item of a write. */
export interface RecordWrite {
  /** Name of a model. */
  readonly model: string
  /** The sealed record as it was received. */
  readonly record: unknown
}

/** A value that the server may read. */
export interface ClearValue {
  /** Names and array indexes joined by dots. */
  readonly path: string
  readonly classification: Classification
  readonly value: JsonValue
}

/** What a record says once it is known to be sealed right. */
export interface VerifiedRecord {
  readonly model: string
  readonly id: string
  readonly revision: number
  /** Hash of the manifest that this one follows, base64url. */
  readonly previous: string
  /** Hash of this manifest, base64url. */
  readonly hash: string
  readonly state: 'live' | 'tombstone'
  /** Every nonce of the record under the key it was used with; none may ever come back in this record. */
  readonly nonces: readonly { readonly kid: Kid; readonly nonce: string }[]
  /** The values of the audience `server`, the public ones included. */
  readonly clear: readonly ClearValue[]
}

/** Checks records of the models it was made for. */
export interface Verifier {
  /**
   * Checks one record against its model and the account that sent it. Pure and synchronous; no key is needed.
   *
   * @throws LockstitchError `ERR_MODEL_INVALID` for an unknown model; what `verifySealedRecord` throws for a record that
   * is not sealed as its model says; `ERR_DIGEST_MISMATCH`; `ERR_SIGNATURE_INVALID`; `ERR_FORBIDDEN` for another owner or
   * writer; `ERR_KEY_UNKNOWN` or `ERR_KEY_STATE` for a key that the account does not have for this field or does not
   * write with; `ERR_NONCE_REUSED` when one nonce stands in the record twice.
   */
  verifyRecord(write: RecordWrite, account: AccountState): VerifiedRecord
}

/** What is stored of a record, as far as the next revision depends on it. */
export interface StoredRevision {
  readonly revision: number
  readonly hash: string
}

interface AccountKeys {
  readonly writer: Bytes
  readonly signingKey: Bytes
  readonly keyring: ReadonlyMap<Kid, KeyringEntry>
}

const NO_PREVIOUS = encodeBase64url(new Uint8Array(HASH_BYTES))

/**
 * A verifier for the given models: steps 4 to 7 of docs/server-api.md, "What is checked on every write". A server that
 * stores only what it returns stores only ciphertext in protected fields.
 *
 * @throws LockstitchError `ERR_MODEL_INVALID` when a model is not exhaustive or two have one name.
 *
 * @example
 * ```ts
 * import { defineModel, phi, pub } from '@lockstitch/sdk'
 * import type { AccountState } from '@lockstitch/sdk/format'
 * import { checkRevision, createVerifier, type StoredRevision } from '@lockstitch/sdk/server'
 *
 * const verifier = createVerifier([defineModel('note', { text: phi(), formVersion: pub({ type: 'number' }) })])
 *
 * export function acceptNote(record: unknown, account: AccountState, stored: StoredRevision | null): string {
 *   const verified = verifier.verifyRecord({ model: 'note', record }, account)
 *   return checkRevision(verified, stored)
 * }
 * ```
 */
export function createVerifier(models: readonly ModelSpec[]): Verifier {
  const byName = new Map(models.map((model) => [model.name, parseModel(model)]))
  if (byName.size !== models.length) throw new LockstitchError('ERR_MODEL_INVALID')
  return {
    verifyRecord(write, account) {
      const model = byName.get(write.model)
      if (model === undefined) throw new LockstitchError('ERR_MODEL_INVALID')
      const parsed = verifySealedRecord(model, write.record, allocateBriefly)
      const keys = keysOf(account)
      checkManifest(parsed, account, keys)
      for (const { leaf, envelope } of parsed.sealed) {
        checkKey(keys.keyring.get(envelope.kid), leaf.field.classification)
      }
      return verified(parsed)
    },
  }
}

/**
 * Whether a verified record follows what is stored: `store` when it is the next revision, `acknowledge` when exactly this
 * one is stored already and the writer only missed the answer. `null` stands for nothing stored.
 *
 * @throws LockstitchError `ERR_CONFLICT` otherwise.
 *
 * @example
 * ```ts
 * import { checkRevision } from '@lockstitch/sdk/server'
 *
 * const first = { revision: 1, previous: 'A'.repeat(43), hash: 'B'.repeat(43) }
 * console.log(checkRevision(first, null), checkRevision(first, first)) // store acknowledge
 * ```
 */
export function checkRevision(
  next: Pick<VerifiedRecord, 'revision' | 'previous' | 'hash'>,
  stored: StoredRevision | null,
): 'store' | 'acknowledge' {
  const { revision, hash } = stored ?? { revision: 0, hash: NO_PREVIOUS }
  if (next.revision === revision && next.hash === hash) return 'acknowledge'
  if (next.revision !== revision + 1 || next.previous !== hash) throw new LockstitchError('ERR_CONFLICT')
  return 'store'
}

const accountKeys = new WeakMap<AccountState, AccountKeys>()

function keysOf(account: AccountState): AccountKeys {
  const known = accountKeys.get(account)
  if (known !== undefined) return known
  const signingKey = decodeBase64url(account.identity.signing)
  const writer = sha256(encodeFrame([LABELS.writer, signingKey])).subarray(0, WRITER_BYTES)
  const keys = { writer, signingKey, keyring: new Map(account.keyring.map((key) => [key.kid, key])) }
  accountKeys.set(account, keys)
  return keys
}

function checkManifest({ manifest, digestInput }: ParsedRecord, account: AccountState, keys: AccountKeys): void {
  if (!equalBytes(sha256(digestInput), manifest.digest)) throw new LockstitchError('ERR_DIGEST_MISMATCH')
  const isOwn = manifest.owner === account.account && equalBytes(manifest.writer, keys.writer)
  if (!isOwn) throw new LockstitchError('ERR_FORBIDDEN')
  const { signature, payload } = manifest
  if (signature !== undefined && !isSignedBy(keys.signingKey, signature, manifestSignatureInput(payload))) {
    throw new LockstitchError('ERR_SIGNATURE_INVALID')
  }
  if (manifest.kid !== account.accountKey.kid) throw new LockstitchError('ERR_KEY_UNKNOWN')
}

function checkKey(key: KeyringEntry | undefined, classification: Classification): void {
  if (key?.classification !== classification) throw new LockstitchError('ERR_KEY_UNKNOWN')
  if (key.state !== 'active') throw new LockstitchError('ERR_KEY_STATE')
}

function verified({ id, manifest, sealed, clear }: ParsedRecord): VerifiedRecord {
  const nonces = sealed.map(({ envelope }) => ({
    kid: envelope.kid,
    nonce: envelope.nonce,
  }))
  if (new Set(nonces.map(({ kid, nonce }) => `${kid}.${nonce}`)).size !== nonces.length) {
    throw new LockstitchError('ERR_NONCE_REUSED')
  }
  return {
    model: manifest.model,
    id,
    revision: manifest.revision,
    previous: encodeBase64url(manifest.previous),
    hash: encodeBase64url(sha256(manifestHashInput(manifest.payload))),
    state: manifest.state,
    nonces,
    clear: clear.map(({ path, field, value }) => ({
      path,
      classification: field.classification,
      value: value as JsonValue,
    })),
  }
}
