/** Files: loaded only when one is sealed or opened, since most sessions never do. */
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { receiveStream, sendStream } from '../bytes/stream-port.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { LockstitchError } from '../errors.ts'
import { FILE_HEADER_BYTES, FILE_SALT_BYTES, MAX_FILE_TEXT_CHARS } from '../format/constants.ts'
import { type FileContext, fileContextBytes } from '../format/context.ts'
import { type FileSpan, fileSpan, paddedFileLength, sealedFileLength } from '../format/file-layout.ts'
import { type FileRef, parseFileRef } from '../format/file-ref.ts'
import { createChunkCipher, openChunkCipher } from '../crypto/chunked.ts'
import { randomBytes } from '../crypto/random.ts'
import { generateUuid } from '../crypto/uuid.ts'
import { cutOut, openFile } from '../files/open-file.ts'
import { readBlob, readPieces, readStream, type SourceReader } from '../files/read-source.ts'
import { sealFile } from '../files/seal-file.ts'
import { blobType, toBlob, toStream } from '../files/to-blob.ts'
import type { ensureDataKeys } from './account.ts'
import type { LongCallOptions } from './api.ts'
import { requireActiveSession, requireSession, type VaultContext } from './context.ts'
import { fetchSpan } from './download.ts'
import { fileCalls } from './file-calls.ts'
import type { FileInfo, FileRange } from './files-api.ts'
import { upload } from './upload.ts'
import { createWatch, watchedGroups, watchedReader } from './watch.ts'

/** A `Blob`, or the port that serves a stream. */
type Source = Blob | MessagePort

/** What is handed over: the vault's own, see `parts.ts`. */
export interface FileFlows {
  readonly ensureDataKeys: typeof ensureDataKeys
}

type FileCall = (flows: FileFlows, context: VaultContext, args: never, options: LongCallOptions) => Promise<unknown>

const CALLS: ReadonlyMap<string, FileCall> = new Map<string, FileCall>([
  ['seal', seal],
  ['open', open],
  ['upload', uploadFile],
  ['download', download],
  ['remove', remove],
])

/**
 * Carries out a call of `Files` by its name. Streams come and go as the ports that serve them.
 *
 * @throws LockstitchError `ERR_WORKER_METHOD` when there is no such call, and the codes of the call.
 */
export async function files(
  flows: FileFlows,
  context: VaultContext,
  name: string,
  args: readonly unknown[],
  options: LongCallOptions,
): Promise<unknown> {
  const call = CALLS.get(name)
  if (call === undefined) throw new LockstitchError('ERR_WORKER_METHOD')
  return call(flows, context, args as never, options)
}

async function seal(
  flows: FileFlows,
  context: VaultContext,
  [source, given, sink]: readonly [Source, FileInfo, MessagePort | null],
  options: LongCallOptions,
): Promise<{ file: FileRef; sealed: Blob | null }> {
  const info = checkInfo(given, source)
  const { turn } = context
  requireActiveSession(context)
  await flows.ensureDataKeys(context, new Set([info.classification]))
  const { account, keyring } = requireActiveSession(context).recordKeys
  const { classification } = info
  const place: FileContext = {
    owner: account,
    id: generateUuid(),
    kid: keyring.activeKid(classification),
    classification,
  }
  const cipher = await createChunkCipher(
    await keyring.fileKey(place),
    randomBytes(FILE_SALT_BYTES),
    fileContextBytes(place),
  )
  let size = 0
  const watch = createWatch(context, turn, sizeOf(source), options)
  const groups = sealFile(cipher, watchedReader(read(source), watch), (bytes) => {
    size = bytes
  })
  const sealed = await give(groups, sink, '')
  const { owner: _owner, ...rest } = place
  return { file: { version: 'ls1', ...rest, header: encodeBase64url(cipher.header), size, ...info }, sealed }
}

async function open(
  _flows: FileFlows,
  context: VaultContext,
  [given, source, range, sink]: readonly [FileRef, Source, FileRange | null, MessagePort | null],
  options: LongCallOptions,
): Promise<Blob | null> {
  return openWith(context, given, range, sink, options, async (ref, span) => {
    const header = decodeBase64url(ref.header)
    const sealedLength = sealedFileLength(paddedFileLength(ref.size))
    if (!(source instanceof Blob)) {
      const sealed = spanOf(readStream(receiveStream(source)), span, span.sealedEnd === sealedLength)
      return readPieces(withoutHeader(sealed, header))
    }
    if (source.size !== sealedLength) throw new LockstitchError('ERR_OPEN_FAILED')
    const own = await readBlob(source.slice(0, FILE_HEADER_BYTES)).fill(new ArrayBuffer(FILE_HEADER_BYTES))
    if (!equalBytes(own, header)) throw new LockstitchError('ERR_OPEN_FAILED')
    return readBlob(source.slice(span.sealedStart, span.sealedEnd))
  })
}

async function download(
  _flows: FileFlows,
  context: VaultContext,
  [given, range, sink]: readonly [FileRef, FileRange | null, MessagePort | null],
  options: LongCallOptions,
): Promise<Blob | null> {
  return openWith(context, given, range, sink, options, async (ref, span) => {
    const session = requireSession(context)
    const server = fileCalls(context, session, placeOf(session.recordKeys.account, ref))
    // The reference has the header, so it is not asked for.
    return readPieces(fetchSpan(server, span, sealedFileLength(paddedFileLength(ref.size)), options.signal))
  })
}

