import type { Bytes } from '../assert.ts'
import { CHUNK_BYTES, TAG_BYTES } from '../format/constants.ts'
import { paddedFileLength } from '../format/file-layout.ts'
import type { ChunkCipher } from '../crypto/chunked.ts'
import { inPieces } from './read-source.ts'

/** Chunks that are sealed or opened at once: enough to hide the cost of a call, few enough to stay small. */
export const CHUNKS_AT_ONCE = 32

const ZEROS = new Uint8Array(CHUNK_BYTES)

/**
 * The sealed file, piece by piece: the header, then the chunks of the content with its padding. While one group of chunks is
 * being sealed the next is read; no more than these two are held.
 *
 * @param onSize Told the bytes of the content, once its end was read.
 * @throws LockstitchError `ERR_FORMAT_LIMIT` for a file that is too large, and what the source throws.
 */
export async function* sealFile(
  cipher: ChunkCipher,
  source: AsyncIterable<Uint8Array>,
  onSize: (size: number) => void,
): AsyncGenerator<Bytes, void, undefined> {
  // A piece is the reader's to give away; the header is not.
  yield cipher.header.slice()
  let sealing: Promise<Bytes> | undefined
  let chunk = 0
  for await (const group of inPieces(padded(source, onSize), CHUNKS_AT_ONCE * CHUNK_BYTES)) {
    const next = sealGroup(cipher, chunk, group)
    // It is awaited below; until then its failure is not unhandled.
    next.catch(() => undefined)
    chunk += CHUNKS_AT_ONCE
    if (sealing !== undefined) yield await sealing
    sealing = next
  }
  if (sealing !== undefined) yield await sealing
}

/** The content, and zeros up to a length that says little of it. */
async function* padded(
  source: AsyncIterable<Uint8Array>,
  onSize: (size: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0
  for await (const bytes of source) {
    size += bytes.length
    paddedFileLength(size)
    yield bytes
  }
  onSize(size)
  for (let left = paddedFileLength(size) - size; left > 0; left -= CHUNK_BYTES) yield ZEROS.subarray(0, left)
}

/** Seals a group: full chunks only, but in the last group, which is short and ends with the short chunk. */
async function sealGroup(cipher: ChunkCipher, first: number, group: Bytes): Promise<Bytes> {
  const isLast = group.length < CHUNKS_AT_ONCE * CHUNK_BYTES
  const count = isLast ? Math.floor(group.length / CHUNK_BYTES) + 1 : CHUNKS_AT_ONCE
  const sealed = new Uint8Array(group.length + count * TAG_BYTES)
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const chunk = group.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
      sealed.set(await cipher.seal(first + index, chunk), index * (CHUNK_BYTES + TAG_BYTES))
    }),
  )
  return sealed
}
