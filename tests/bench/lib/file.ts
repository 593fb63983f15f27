/** Blobs to measure with, and readers that keep nothing. */

const MIB = 2 ** 20
const PART_MIB = 4
const BLOCK = 65_536

/** A Blob of so many MiB. Its parts are one and the same: a browser does not keep gigabytes of Blobs. */
export function fileOf(mib: number): Blob {
  const block = crypto.getRandomValues(new Uint8Array(BLOCK))
  const part = new Blob(Array.from({ length: (PART_MIB * MIB) / BLOCK }, () => block))
  return new Blob(Array.from({ length: mib / PART_MIB }, () => part))
}

/** Reads to the end and drops it. Gives the number of bytes. */
export async function drain(pieces: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  if (!(pieces instanceof ReadableStream)) {
    for await (const piece of pieces) bytes += piece.length
    return bytes
  }
  const reader = pieces.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes
    bytes += value.length
  }
}
