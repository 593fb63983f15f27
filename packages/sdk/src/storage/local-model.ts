import type { Bytes } from '../assert.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { MAX_DOCUMENT_DEPTH, parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { LABELS } from '../format/labels.ts'
import { type ModelSpec, parseModel } from '../format/model.ts'
import { openBytes, sealBytes } from '../crypto/aead.ts'
import type { OutboxRow } from './database.ts'

/** A model for this device, sealed under its local key: what a write of a record of it needs to be sealed anew. */
export async function sealModel(localKey: CryptoKey, account: string, model: ModelSpec): Promise<Bytes> {
  return sealBytes(localKey, modelAad(account, model.name), encodeUtf8(stringifyJson(model, MAX_DOCUMENT_DEPTH)))
}

/**
 * The model that a row of the outbox was sealed by; `undefined` when it was written without.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` when it is not one that this account wrote here.
 */
export async function openModel(
  localKey: CryptoKey,
  { account, model, spec }: OutboxRow,
): Promise<ModelSpec | undefined> {
  if (spec === undefined) return undefined
  try {
    return parseModel(parseJson(decodeUtf8(await openBytes(localKey, modelAad(account, model), spec))))
  } catch {
    throw new LockstitchError('ERR_STORAGE_TAMPERED')
  }
}

function modelAad(account: string, model: string): Bytes {
  return encodeFrame([LABELS.localModel, account, model])
}
