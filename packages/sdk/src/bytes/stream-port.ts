/**
 * A stream of bytes through a port: WebKit cannot transfer streams. A chunk crosses only when the other side has asked for
 * it, so that nothing piles up between a fast and a slow end.
 */
import { fromWireError, isLockstitchError, LockstitchError, toWireError } from '../errors.ts'

const PULL = true
const CANCEL = false

/**
 * Serves a stream to the other end of the port. Resolves when it has been read to its end.
 *
 * The other end is told of a failure by its code; a failure without a code is one of the source, `ERR_FILE_SOURCE`.
 *
 * @param ended Once it settles nobody reads any more: the stream is cancelled.
 * @param isOwn Nobody else has the chunks: they are given away without a copy.
 * @throws LockstitchError that code, and `ERR_ABORTED` when the stream is no longer wanted.
 */
export function sendStream(
  stream: ReadableStream<Uint8Array>,
  port: MessagePort,
  ended?: Promise<unknown>,
  isOwn = false,
): Promise<void> {
  const reader = stream.getReader()
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      reject(new LockstitchError('ERR_ABORTED'))
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
        if (!(value instanceof Uint8Array)) throw new LockstitchError('ERR_FILE_SOURCE')
        // A copy is given away where the chunk may be a view of bytes that are still somebody's.
        const chunk = isOwn && value.length === value.buffer.byteLength ? value : new Uint8Array(value)
        port.postMessage(chunk, [chunk.buffer])
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
 */
export function receiveStream(port: MessagePort, ended?: Promise<unknown>): ReadableStream<Uint8Array<ArrayBuffer>> {
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
          if (data instanceof Uint8Array) {
            controller.enqueue(data as Uint8Array<ArrayBuffer>)
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
    // So many chunks wait here, so that neither side waits for the other's message.
    { highWaterMark: 2 },
  )
}