/** Opens what `sealed` gives: the bytes of the span, of a file with the reference's header. */
async function openWith(
  context: VaultContext,
  given: FileRef,
  range: FileRange | null,
  sink: MessagePort | null,
  options: LongCallOptions,
  sealed: (ref: FileRef, span: FileSpan) => Promise<SourceReader>,
): Promise<Blob | null> {
  const ref = parseFileRef(given)
  const { turn } = context
  const { account, keyring } = requireSession(context).recordKeys
  const place = placeOf(account, ref)
  const fileKey = await keyring.fileKey(place)
  const cipher = await openChunkCipher(fileKey, decodeBase64url(ref.header), fileContextBytes(place))
  const length = paddedFileLength(ref.size)
  const { start, end } = checkRange(range, ref.size)
  // All of a file is opened with its padding, so that nothing of it can be missing unnoticed.
  const span = fileSpan(length, start, start === 0 && end === ref.size ? length : end)
  const watch = createWatch(context, turn, end - start, options)
  const opened = async function* (): AsyncGenerator<readonly Bytes[], void, undefined> {
    yield* cutOut(openFile(cipher, span, await sealed(ref, span)), span.start, start, end)
  }
  return give(watchedGroups(opened(), watch), sink, blobType(ref.type))
}

async function uploadFile(
  flows: FileFlows,
  context: VaultContext,
  [source, given, resume]: readonly [Source, FileInfo, string | false | null],
  options: LongCallOptions,
): Promise<FileRef> {
  const info = checkInfo(given, source)
  const { turn } = context
  requireActiveSession(context)
  await flows.ensureDataKeys(context, new Set([info.classification]))
  return upload(
    context,
    {
      turn,
      read: () => read(source),
      isRepeatable: source instanceof Blob,
      size: sizeOf(source),
      info,
      resume: resume === false ? undefined : (resume ?? fingerprint(source)),
    },
    options,
  )
}

async function remove(_flows: FileFlows, context: VaultContext, [given]: readonly [FileRef]): Promise<void> {
  const ref = parseFileRef(given)
  const session = requireActiveSession(context)
  await fileCalls(context, session, placeOf(session.recordKeys.account, ref)).remove()
}

function placeOf(owner: string, { id, kid, classification }: FileRef): FileContext {
  return { owner, id, kid, classification }
}

function read(source: Source): SourceReader {
  return source instanceof Blob ? readBlob(source) : readPieces(readStream(receiveStream(source)))
}

const sizeOf = (source: Source): number | undefined => (source instanceof Blob ? source.size : undefined)

/** What a `File` is known again by. */
function fingerprint(source: Source): string | undefined {
  if (!(source instanceof File)) return undefined
  return JSON.stringify([source.name, source.type, source.size, source.lastModified])
}

function checkInfo(given: FileInfo, source: Source): Pick<FileRef, 'name' | 'type' | 'classification'> {
  const name = given.name ?? (source instanceof File ? source.name : '')
  const type = given.type ?? (source instanceof Blob ? source.type : '')
  for (const text of [name, type]) {
    encodeUtf8(text)
    if (text.length > MAX_FILE_TEXT_CHARS) throw new LockstitchError('ERR_FORMAT_LIMIT')
  }
  return { name, type, classification: given.classification ?? 'phi' }
}

function checkRange(range: FileRange | null, size: number): { start: number; end: number } {
  const { start = 0, end = size } = range ?? {}
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start
  if (!isRange) throw new LockstitchError('ERR_VALUE_INVALID')
  return { start: Math.min(start, size), end: Math.min(end, size) }
}

/** Hands the groups to the port, or gives them as a `Blob`. */
async function give(
  groups: AsyncGenerator<readonly Bytes[], void, undefined>,
  sink: MessagePort | null,
  type: string,
): Promise<Blob | null> {
  if (sink === null) return toBlob(groups, type)
  await sendStream(toStream(groups), sink, undefined, true)
  return null
}

/** What stands behind the header, once the header is known to be the right one. */
async function* withoutHeader(sealed: AsyncIterable<Bytes>, header: Bytes): AsyncGenerator<Bytes, void, undefined> {
  let seen = 0
  for await (const bytes of sealed) {
    const own = bytes.subarray(0, header.length - seen)
    if (own.some((byte, index) => byte !== header[seen + index])) throw new LockstitchError('ERR_OPEN_FAILED')
    seen += own.length
    if (bytes.length > own.length) yield bytes.subarray(own.length)
  }
  if (seen < header.length) throw new LockstitchError('ERR_OPEN_FAILED')
}

/** The header and the bytes of a span from a stream of a whole sealed file, which is read no further than needed. */
async function* spanOf(
  sealed: AsyncIterable<Bytes>,
  { sealedStart, sealedEnd }: FileSpan,
  isWhole: boolean,
): AsyncGenerator<Bytes, void, undefined> {
  let at = 0
  for await (const bytes of sealed) {
    const header = bytes.subarray(0, Math.max(0, FILE_HEADER_BYTES - at))
    if (header.length > 0) yield header
    // What stands behind the end of the file is handed on too, to be refused.
    const end = isWhole ? bytes.length : Math.max(0, sealedEnd - at)
    const body = bytes.subarray(Math.max(header.length, sealedStart - at), end)
    if (body.length > 0) yield body
    at += bytes.length
    if (!isWhole && at >= sealedEnd) return
  }
}
