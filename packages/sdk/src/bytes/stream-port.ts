/**
 * A stream of bytes through a port: WebKit cannot transfer streams, and Chromium is slow at it. A message crosses only when the other
 * side has asked for it, so that nothing piles up between a fast and a slow end.
 */
import { fromWireError, isLockstitchError, LockstitchError, toWireError } from '../errors.ts'

const PULL = true
const CANCEL = false

/**
 * Serves a stream to the other end of the port. Resolves when it has been read to its end. What is read at once crosses in one
 * message.
 *
 * The other end is told of a failure by its code; a failure without a code is one of the source, `ERR_FILE_SOURCE`.
 *
 * @param ended Once it settles nobody reads any more: the stream is cancelled.
 * @param isOwn The stream gives groups of pieces, none empty, that nobody else has: they are given away without a copy.
 * @throws LockstitchError that code, and `ERR_ABORTED` when the stream is no longer wanted.
 */
export function sendStream(
  stream: ReadableStream<Uint8Array | readonly Uint8Array[]>,
  port: MessagePort,
  ended?: Promise<unknown>,
  isOwn = false,
): Promise<void> {
  const reader = stream.getReader()
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      const aborted = new LockstitchError('ERR_ABORTED')
      reject(aborted)
      // So that the other end does not wait for what never comes.
      port.postMessage(toWireError(aborted))
      port.close()
      reader.cancel().catch(() => undefined)
    }
    ended?.then(cancel, cancel)
    port.onmessage = async ({ data }) => {
      if (data === CANCEL) return cancel()
      try {
        const { done, value } = await reader.read()
        if (done) {
          resolve()
          return port.postMessage(null)
        }
        const pieces = (isOwn ? (value as readonly unknown[]) : [value]).map((piece: unknown) => {
          if (!(piece instanceof Uint8Array)) throw new LockstitchError('ERR_FILE_SOURCE')
          // A copy is given away where the piece may be a view of bytes that are still somebody's.
          return isOwn && piece.length === piece.buffer.byteLength ? piece : new Uint8Array(piece)
        })
        port.postMessage(
          pieces,
          pieces.map(({ buffer }) => buffer as ArrayBuffer),
        )
      } catch (error) {
        const coded = isLockstitchError(error) ? error : new LockstitchError('ERR_FILE_SOURCE')
        port.postMessage(toWireError(coded))
        reject(coded)
      }
    }
  })
}

/**
 * The stream that the other end of the port serves.
 *
 * @param ended Where it rejects, nobody serves any more and the stream fails the same way.
 * @param ahead So many pieces wait here before no more are asked for, so that neither side waits for the other's message.
 */
export function receiveStream(
  port: MessagePort,
  ended?: Promise<unknown>,
  ahead = 2,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let arrived: (() => void) | undefined
  let isOpen = true
  const close = (): void => {
    isOpen = false
    port.close()
    arrived?.()
  }
  return new ReadableStream(
    {
      start(controller) {
        ended?.catch((error: unknown) => {
          if (isOpen) controller.error(error)
          close()
        })
        port.onmessage = ({ data }) => {
          if (!isOpen) return
          if (Array.isArray(data)) {
            for (const piece of data as Uint8Array<ArrayBuffer>[]) controller.enqueue(piece)
            return arrived?.()
          }
          if (data === null) controller.close()
          else controller.error(fromWireError(data))
          close()
        }
      },
      pull() {
        const arrival = new Promise<void>((resolve) => {
          arrived = resolve
        })
        if (isOpen) port.postMessage(PULL)
        return arrival
      },
      cancel() {
        port.postMessage(CANCEL)
        close()
      },
    },
    { highWaterMark: ahead },
  )
}
