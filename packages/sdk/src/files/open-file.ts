import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { CHUNK_BYTES, TAG_BYTES } from '../format/constants.ts'
import type { FileSpan } from '../format/file-layout.ts'
import type { ChunkCipher } from '../crypto/chunked.ts'
import type { SourceReader } from './read-source.ts'
import { CHUNKS_AT_ONCE } from './seal-file.ts'

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const GROUP_BYTES = CHUNKS_AT_ONCE * SEALED_CHUNK_BYTES

/**
 * The content of some chunks of a file, group by group, each given only once it was opened. The sealed bytes must be exactly
 * those of the span: one more or one less is noticed before the end.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` for bytes that were changed, cut, moved, added or taken from another file, and
 * what the source throws.
 */
export async function* openFile(
  cipher: ChunkCipher,
  span: FileSpan,
  source: SourceReader,
): AsyncGenerator<readonly Bytes[], void, undefined> {
  let buffer = new ArrayBuffer(GROUP_BYTES)
  let spare = new ArrayBuffer(GROUP_BYTES)
  let opening: Promise<Bytes[]> | undefined
  let chunk = span.firstChunk
  let left = span.sealedEnd - span.sealedStart
  let isLast = false
  try {
    while (!isLast) {
      const group = await source.fill(buffer)
      isLast = group.length < GROUP_BYTES
      left -= group.length
      if (left < 0 || (isLast && left > 0)) throw new LockstitchError('ERR_OPEN_FAILED')
      const next = openGroup(cipher, chunk, group)
      // It is awaited below; until then its failure is not unhandled.
      next.catch(() => undefined)
      chunk += CHUNKS_AT_ONCE
      if (opening !== undefined) yield await opening
      opening = next
      buffer = spare
      spare = group.buffer
    }
    if (opening !== undefined) yield await opening
  } finally {
    source.close()
  }
}

function openGroup(cipher: ChunkCipher, first: number, group: Bytes): Promise<Bytes[]> {
  return Promise.all(
    Array.from({ length: Math.ceil(group.length / SEALED_CHUNK_BYTES) }, (_, index) =>
      cipher.open(first + index, group.subarray(index * SEALED_CHUNK_BYTES, (index + 1) * SEALED_CHUNK_BYTES)),
    ),
  )
}

/** The bytes from `start` to before `end` of a content whose groups of pieces begin at `offset`. */
export async function* cutOut(
  groups: AsyncIterable<readonly Bytes[]>,
  offset: number,
  start: number,
  end: number,
): AsyncGenerator<readonly Bytes[], void, undefined> {
  let at = offset
  // To the very end, so that what is wrong behind the last wanted byte is still noticed.
  for await (const group of groups) {
    const wanted: Bytes[] = []
    for (const piece of group) {
      const part = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
      at += piece.length
      if (part.length > 0) wanted.push(part)
    }
    if (wanted.length > 0) yield wanted
  }
}
