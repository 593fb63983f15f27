import { FILE_PART_BYTES } from '../format/constants.ts'
import { inPieces } from './read-source.ts'

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
export async function toBlob(pieces: AsyncIterable<Uint8Array>, type: string): Promise<Blob> {
  const parts: Blob[] = []
  for await (const part of inPieces(pieces, FILE_PART_BYTES)) parts.push(new Blob([part]))
  return new Blob(parts, { type })
}

/** The pieces as a stream that makes the next one when it is asked for. */
export function toStream(pieces: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => void pieces.return(),
    },
    { highWaterMark: 0 },
  )
}
