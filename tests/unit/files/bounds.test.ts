/** What is held of a file at a time, and what ends the work with it. */
import { expect, test } from 'vitest'
import { receiveStream, sendStream } from '../../../packages/sdk/src/bytes/stream-port.ts'
import { createChunkCipher } from '../../../packages/sdk/src/crypto/chunked.ts'
import { openFile } from '../../../packages/sdk/src/files/open-file.ts'
import { readPieces, type SourceReader } from '../../../packages/sdk/src/files/read-source.ts'
import { CHUNKS_AT_ONCE, sealFile } from '../../../packages/sdk/src/files/seal-file.ts'
import { toStream } from '../../../packages/sdk/src/files/to-blob.ts'
import { CHUNK_BYTES, FILE_HEADER_BYTES } from '../../../packages/sdk/src/format/constants.ts'
import { fileSpan, paddedFileLength, sealedFileLength } from '../../../packages/sdk/src/format/file-layout.ts'
import { chunkedKey } from '../../support/file-bytes.ts'

const GROUP_BYTES = CHUNKS_AT_ONCE * CHUNK_BYTES
const inputKey = await chunkedKey()
const newCipher = () => createChunkCipher(inputKey, crypto.getRandomValues(new Uint8Array(24)), Uint8Array.of(1))

/** A source without an end, that counts what was read of it and whether it was closed. */
function endless(): SourceReader & { read: number; isClosed: boolean; buffers: Set<ArrayBuffer> } {
  return {
    read: 0,
    isClosed: false,
    buffers: new Set(),
    async fill(buffer) {
      this.buffers.add(buffer)
      this.read += buffer.byteLength
      return new Uint8Array(buffer).fill(1)
    },
    close() {
      this.isClosed = true
    },
  }
}

/** Resolves once nothing more is read, however long one waits. */
async function settled(source: { read: number }): Promise<number> {
  for (;;) {
    const { read } = source
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (source.read === read || read > 1000 * GROUP_BYTES) return read
  }
}

test('a reader that stops is not run ahead of, and a few buffers are all that is used', async () => {
  const source = endless()
  const { port1, port2 } = new MessageChannel()
  const sent = sendStream(toStream(sealFile(await newCipher(), source, () => undefined)), port1, undefined, true)
  const reader = receiveStream(port2, undefined, CHUNKS_AT_ONCE).getReader()
  let taken = 0
  for (const pieces of [1, 1, 100, 1000]) {
    for (let piece = 0; piece < pieces; piece++) taken += (await reader.read()).value?.length ?? 0
    expect((await settled(source)) - taken).toBeLessThanOrEqual(8 * GROUP_BYTES)
  }
  expect(source.buffers.size).toBe(2)
  expect(source.isClosed).toBe(false)
  await reader.cancel()
  await expect(sent).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  await expect.poll(() => source.isClosed).toBe(true)
  expect(await settled(source)).toBe(source.read)
})

test('what stops being opened or sealed lets go of its source', async () => {
  const cipher = await newCipher()
  const span = fileSpan(2 ** 30, 0, 2 ** 30)
  for (const make of [
    (source: SourceReader) => sealFile(cipher, source, () => undefined),
    (source: SourceReader) => openFile({ ...cipher, open: async (_, sealed) => sealed.slice() }, span, source),
  ]) {
    const source = endless()
    for await (const group of make(source)) if (group.length > 1) break
    expect(source.isClosed).toBe(true)
  }
  const forged = endless()
  const opened = openFile(cipher, span, forged)
  await expect(opened.next()).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
  expect(forged.isClosed).toBe(true)
})

test('who waits for a stream that is given up is told so', async () => {
  const { port1, port2 } = new MessageChannel()
  const call = Promise.withResolvers<void>()
  const sent = sendStream(new ReadableStream(), port1, call.promise)
  const reading = receiveStream(port2).getReader().read()
  call.reject(new Error('aborted'))
  const ends = await Promise.allSettled([reading, sent])
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'ERR_ABORTED' } })
})

test.each([1, GROUP_BYTES - 1, GROUP_BYTES, GROUP_BYTES + 1, 20 * GROUP_BYTES + 5])(
  'behind %i bytes stand zeros, and nothing of the content that stood in that memory before',
  async (size) => {
    const cipher = await newCipher()
    const ones = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield new Uint8Array(size).fill(1)
    }
    const sealed: Uint8Array[] = []
    for await (const group of sealFile(cipher, readPieces(ones()), () => undefined)) sealed.push(...group)
    const padded = paddedFileLength(size)
    expect(sealed.reduce((sum, { length }) => sum + length, 0)).toBe(sealedFileLength(padded))
    expect(sealed[0]?.length).toBe(FILE_HEADER_BYTES)
    const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield* sealed.slice(1)
    }
    const content = Buffer.alloc(padded)
    let at = 0
    for await (const group of openFile(cipher, fileSpan(padded, 0, padded), readPieces(body()))) {
      for (const piece of group) {
        content.set(piece, at)
        at += piece.length
      }
    }
    expect(at).toBe(padded)
    expect(content.equals(Buffer.concat([Buffer.alloc(size, 1), Buffer.alloc(padded - size)]))).toBe(true)
  },
)
