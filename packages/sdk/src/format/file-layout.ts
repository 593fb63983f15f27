/** Where what stands in a sealed file: lengths and offsets, as docs/format.md says, section 21. */
import { LockstitchError } from '../errors.ts'
import { CHUNK_BYTES, FILE_HEADER_BYTES, FILE_PART_BYTES, MAX_FILE_BYTES, TAG_BYTES } from './constants.ts'
import { paddedLength } from './padding.ts'

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

/** The bytes of a sealed file that some bytes of its content stand in. */
export interface FileSpan {
  /** Number of the first chunk. */
  readonly firstChunk: number
  /** Bytes of content in these chunks. */
  readonly bytes: number
  /** Where they begin in the content. */
  readonly start: number
  /** Where they begin and end in the sealed file. */
  readonly sealedStart: number
  readonly sealedEnd: number
}

/**
 * The bytes that the content of a file has once zeros were put behind it, so that its exact length is not told.
 *
 * @throws LockstitchError `ERR_FORMAT_LIMIT` when the file is too large.
 */
export function paddedFileLength(size: number): number {
  if (size > MAX_FILE_BYTES) throw new LockstitchError('ERR_FORMAT_LIMIT')
  return paddedLength(size, 'padme')
}

/** The bytes of a sealed file whose padded content has `length` bytes. */
export function sealedFileLength(length: number): number {
  return FILE_HEADER_BYTES + length + (Math.floor(length / CHUNK_BYTES) + 1) * TAG_BYTES
}

/** Whether a sealed file can have this many bytes. */
export function isSealedFileLength(length: number): boolean {
  const body = length - FILE_HEADER_BYTES
  const last = body % SEALED_CHUNK_BYTES
  return Number.isSafeInteger(length) && body > 0 && last >= TAG_BYTES
}

/** The parts that a sealed file of so many bytes is stored in: all but the last have {@link FILE_PART_BYTES}. */
export function filePartCount(sealedLength: number): number {
  return Math.ceil(sealedLength / FILE_PART_BYTES)
}

/** The whole chunks that hold the bytes from `start` to before `end` of a padded content of `length` bytes. */
export function fileSpan(length: number, start: number, end: number): FileSpan {
  const firstChunk = Math.floor(start / CHUNK_BYTES)
  const pastChunk = end === length ? Math.floor(length / CHUNK_BYTES) + 1 : Math.ceil(end / CHUNK_BYTES)
  const from = firstChunk * CHUNK_BYTES
  return {
    firstChunk,
    start: from,
    bytes: Math.min(pastChunk * CHUNK_BYTES, length) - from,
    sealedStart: FILE_HEADER_BYTES + firstChunk * SEALED_CHUNK_BYTES,
    sealedEnd: Math.min(FILE_HEADER_BYTES + pastChunk * SEALED_CHUNK_BYTES, sealedFileLength(length)),
  }
}
