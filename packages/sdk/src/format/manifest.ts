/**
 * The manifest of a sealed record: what the record is, which revision, and a digest of everything beside it.
 *
 * ```
 * ls1m.<base64url(payload)>.<base64url(mac 32)>[.<base64url(signature 64)>]
 * payload = frame(owner, model, id, revision u64, previous 32, kid 8, writer 16, state 1, digest 32)
 * ```
 */
import type { Bytes } from '../assert.ts'
import { allocate, type Allocate, allocateBriefly } from '../bytes/arena.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { decodeFrame, decodeUint64, encodeFrame, encodeUint64 } from '../bytes/frame.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { HASH_BYTES, KID_BYTES, MAX_MANIFEST_CHARS, SIGNATURE_BYTES } from './constants.ts'
import { type Kid, kidOf } from './kid.ts'
import { LABELS } from './labels.ts'
import { parseRecordId } from './record-id.ts'
import { parseUuid } from './uuid.ts'

/** The text form of a manifest with its proofs. */
export type ManifestText = string & { readonly __manifest: never }

/** What a manifest says. */
export interface Manifest {
  /** Account id of the owner. */
  readonly owner: string
  readonly model: string
  readonly id: string
  /** 1 for the first, one more for each. */
  readonly revision: number
  /** Hash of the manifest before this one (32 bytes); zeros before the first. */
  readonly previous: Bytes
  /** Id of the account key under which the MAC is made. */
  readonly kid: Kid
  /** Id of the identity that wrote it: the first 16 bytes of the hash of its signing key. */
  readonly writer: Bytes
  /** A tombstone says that the record was deleted by its owner. */
  readonly state: 'live' | 'tombstone'
  /** SHA-256 of the record's digest input. */
  readonly digest: Bytes
}

/** A manifest as it was read: the payload is what its proofs are over. */
export interface ParsedManifest extends Manifest {
  readonly payload: Bytes
  readonly mac: Bytes
  readonly signature?: Bytes
}

/** Bytes of a writer id. */
export const WRITER_BYTES = 16
const PREFIX = 'ls1m'
const STATES = ['live', 'tombstone'] as const
const STATE_BYTES = { live: Uint8Array.of(0), tombstone: Uint8Array.of(1) }

/** The bytes that the proofs of a manifest are over, for the time of one call. */
export function manifestPayload(manifest: Manifest): Bytes {
  const { owner, model, id, revision, previous, kid, writer, state, digest } = manifest
  return encodeFrame(
    [owner, model, id, encodeUint64(revision), previous, decodeBase64url(kid), writer, STATE_BYTES[state], digest],
    allocateBriefly,
  )
}

/** What the owner's HMAC is over. */
export function manifestMacInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.manifestMac, payload], allocateBriefly)
}

/** What the writer's signature is over. */
export function manifestSignatureInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.manifestSignature, payload])
}

/** What the next manifest's `previous` is the SHA-256 of. */
export function manifestHashInput(payload: Bytes): Bytes {
  return encodeFrame([LABELS.manifestHash, payload], allocateBriefly)
}

/** The text of a manifest and its proofs. */
export function serializeManifest(payload: Bytes, mac: Bytes, signature?: Bytes): ManifestText {
  const text = `${PREFIX}.${encodeBase64url(payload)}.${encodeBase64url(mac)}`
  return (signature === undefined ? text : `${text}.${encodeBase64url(signature)}`) as ManifestText
}

/**
 * Reads a manifest. Strict, total and free of cryptography; the proofs are not checked here.
 *
 * @param make Where its bytes stand; an array of their own unless said.
 * @throws LockstitchError `ERR_FORMAT_VERSION`, `ERR_FORMAT_LIMIT`, `ERR_FORMAT_INVALID`, `ERR_TEXT_INVALID` or
 * `ERR_RECORD_ID`.
 */
export function parseManifest(text: unknown, make: Allocate = allocate): ParsedManifest {
  if (typeof text !== 'string') throw invalid()
  if (text.length > MAX_MANIFEST_CHARS) throw new LockstitchError('ERR_FORMAT_LIMIT')
  const [prefix, payloadText, macText, signatureText, ...rest] = text.split('.')
  if (prefix !== PREFIX)
    throw new LockstitchError(/^ls[0-9]{1,3}m$/.test(prefix ?? '') ? 'ERR_FORMAT_VERSION' : 'ERR_FORMAT_INVALID')
  if (payloadText === undefined || macText === undefined || rest.length > 0) throw invalid()
  const decode = (part: string): Bytes => decodeBase64url(part, 0, part.length, make)
  const payload = decode(payloadText)
  const mac = exact(decode(macText), HASH_BYTES)
  const manifest = parsePayload(payload)
  if (signatureText === undefined) return { ...manifest, payload, mac }
  return { ...manifest, payload, mac, signature: exact(decode(signatureText), SIGNATURE_BYTES) }
}

function parsePayload(payload: Bytes): Manifest {
  const [owner, model, id, revision, previous, kid, writer, state, digest] = decodeFrame(payload, 9) as [
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
  ]
  const stateName = STATES[exact(state, 1)[0] as number]
  const revisionNumber = decodeUint64(revision)
  if (stateName === undefined || revisionNumber < 1) throw invalid()
  return {
    owner: parseUuid(text(owner)),
    model: text(model),
    id: parseRecordId(text(id)),
    revision: revisionNumber,
    previous: exact(previous, HASH_BYTES),
    kid: kidOf(exact(kid, KID_BYTES)),
    writer: exact(writer, WRITER_BYTES),
    state: stateName,
    digest: exact(digest, HASH_BYTES),
  }
}

function text(bytes: Bytes): string {
  return decodeUtf8(bytes)
}

function exact(bytes: Bytes, length: number): Bytes {
  if (bytes.length !== length) throw invalid()
  return bytes
}

function invalid(): LockstitchError {
  return new LockstitchError('ERR_FORMAT_INVALID')
}
