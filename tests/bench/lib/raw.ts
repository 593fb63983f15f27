/**
 * The limit: the calls of WebCrypto that a sealed record needs, on bytes that are ready, with nothing around them. For each
 * record one HKDF to its key, one digest, one HMAC, and for each field one AES-256-GCM with associated data.
 */
import { manifestHashInput, type ModelSpec, verifySealedRecord } from '@lockstitch/sdk/format'
import { fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { inFlight } from './measure.ts'

type Bytes = Uint8Array<ArrayBuffer>

interface RawField {
  readonly iv: Bytes
  readonly aad: Bytes
  readonly plaintext: Bytes
  ciphertext: ArrayBuffer
}

/** The bytes of one record. */
export interface RawRecord {
  readonly info: Bytes
  readonly digestInput: Bytes
  readonly macInput: Bytes
  mac: ArrayBuffer
  readonly fields: readonly RawField[]
}

/** The bytes of records, and the raw calls over them. */
export interface Raw {
  readonly records: readonly RawRecord[]
  sealRecord(record: RawRecord): Promise<unknown>
  openRecord(record: RawRecord): Promise<unknown>
  /** All records with this many of them under way. */
  sealAll(window: number): Promise<void>
  openAll(window: number): Promise<void>
}

const { subtle } = globalThis.crypto
const GCM = { name: 'AES-GCM', length: 256 }
const OVERHEAD = 12 + 16

/** The raw calls for records that were sealed: every input as long as there. */
export async function rawOf(model: ModelSpec, sealed: readonly object[]): Promise<Raw> {
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const dataKey = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const macKey = await subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  const recordKey = (info: Bytes): Promise<CryptoKey> =>
    subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }, dataKey, GCM, false, [
      'encrypt',
      'decrypt',
    ])
  const encrypt = (key: CryptoKey, { iv, aad, plaintext }: RawField): Promise<ArrayBuffer> =>
    subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, plaintext)
  const records = sealed.map((record) => rawRecord(model, record))
  for (const { info, fields } of records) {
    const key = await recordKey(info)
    await Promise.all(fields.map(async (field) => (field.ciphertext = await encrypt(key, field))))
  }
  for (const record of records) record.mac = await subtle.sign('HMAC', macKey, record.macInput)
  const raw: Raw = {
    records,
    async sealRecord({ info, fields, digestInput, macInput }) {
      const key = await recordKey(info)
      const calls: Promise<ArrayBuffer>[] = fields.map((field) => encrypt(key, field))
      return Promise.all([...calls, subtle.digest('SHA-256', digestInput), subtle.sign('HMAC', macKey, macInput)])
    },
    async openRecord({ info, fields, digestInput, macInput, mac }) {
      const proofs = [subtle.digest('SHA-256', digestInput), subtle.verify('HMAC', macKey, mac, macInput)]
      const key = await recordKey(info)
      const calls: Promise<unknown>[] = fields.map(({ iv, aad, ciphertext }) =>
        subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, ciphertext),
      )
      return Promise.all([...calls, ...proofs])
    },
    sealAll: (window) => inFlight(window, records.length, (index) => raw.sealRecord(records[index] as RawRecord)),
    openAll: (window) => inFlight(window, records.length, (index) => raw.openRecord(records[index] as RawRecord)),
  }
  return raw
}

function rawRecord(model: ModelSpec, record: object): RawRecord {
  const { manifest, sealed, digestInput } = verifySealedRecord(model, record)
  const context = { owner: manifest.owner, model: manifest.model, id: manifest.id }
  return {
    info: recordKeyInfo(context),
    digestInput,
    macInput: manifestHashInput(manifest.payload),
    mac: new ArrayBuffer(0),
    fields: sealed.map(({ leaf, envelope }) => ({
      iv: crypto.getRandomValues(new Uint8Array(12)),
      aad: fieldAad({ ...context, path: leaf.path, classification: leaf.field.classification, kid: envelope.kid }),
      plaintext: crypto.getRandomValues(new Uint8Array(envelope.sealed.length - OVERHEAD)),
      ciphertext: new ArrayBuffer(0),
    })),
  }
}
