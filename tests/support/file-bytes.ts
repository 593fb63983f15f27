/** Content for files, the key of one, and what becomes of it. */
import { expect } from 'vitest'

/** Bytes that are the same for every run and compress badly. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4))
  let state = seed >>> 0 || 1
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, length)
}

/** A random input key of c2sp.org/chunked-encryption, for tests below the vault, which derives its own. */
export function chunkedKey(): Promise<CryptoKey> {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
}

export async function bytesOf(source: Blob | ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  const reader = (source instanceof Blob ? source.stream() : source).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(pieces).arrayBuffer())
    pieces.push(value as Uint8Array<ArrayBuffer>)
  }
}

/** Compares without printing megabytes. */
export function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length)
  expect(actual.every((byte, index) => byte === expected[index])).toBe(true)
}

/** A stream that gives `bytes` in odd pieces. */
export function streamOf(bytes: Uint8Array<ArrayBuffer>, piece = 70_001): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + piece))
      at += piece
    },
  })
}

/** A picture with a name that must not reach the server. */
export function file(bytes: Uint8Array<ArrayBuffer>, name = 'röntgen.png'): File {
  return new File([bytes], name, { type: 'image/png', lastModified: 1_700_000_000_000 })
}
