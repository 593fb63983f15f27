import type { Classification } from '../format/classification.ts'
import type { FileRef } from '../format/file-ref.ts'
import type { LongCallOptions } from './api.ts'

/** What a file is made from: read once, from its beginning to its end. */
export type FileSource = Blob | ReadableStream<Uint8Array>

/** What is said of a file when it is sealed. Name and type are sealed with the reference; the server never sees them. */
export interface FileInfo {
  /** That of a `File` unless given. */
  readonly name?: string
  /** Media type: that of a `Blob` unless given. */
  readonly type?: string
  /** `phi` unless given. It says which data key the file is under. */
  readonly classification?: Exclude<Classification, 'pub'>
}

/** Some bytes of a file's content, as `Blob.slice` counts them: from `start` to before `end`, which may lie past the end. */
export interface FileRange {
  readonly start?: number
  readonly end?: number
}

/** Options of {@link Files.seal}. */
export interface SealFileOptions extends FileInfo, LongCallOptions {}

/** Options of {@link Files.upload}. */
export interface UploadOptions extends FileInfo, LongCallOptions {
  /**
   * What an upload that breaks is remembered by on this device: the same call again, with the same content, goes on where it
   * broke. A `File` has such a name by itself, of its name, type, size and time of change; `false` remembers nothing.
   */
  readonly resume?: string | false
}

/** Options of {@link Files.open} and {@link Files.download}. */
export interface OpenFileOptions extends LongCallOptions {
  readonly range?: FileRange
}

/** A sealed file, and the reference that opens it. */
export interface SealedFile {
  readonly file: FileRef
  readonly sealed: Blob
}

/** A file while it is being sealed. */
export interface SealingFile {
  /** Known once the stream was read to its end. */
  readonly file: Promise<FileRef>
  readonly sealed: ReadableStream<Uint8Array<ArrayBuffer>>
}

/**
 * Files of any size, end to end encrypted: scans, photos, recordings. Sealing and opening happen in the worker with a few
 * megabytes in memory, however large the file. Progress is told in bytes of content, some times in a tenth of a second.
 * The pieces of a stream are about 16 KiB each.
 *
 * Keep the {@link FileRef} in a field of the record that the file belongs to. It is what binds the file to the record: the
 * server can then neither swap, cut, mix nor roll back what it holds without `ERR_OPEN_FAILED`.
 *
 * Besides its own, every call throws what a call of the client can throw.
 */
export interface Files {
  /**
   * Seals a file, for a team that stores files itself. As a stream it is `{ as: 'stream' }`.
   *
   * Throws `ERR_FILE_SOURCE` when the source cannot be read to its end, `ERR_FORMAT_LIMIT` when it is larger than 16 GiB or its
   * name is longer than 1024 characters, `ERR_TEXT_INVALID` for a name that is not well-formed, `ERR_ACCOUNT_PENDING`.
   *
   * @example
   * ```ts browser
   * import type { Client, FileRef } from '@lockstitch/sdk'
   *
   * export async function sealScan(client: Client, scan: File): Promise<{ file: FileRef; sealed: Blob }> {
   *   return client.files.seal(scan)
   * }
   * ```
   */
  seal(source: FileSource, options?: SealFileOptions): Promise<SealedFile>
  seal(source: FileSource, options: SealFileOptions & { readonly as: 'stream' }): Promise<SealingFile>
  /**
   * Opens a sealed file, or a range of it. As a `Blob` it is given only once all of it was opened; as a stream each piece is,
   * and a file that was cut fails before the stream ends. Of a sealed `Blob` only the range is read.
   *
   * A `Blob` has the media type of the file only where no browser runs anything of that type: raster images, audio, video.
   * Every other one is `application/octet-stream`.
   *
   * Throws `ERR_OPEN_FAILED` when the sealed bytes are not those that the reference was given for, `ERR_FORMAT_INVALID` or
   * `ERR_FORMAT_VERSION` when the reference is none, `ERR_KEY_UNKNOWN`, `ERR_KEY_INVALID`, `ERR_VALUE_INVALID` for a range that is none.
   *
   * @example
   * ```ts browser
   * import type { Client, FileRef } from '@lockstitch/sdk'
   *
   * export async function firstKilobyte(client: Client, file: FileRef, sealed: Blob): Promise<Uint8Array> {
   *   return (await client.files.open(file, sealed, { range: { end: 1024 } })).bytes()
   * }
   * ```
   */
  open(file: FileRef, sealed: FileSource, options?: OpenFileOptions): Promise<Blob>
  open(
    file: FileRef,
    sealed: FileSource,
    options: OpenFileOptions & { readonly as: 'stream' },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /**
   * Seals a file and stores it on the server. A part that fails for the network or the server is sent again a few times; an
   * upload that breaks for good is gone on with by the same call, see {@link UploadOptions.resume}.
   *
   * Throws `ERR_FILE_QUOTA` when the account has no room, `ERR_FILE_SOURCE` also when a resumed stream has another content than
   * before (the next call begins anew), and what {@link Files.seal} throws.
   *
   * @example
   * ```ts browser
   * import { type Client, defineModel, type FileRef, phi } from '@lockstitch/sdk'
   *
   * const Scan = defineModel('scan', { file: phi({ type: 'json' }) })
   *
   * export async function attach(client: Client, scan: File, bar: HTMLProgressElement): Promise<string> {
   *   const onProgress = ({ done }: { done: number }) => (bar.value = done / scan.size)
   *   const file: FileRef = await client.files.upload(scan, { onProgress })
   *   return (await client.save(Scan, { file })).id
   * }
   * ```
   */
  upload(source: FileSource, options?: UploadOptions): Promise<FileRef>
  /**
   * Fetches and opens a file that {@link Files.upload} stored, or a range of it. What fails for the network or the server is
   * asked for again a few times. A download that broke for good is gone on with by `range`: a stream has told how far it came.
   *
   * Throws `ERR_FILE_MISSING` when the server does not show the file, and what {@link Files.open} throws.
   *
   * @example
   * ```ts browser
   * import type { Client, FileRef } from '@lockstitch/sdk'
   *
   * export async function show(client: Client, file: FileRef, image: HTMLImageElement): Promise<void> {
   *   image.src = URL.createObjectURL(await client.files.download(file))
   * }
   * ```
   */
  download(file: FileRef, options?: OpenFileOptions): Promise<Blob>
  download(
    file: FileRef,
    options: OpenFileOptions & { readonly as: 'stream' },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  /**
   * Deletes a file from the server; nothing happens when it is gone already. Save the record without the reference first.
   *
   * Throws `ERR_FORMAT_INVALID` when the reference is none.
   */
  remove(file: FileRef, options?: LongCallOptions): Promise<void>
}
