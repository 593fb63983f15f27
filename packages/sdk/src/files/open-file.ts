import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { CHUNK_BYTES, TAG_BYTES } from '../format/constants.ts'
import type { FileSpan } from '../format/file-layout.ts'
import type { ChunkCipher } from '../crypto/chunked.ts'
import { inPieces } from './read-source.ts'
import { CHUNKS_AT_ONCE } from './seal-file.ts'

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

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
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Bytes, void, undefined> {
  let opening: Promise<Bytes> | undefined
  let chunk = span.firstChunk
  let left = span.sealedEnd - span.sealedStart
  for await (const group of inPieces(sealed, CHUNKS_AT_ONCE * SEALED_CHUNK_BYTES)) {
    left -= group.length
    const isLast = group.length < CHUNKS_AT_ONCE * SEALED_CHUNK_BYTES
    if (left < 0 || (isLast && left > 0)) throw new LockstitchError('ERR_OPEN_FAILED')
    const next = openGroup(cipher, chunk, group)
    // It is awaited below; until then its failure is not unhandled.
    next.catch(() => undefined)
    chunk += CHUNKS_AT_ONCE
    if (opening !== undefined) yield await opening
    opening = next
  }
  if (opening !== undefined) yield await opening
}

async function openGroup(cipher: ChunkCipher, first: number, group: Bytes): Promise<Bytes> {
  const count = Math.ceil(group.length / SEALED_CHUNK_BYTES)
  const opened = new Uint8Array(Math.max(0, group.length - count * TAG_BYTES))
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const chunk = group.subarray(index * SEALED_CHUNK_BYTES, (index + 1) * SEALED_CHUNK_BYTES)
      opened.set(await cipher.open(first + index, chunk), index * CHUNK_BYTES)
    }),
  )
  return opened
}

/** The bytes from `start` to before `end` of a content whose pieces begin at `offset`. */
export async function* cutOut(
  pieces: AsyncIterable<Bytes>,
  offset: number,
  start: number,
  end: number,
): AsyncGenerator<Bytes, void, undefined> {
  let at = offset
  // To the very end, so that what is wrong behind the last wanted byte is still noticed.
  for await (const piece of pieces) {
    const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += piece.length
    if (wanted.length > 0) yield wanted
  }
}
