import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { encodeFrame, extendFrame } from '../bytes/frame.ts'
import type { Classification } from './classification.ts'
import { VERSION } from './constants.ts'
import type { Kid } from './kid.ts'
import { FILE_LABELS, LABELS } from './labels.ts'

/** Where a record stands. */
export interface RecordContext {
  /** Account id of the owner. */
  readonly owner: string
  /** Name of the model. */
  readonly model: string
  /** Record id. */
  readonly id: string
}

/** Where a sealed field stands: all of it is authenticated with the value, so that it opens nowhere else. */
export interface FieldContext extends RecordContext {
  /** Path in the record: names and array indexes joined by dots. */
  readonly path: string
  readonly classification: Classification
  readonly kid: Kid
}

/** The additional authenticated data of a field. */
export function fieldAad({ path, classification, kid, ...record }: FieldContext): Bytes {
  return fieldAadsOf(record)(path, classification, kid)
}

/** The additional authenticated data of the fields of one record: what they have in common is encoded once. */
export function fieldAadsOf({
  owner,
  model,
  id,
}: RecordContext): (path: string, classification: Classification, kid: Kid) => Bytes {
  const start = encodeFrame([LABELS.fieldAad, VERSION, owner, model, id], allocateBriefly)
  return (path, classification, kid) => extendFrame(start, [path, classification, kid], allocateBriefly)
}

/** The HKDF info of a record's key. */
export function recordKeyInfo(context: RecordContext): Bytes {
  return encodeFrame([LABELS.recordKey, context.owner, context.model, context.id], allocateBriefly)
}

/** What a file is: all of it stands in the derivation of the file's key, so that it opens as no other. */
export interface FileContext {
  /** Account id of the owner. */
  readonly owner: string
  /** File id. */
  readonly id: string
  readonly classification: Classification
  readonly kid: Kid
}

/** The HKDF info of a file's input key. */
export function fileKeyInfo({ owner, id }: FileContext): Bytes {
  return encodeFrame([FILE_LABELS.fileKey, owner, id])
}

/** The context of a file in c2sp.org/chunked-encryption. */
export function fileContextBytes({ owner, id, classification, kid }: FileContext): Bytes {
  return encodeFrame([FILE_LABELS.file, VERSION, owner, id, classification, kid])
}
