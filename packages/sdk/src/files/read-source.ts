import type { Bytes } from '../assert.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'

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

/**
 * The same bytes in pieces of exactly `length`, the last one shorter and perhaps empty. A piece is the caller's: nothing
 * writes to it again.
 */
export async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  length: number,
): AsyncGenerator<Bytes, void, undefined> {
  let piece = new Uint8Array(length)
  let filled = 0
  for await (const bytes of source) {
    for (let offset = 0; offset < bytes.length;) {
      const taken = bytes.subarray(offset, offset + length - filled)
      piece.set(taken, filled)
      filled += taken.length
      offset += taken.length
      if (filled < length) continue
      yield piece
      piece = new Uint8Array(length)
      filled = 0
    }
  }
  yield piece.subarray(0, filled)
}
