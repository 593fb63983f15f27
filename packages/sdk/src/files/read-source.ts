import type { Bytes } from '../assert.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'

/** Reads a source into memory that is given and used again, so that a large file needs no more of it than a small one. */
export interface SourceReader {
  /**
   * Fills a buffer and gives the bytes that stand in it from its beginning: fewer than it holds at the end of the source alone.
   * The buffer of what is given is the one to go on with, since the platform may move its memory into a new one.
   *
   * @throws LockstitchError what the source failed with, where that is one; `ERR_FILE_SOURCE` for any other failure.
   */
  fill(buffer: ArrayBuffer): Promise<Bytes>
  /** Reads no further. */
  close(): void
}

const NOTHING: Bytes = new Uint8Array(0)

/**
 * What waits for bytes of a `Blob`. Chromium's garbage collector takes a stream away while bytes are read from it into a given
 * buffer, unless something that lives on holds its reader; the read would then never end.
 */
const waiting = new Set<ReadableStreamBYOBReader>()

/** Reads a `Blob`: straight into the given buffer, where the platform can. */
export function readBlob(blob: Blob): SourceReader {
  const stream = blob.stream()
  const reader = byobReader(stream)
  if (reader === undefined) return readPieces(readStream(stream))
  let left = blob.size
  const read = async (given: ArrayBuffer): Promise<Bytes> => {
    let buffer = given
    let filled = 0
    while (filled < buffer.byteLength) {
      const { done, value } = await reader.read(new Uint8Array(buffer, filled))
      // A reader that was closed has no buffer to give back, and a source that ends early is not the source.
      if (value === undefined || (done && left > 0)) throw new LockstitchError('ERR_FILE_SOURCE')
      buffer = value.buffer
      if (done) break
      filled += value.length
      left -= value.length
    }
    return new Uint8Array(buffer, 0, filled)
  }
  return {
    async fill(buffer) {
      waiting.add(reader)
      try {
        return await read(buffer)
      } catch {
        throw new LockstitchError('ERR_FILE_SOURCE')
      } finally {
        waiting.delete(reader)
      }
    },
    close: () => void reader.cancel().catch(() => undefined),
  }
}

/** Undefined where a `Blob` has no stream of bytes, as in older browsers. */
function byobReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

/** Reads bytes that come in pieces of any length. */
export function readPieces(pieces: AsyncGenerator<Uint8Array, void, undefined>): SourceReader {
  let rest: Uint8Array = NOTHING
  return {
    async fill(buffer) {
      const into = new Uint8Array(buffer)
      let filled = 0
      while (filled < into.length) {
        if (rest.length === 0) {
          const { done, value } = await pieces.next()
          if (done === true) break
          rest = value
        }
        const taken = rest.subarray(0, into.length - filled)
        into.set(taken, filled)
        filled += taken.length
        rest = rest.subarray(taken.length)
      }
      return into.subarray(0, filled)
    },
    close: () => void pieces.return().catch(() => undefined),
  }
}

/**
 * The bytes of a stream, as it gives them. The stream is cancelled when reading stops before its end.
 *
 * @throws LockstitchError what the stream failed with, where that is one; `ERR_FILE_SOURCE` for any other failure, and
 * for a stream that gives anything but bytes.
 */
export async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Bytes, void, undefined> {
  const reader = stream.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (!(value instanceof Uint8Array)) throw new LockstitchError('ERR_FILE_SOURCE')
      yield value as Bytes
    }
    isDone = true
  } catch (error) {
    throw isLockstitchError(error) ? error : new LockstitchError('ERR_FILE_SOURCE')
  } finally {
    if (!isDone) reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}
