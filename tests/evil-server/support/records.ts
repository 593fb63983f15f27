/** Sealed records in the hands of the adversary. */
import { vi } from 'vitest'
import type { Transport } from '@lockstitch/sdk'
import {
  canonicalJson,
  decodeBase64url,
  encodeBase64url,
  manifestHashInput,
  type ModelSpec,
  parseManifest,
  verifySealedRecord,
} from '@lockstitch/sdk/format'
import { manifestMacInput, manifestPayload, serializeManifest } from '../../../packages/sdk/src/format/manifest.ts'
import { recordDigestInput } from '../../../packages/sdk/src/format/sealed-record.ts'
import { walkRecord } from '../../../packages/sdk/src/format/record-tree.ts'
import { isEndToEnd } from '../../../packages/sdk/src/format/model.ts'

/** A sealed record as JSON. */
export interface RawRecord {
  readonly id: string
  readonly $seal: string
  readonly name: string
  readonly ssn: string
  readonly secretForUs: string
  readonly [field: string]: unknown
}

/** A record as the server has it now. */
export async function fetchRaw(transport: Transport, model: ModelSpec, id: string): Promise<RawRecord> {
  const { body } = await transport.send({ method: 'GET', path: `/v1/records/${model.name}/${id}`, headers: {} })
  return (JSON.parse(body) as { record: RawRecord }).record
}

/** The key that MACs the manifests of an account, lent by a device of it while it seals. */
export async function lendMacKey(seal: () => Promise<unknown>): Promise<CryptoKey> {
  const spy = vi.spyOn(crypto.subtle, 'sign')
  try {
    await seal()
    const key = spy.mock.calls.findLast(([algorithm]) => algorithm === 'HMAC')?.[1]
    if (key === undefined) throw new Error('nothing was sealed')
    return key
  } finally {
    spy.mockRestore()
  }
}

/**
 * The record with a manifest that is right for what stands beside it, under a MAC key: what is left to stop it are the
 * envelopes themselves.
 *
 * @param follows A manifest that it claims to follow; its own revision stays unless it is given.
 */
export async function remakeManifest(
  model: ModelSpec,
  record: RawRecord,
  macKey: CryptoKey,
  follows?: string,
): Promise<RawRecord> {
  const manifest = { ...parseManifest(record.$seal), ...(follows === undefined ? {} : await placeAfter(follows)) }
  const { leaves, empties } = walkRecord(model, record, ['id', '$seal'])
  const entries = leaves.map(({ path, field, value }) =>
    isEndToEnd(field) ? ([path, 'envelope', String(value)] as const) : ([path, 'clear', canonicalJson(value)] as const),
  )
  const input = recordDigestInput([...entries, ...empties.map(({ path, text }) => [path, 'empty', text] as const)])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
  const payload = manifestPayload({ ...manifest, id: record.id, model: model.name, digest })
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', macKey, manifestMacInput(payload)))
  return { ...record, $seal: serializeManifest(payload, mac) }
}

/** Fails unless the model would take the record: the forgery is well-formed and only cryptography can tell. */
export function assertWellFormed(model: ModelSpec, record: RawRecord): void {
  verifySealedRecord(model, record)
}

/** The envelope with its bytes changed. */
export function editEnvelope(envelope: string, edit: (sealed: Uint8Array) => Uint8Array): string {
  const [version, kid, body = ''] = envelope.split('.')
  return `${version}.${kid}.${encodeBase64url(edit(decodeBase64url(body)))}`
}

async function placeAfter(manifest: string): Promise<{ revision: number; previous: Uint8Array<ArrayBuffer> }> {
  return { revision: parseManifest(manifest).revision + 1, previous: decodeBase64url(await hashOfManifest(manifest)) }
}

/** The hash of a manifest, as the server gives it in an acknowledgement. */
export async function hashOfManifest(manifest: string): Promise<string> {
  const payload = decodeBase64url(manifest.split('.')[1] ?? '')
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', manifestHashInput(payload))))
}
