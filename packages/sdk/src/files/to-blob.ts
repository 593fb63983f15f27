import type { Bytes } from '../assert.ts'
import { FILE_PART_BYTES } from '../format/constants.ts'

/** Media types that a browser shows without running anything that stands in them. */
const INERT = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+)$/

/**
 * The media type for a `Blob` of opened content. A type that a page could be made to run in its own origin, such as HTML or
 * SVG, and any that is not known, becomes `application/octet-stream`.
 */
export function blobType(type: string): string {
  return INERT.test(type) ? type : 'application/octet-stream'
}

/** The bytes as a `Blob`, given to the platform part by part: it keeps them outside of this thread's memory. */
export async function toBlob(groups: AsyncIterable<readonly Bytes[]>, type: string): Promise<Blob> {
  const parts: Blob[] = []
  let waiting: Bytes[] = []
  let bytes = 0
  const flush = (): void => {
    parts.push(new Blob(waiting))
    waiting = []
    bytes = 0
  }
  for await (const group of groups) {
    waiting.push(...group)
    for (const piece of group) bytes += piece.length
    if (bytes >= FILE_PART_BYTES) flush()
  }
  flush()
  return new Blob(parts, { type })
}

/** The groups as a stream that makes the next one when it is asked for. */
export function toStream<T>(groups: AsyncGenerator<T, void, undefined>): ReadableStream<T> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await groups.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => void groups.return().catch(() => undefined),
    },
    // The next ones are made while the last are on their way.
    { highWaterMark: 2 },
  )
}
