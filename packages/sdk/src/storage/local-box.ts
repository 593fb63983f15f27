import type { Bytes } from '../assert.ts'
import { allocateBriefly } from '../bytes/arena.ts'
import { encodeFrame, encodeUint64 } from '../bytes/frame.ts'
import { MAX_DOCUMENT_DEPTH, parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { LABELS } from '../format/labels.ts'
import { openBytes, sealBytes } from '../crypto/aead.ts'
import type { HeadRow } from './database.ts'

type Columns = Omit<HeadRow, 'box'>

/** Rows whose columns are known to be this account's own, by the key that proved it. */
const proved = new WeakMap<CryptoKey, Set<string>>()
const MAX_PROVED = 20_000

/** A row for this device: the record, which is sealed already, sealed whole under the device's local key. */
export async function sealRow(localKey: CryptoKey, columns: Columns, record: unknown): Promise<HeadRow> {
  const aad = rowAad(columns)
  const box = await sealBytes(localKey, aad, encodeUtf8(stringifyJson(record, MAX_DOCUMENT_DEPTH)))
  markProved(localKey, columns)
  return { ...columns, box }
}

/**
 * The sealed record inside a row. That it opens proves the row's other columns too.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` when the row is not one that this account wrote here.
 */
export async function openRow(localKey: CryptoKey, row: HeadRow): Promise<unknown> {
  return parseJson(decodeUtf8(await openBox(localKey, row)))
}

/**
 * Proves the columns of a row, all but the record: by opening it, or because this very row was opened or written before.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED`, as {@link openRow}.
 */
export async function proveRow(localKey: CryptoKey, row: HeadRow): Promise<void> {
  if (isRow(row) && proved.get(localKey)?.has(textOf(row)) === true) return
  await openBox(localKey, row)
  markProved(localKey, row)
}

async function openBox(localKey: CryptoKey, row: HeadRow): Promise<Bytes> {
  const aad = rowAad(row)
  try {
    return await openBytes(localKey, aad, row.box)
  } catch {
    throw new LockstitchError('ERR_STORAGE_TAMPERED')
  }
}

function markProved(localKey: CryptoKey, columns: Columns): void {
  const texts = proved.get(localKey) ?? new Set()
  if (texts.size === MAX_PROVED) texts.clear()
  proved.set(localKey, texts.add(textOf(columns)))
}

/** No column of a row that was written here has a line feed, so that no other row has the text of one. */
function textOf({ account, model, id, revision, hash, state }: Columns): string {
  return `${account}\n${model}\n${id}\n${revision}\n${hash}\n${state}`
}

/** A frame takes bytes for text, and a number can be read from text; a row that was written here has neither. */
function isRow({ account, model, id, revision, hash, state }: Columns): boolean {
  return [account, model, id, hash, state].every((part) => typeof part === 'string') && Number.isSafeInteger(revision)
}

function rowAad(columns: Columns): Bytes {
  if (!isRow(columns)) throw new LockstitchError('ERR_STORAGE_TAMPERED')
  const { account, model, id, revision, hash, state } = columns
  return encodeFrame([LABELS.localBox, account, model, id, encodeUint64(revision), hash, state], allocateBriefly)
}
