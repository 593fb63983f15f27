import type { Bytes } from '../assert.ts'
import { encodeFrame, encodeUint64 } from '../bytes/frame.ts'
import { MAX_DOCUMENT_DEPTH, parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { LABELS } from '../format/labels.ts'
import { openBytes, sealBytes } from '../crypto/aead.ts'
import type { HeadRow } from './database.ts'

type Columns = Omit<HeadRow, 'box'>

/** A row for this device: the record, which is sealed already, sealed whole under the device's local key. */
export async function sealRow(localKey: CryptoKey, columns: Columns, record: unknown): Promise<HeadRow> {
  return {
    ...columns,
    box: await sealBytes(localKey, rowAad(columns), encodeUtf8(stringifyJson(record, MAX_DOCUMENT_DEPTH))),
  }
}

/**
 * The sealed record inside a row. That it opens proves the row's other columns too.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` when the row is not one that this account wrote here.
 */
export async function openRow(localKey: CryptoKey, row: HeadRow): Promise<unknown> {
  let text: Bytes
  try {
    text = await openBytes(localKey, rowAad(row), row.box)
  } catch {
    throw new LockstitchError('ERR_STORAGE_TAMPERED')
  }
  return parseJson(decodeUtf8(text))
}

function rowAad({ account, model, id, revision, hash, state }: Columns): Bytes {
  // A frame takes bytes for text, and a number can be read from text; a row that was written here has neither.
  const isRow = [account, model, id, hash, state].every((part) => typeof part === 'string')
  if (!isRow || !Number.isSafeInteger(revision)) throw new LockstitchError('ERR_STORAGE_TAMPERED')
  return encodeFrame([LABELS.localBox, account, model, id, encodeUint64(revision), hash, state])
}
