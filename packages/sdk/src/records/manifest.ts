import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { LockstitchError } from '../errors.ts'
import type { RecordContext } from '../format/context.ts'
import { HASH_BYTES } from '../format/constants.ts'
import {
  type Manifest,
  manifestHashInput,
  manifestMacInput,
  manifestPayload,
  manifestSignatureInput,
  type ManifestText,
  type ParsedManifest,
  serializeManifest,
} from '../format/manifest.ts'
import type { ModelSpec } from '../format/model.ts'
import { digest } from '../crypto/digest.ts'
import { computeMac, verifyMac } from '../crypto/mac.ts'
import { sign, verifySignature } from '../crypto/sign.ts'
import type { RecordHead, RecordKeys } from './keys.ts'

/** Writes and proves the manifest that follows `previous`. */
export async function sealManifest(
  keys: RecordKeys,
  model: ModelSpec,
  context: RecordContext,
  previous: RecordHead | undefined,
  state: Manifest['state'],
  recordDigest: Bytes,
): Promise<{ text: ManifestText; head: RecordHead }> {
  const revision = (previous?.revision ?? 0) + 1
  const payload = manifestPayload({
    ...context,
    revision,
    previous: previous === undefined ? new Uint8Array(HASH_BYTES) : decodeBase64url(previous.hash),
    kid: keys.accountKid,
    writer: keys.identity.writer,
    state,
    digest: recordDigest,
  })
  const { signing } = keys.identity
  if (model.signed && signing === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  const [mac, hash, signature] = await Promise.all([
    computeMac(keys.manifestKey, manifestMacInput(payload)),
    hashManifest(payload),
    model.signed && signing !== undefined ? sign(signing, manifestSignatureInput(payload)) : undefined,
  ])
  return { text: serializeManifest(payload, mac, signature), head: { revision, hash, state } }
}

/**
 * Checks that a manifest is this owner's own for this record. Which proofs are demanded follows from the model and from
 * who reads, never from what is present.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openManifest(keys: RecordKeys, model: ModelSpec, manifest: ParsedManifest): Promise<RecordHead> {
  const isOwn =
    manifest.owner === keys.account &&
    manifest.kid === keys.accountKid &&
    equalBytes(manifest.writer, keys.identity.writer)
  if (!isOwn || !(await hasProofs(keys, model, manifest))) throw new LockstitchError('ERR_OPEN_FAILED')
  return { revision: manifest.revision, hash: await hashManifest(manifest.payload), state: manifest.state }
}

async function hasProofs(
  keys: RecordKeys,
  model: ModelSpec,
  { payload, mac, signature }: ParsedManifest,
): Promise<boolean> {
  if (!(await verifyMac(keys.manifestKey, mac, manifestMacInput(payload)))) return false
  if (!model.signed) return signature === undefined
  return (
    signature !== undefined && verifySignature(keys.identity.signingPublic, signature, manifestSignatureInput(payload))
  )
}

async function hashManifest(payload: Bytes): Promise<string> {
  return encodeBase64url(await digest(manifestHashInput(payload)))
}
