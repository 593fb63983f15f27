import type { Bytes } from '../assert.ts'
import { CHUNK_BYTES } from '../format/constants.ts'
import { paddedFileLength } from '../format/file-layout.ts'
import type { ChunkCipher } from '../crypto/chunked.ts'
import type { SourceReader } from './read-source.ts'

/** Chunks that are sealed or opened at once: enough to hide the cost of a call, few enough to stay small. */
export const CHUNKS_AT_ONCE = 32

const GROUP_BYTES = CHUNKS_AT_ONCE * CHUNK_BYTES

/**
 * The sealed file, group by group: the header, then the chunks of the content with its padding, each as the platform made it. While
 * one group is being sealed the next is read into the memory of the one before; no more than these are held.
 *
 * @param onSize Told the bytes of the content, once its end was read.
 * @throws LockstitchError `ERR_FORMAT_LIMIT` for a file that is too large, and what the source throws.
 */
export async function* sealFile(
  cipher: ChunkCipher,
  source: SourceReader,
  onSize: (size: number) => void,
): AsyncGenerator<readonly Bytes[], void, undefined> {
  const fill = padded(source, onSize)
  let buffer = new ArrayBuffer(GROUP_BYTES)
  let spare = new ArrayBuffer(GROUP_BYTES)
  let sealing: Promise<Bytes[]> | undefined
  let chunk = 0
  let isLast = false
  try {
    // A piece is the reader's to give away; the header is not.
    yield [cipher.header.slice()]
    while (!isLast) {
      const group = await fill(buffer)
      isLast = group.length < GROUP_BYTES
      const next = sealGroup(cipher, chunk, group)
      // It is awaited below; until then its failure is not unhandled.
      next.catch(() => undefined)
      chunk += CHUNKS_AT_ONCE
      if (sealing !== undefined) yield await sealing
      sealing = next
      buffer = spare
      spare = group.buffer
    }
    if (sealing !== undefined) yield await sealing
  } finally {
    source.close()
  }
}

/** Fills with the content, and behind it with zeros up to a length that says little of it. */
function padded(source: SourceReader, onSize: (size: number) => void): SourceReader['fill'] {
  let size = 0
  let zeros: number | undefined
  return async (buffer) => {
    let filled: Bytes = new Uint8Array(buffer, 0, 0)
    if (zeros === undefined) {
      filled = await source.fill(buffer)
      size += filled.length
      const length = paddedFileLength(size)
      if (filled.length === GROUP_BYTES) return filled
      onSize(size)
      zeros = length - size
    }
    const end = Math.min(GROUP_BYTES, filled.length + zeros)
    zeros -= end - filled.length
    return new Uint8Array(filled.buffer, 0, end).fill(0, filled.length)
  }
}

/** Seals a group: full chunks only, but in the last group, which is short and ends with the short chunk. */
function sealGroup(cipher: ChunkCipher, first: number, group: Bytes): Promise<Bytes[]> {
  const count = Math.min(CHUNKS_AT_ONCE, Math.floor(group.length / CHUNK_BYTES) + 1)
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      cipher.seal(first + index, group.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
    ),
  )
}
