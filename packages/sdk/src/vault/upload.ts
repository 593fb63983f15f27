/** Uploads: sealed part by part, each part sent as soon as it is sealed, gone on with after a break. */
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { FILE_PART_BYTES, FILE_SALT_BYTES } from '../format/constants.ts'
import { type FileContext, fileContextBytes } from '../format/context.ts'
import type { FileRef } from '../format/file-ref.ts'
import { createChunkCipher } from '../crypto/chunked.ts'
import { digest } from '../crypto/digest.ts'
import { randomBytes } from '../crypto/random.ts'
import { generateUuid } from '../crypto/uuid.ts'
import { readPieces, type SourceReader } from '../files/read-source.ts'
import { sealFile } from '../files/seal-file.ts'
import { throwIfAborted } from './abort.ts'
import type { LongCallOptions } from './api.ts'
import { checkTurn, requireActiveSession, type VaultContext } from './context.ts'
import { fileCalls, persist } from './file-calls.ts'
import type { Session } from './session.ts'
import { openUpload, sealUpload, type UploadState, uploadName } from './upload-state.ts'

/** What is uploaded. */
export interface Upload {
  /** The turn in which the call began, before it waited for anything. */
  readonly turn: number
  /** The content from its beginning; may be asked for twice where `isRepeatable`. */
  read(): SourceReader
  readonly isRepeatable: boolean
  /** Bytes, where they are known. */
  readonly size: number | undefined
  readonly info: Pick<FileRef, 'name' | 'type' | 'classification'>
  /** What an upload that breaks is remembered by. */
  readonly resume: string | undefined
}

/** Parts that are under way at once. */
const WINDOW = 3

/**
 * Uploads a file and gives its reference.
 *
 * A file that is gone on with is sealed again with the salt of before, and so to the same bytes. Other content under that salt
 * would betray both: the hash of every part is therefore on this device's disk before the part is sent, and a part that
 * comes out otherwise is never sent.
 *
 * @throws LockstitchError as `Files.upload` says.
 */
export async function upload(context: VaultContext, file: Upload, options: LongCallOptions): Promise<FileRef> {
  const session = requireActiveSession(context)
  if (file.resume === undefined) return sendFile(context, session, file, undefined, options)
  const name = await uploadName(session, file.resume)
  return context.exclusive(`upload/${session.recordKeys.account}/${name}`, async () => {
    try {
      return await sendFile(context, session, file, name, options)
    } catch (error) {
      if (!isLockstitchError(error) || error.code !== 'ERR_FILE_SOURCE') throw error
      const isAnother = (await context.storage.readUpload(session.recordKeys.account, name)) === undefined
      // The content is another than that of before: it is another file.
      if (!isAnother || !file.isRepeatable) throw error
      return sendFile(context, session, file, name, options)
    }
  })
}

async function sendFile(
  context: VaultContext,
  session: Session,
  file: Upload,
  name: string | undefined,
  { signal, onProgress }: LongCallOptions,
): Promise<FileRef> {
  const { account, keyring } = session.recordKeys
  const kid = keyring.activeKid(file.info.classification)
  const known = name === undefined ? undefined : await openUpload(context, session, name)
  const isSame = known?.kid === kid && known.classification === file.info.classification
  const state: UploadState = isSame ? known : newState(kid, file.info.classification)
  const place: FileContext = { owner: account, ...state }
  const salt = decodeBase64url(state.salt)
  const cipher = await createChunkCipher(await keyring.fileKey(place), salt, fileContextBytes(place))
  checkTurn(context, file.turn)
  const server = fileCalls(context, session, place)
  const sending = new Set<Promise<void>>()
  let size = 0
  let sealedBytes = 0
  let sentBytes = 0
  let index = 0
  const groups = sealFile(cipher, file.read(), (bytes) => {
    size = bytes
  })
  const parts = readPieces(piecesOf(groups))
  // Every part stands in it for as long as it takes to hash it and to hand it to the platform as a blob.
  const buffer = new ArrayBuffer(FILE_PART_BYTES)
  try {
    const stored = await persist(() => server.start(), signal)
    const report = (bytes: number): void => {
      sentBytes += bytes
      const total = file.size
      onProgress?.(total === undefined ? { done: sentBytes } : { done: Math.min(sentBytes, total), total })
    }
    for (;;) {
      const part = await parts.fill(buffer)
      // A sealed file that ends with a part has no empty one behind it.
      if (part.length === 0) break
      throwIfAborted(signal)
      checkTurn(context, file.turn)
      sealedBytes += part.length
      const hash = encodeBase64url(await digest(part))
      await recordPart(context, session, name, state, index, hash)
      if (stored[index] === hash) report(part.length)
      else {
        const number = index
        // Made once: when it is sent again, another part stands in the buffer.
        const blob = new Blob([part])
        const put = persist(() => server.putPart(number, blob, hash), signal).then(() => report(blob.size))
        sending.add(put)
        // It is awaited below; until then its failure is not unhandled.
        put.then(() => sending.delete(put)).catch(() => undefined)
        if (sending.size >= WINDOW) await Promise.race(sending)
      }
      index += 1
    }
    await Promise.all(sending)
    await persist(() => server.complete(index, sealedBytes), signal)
  } catch (error) {
    await Promise.allSettled(sending)
    // Whatever it then failed with, the reason is that it was locked.
    checkTurn(context, file.turn)
    // Nobody can go on with it: let the server forget it now and not in a week.
    if (name === undefined) void server.remove().catch(() => undefined)
    throw error
  } finally {
    parts.close()
  }
  if (name !== undefined) await context.storage.forgetUpload(account, name)
  const { id, classification } = state
  return {
    version: 'ls1',
    id,
    kid,
    classification,
    header: encodeBase64url(cipher.header),
    size,
    name: file.info.name,
    type: file.info.type,
  }
}

function newState(kid: UploadState['kid'], classification: UploadState['classification']): UploadState {
  return { id: generateUuid(), kid, classification, salt: encodeBase64url(randomBytes(FILE_SALT_BYTES)), parts: [] }
}

async function* piecesOf(groups: AsyncIterable<readonly Bytes[]>): AsyncGenerator<Bytes, void, undefined> {
  for await (const group of groups) yield* group
}

/** Compares a part with the one of before, or writes down that it is about to be sent. */
async function recordPart(
  context: VaultContext,
  session: Session,
  name: string | undefined,
  state: UploadState,
  index: number,
  hash: string,
): Promise<void> {
  const before = state.parts[index]
  if (before === undefined) {
    state.parts.push(hash)
    if (name !== undefined) await context.storage.writeUpload(await sealUpload(session, name, state))
  } else if (before !== hash) {
    if (name !== undefined) await context.storage.forgetUpload(session.recordKeys.account, name)
    throw new LockstitchError('ERR_FILE_SOURCE')
  }
}
