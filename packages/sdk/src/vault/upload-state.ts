import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { parseJson, stringifyJson } from '../bytes/json.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import type { FileRef } from '../format/file-ref.ts'
import { FILE_LABELS } from '../format/labels.ts'
import { openBytes, sealBytes } from '../crypto/aead.ts'
import { computeMac } from '../crypto/mac.ts'
import type { UploadRow } from '../storage/database.ts'
import type { VaultContext } from './context.ts'
import type { Session } from './session.ts'

/** An upload that is under way. */
export interface UploadState extends Pick<FileRef, 'id' | 'kid' | 'classification'> {
  readonly salt: string
  /** Hashes of the parts that may have been sent, in order. */
  readonly parts: string[]
}

/** What the device calls an upload: nobody without the account's key can tell from it what the file is called. */
export async function uploadName({ recordKeys }: Session, resume: string): Promise<string> {
  return encodeBase64url(await computeMac(recordKeys.manifestKey, encodeFrame([FILE_LABELS.uploadName, resume])))
}

/** The row of an upload, sealed for this device. */
export async function sealUpload(session: Session, name: string, state: UploadState): Promise<UploadRow> {
  const { account } = session.recordKeys
  const text = encodeUtf8(stringifyJson(state, 2))
  return { account, name, box: await sealBytes(session.accountKeys.local, uploadAad(account, name), text) }
}

/**
 * The upload that is under way by this name, if there is one.
 *
 * @throws LockstitchError `ERR_STORAGE_TAMPERED` when the row is not one that this account wrote here; the row is forgotten.
 */
export async function openUpload(
  { storage }: VaultContext,
  session: Session,
  name: string,
): Promise<UploadState | undefined> {
  const { account } = session.recordKeys
  const row = await storage.readUpload(account, name)
  if (row === undefined) return undefined
  const state = await openState(session, row)
  if (state !== undefined) return state
  await storage.forgetUpload(account, name)
  throw new LockstitchError('ERR_STORAGE_TAMPERED')
}

/** Forgets the uploads under these keys, with which nobody can go on, and rows that are none of this account's. */
export async function forgetUploads(
  { storage }: VaultContext,
  session: Session,
  kids: ReadonlySet<string>,
): Promise<void> {
  const { account } = session.recordKeys
  for (const row of await storage.listUploads(account)) {
    const state = await openState(session, row)
    if (state === undefined || kids.has(state.kid)) await storage.forgetUpload(account, row.name)
  }
}

async function openState({ recordKeys, accountKeys }: Session, row: UploadRow): Promise<UploadState | undefined> {
  try {
    const aad = uploadAad(recordKeys.account, row.name)
    return parseJson(decodeUtf8(await openBytes(accountKeys.local, aad, row.box))) as never
  } catch {
    return undefined
  }
}

function uploadAad(account: string, name: string): ReturnType<typeof encodeFrame> {
  return encodeFrame([FILE_LABELS.uploadBox, account, name])
}
