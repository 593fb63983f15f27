/** Files of any content, near the borders of chunks, groups and parts: what is opened is what was sealed, or it is refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChunkCipher, createChunkCipher, openChunkCipher } from '../../packages/sdk/src/crypto/chunked.ts'
import { isLockstitchError } from '../../packages/sdk/src/errors.ts'
import { cutOut, openFile } from '../../packages/sdk/src/files/open-file.ts'
import { readPieces } from '../../packages/sdk/src/files/read-source.ts'
import { CHUNKS_AT_ONCE, sealFile } from '../../packages/sdk/src/files/seal-file.ts'
import {
  CHUNK_BYTES,
  FILE_HEADER_BYTES,
  FILE_PART_BYTES,
  FILE_SALT_BYTES,
  TAG_BYTES,
} from '../../packages/sdk/src/format/constants.ts'
import { fileSpan, paddedFileLength, sealedFileLength } from '../../packages/sdk/src/format/file-layout.ts'
import { fetchSpan } from '../../packages/sdk/src/vault/download.ts'
import type { FileCalls } from '../../packages/sdk/src/vault/file-calls.ts'
import { chunkedKey, expectSame, noise } from '../support/file-bytes.ts'
import { bytes } from './support/arbitraries.ts'
import { checkAsync } from './support/check.ts'

type Bytes = Uint8Array<ArrayBuffer>

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const inputKey = await chunkedKey()

/** A size that is a few bytes away from so many units. */
const near = (unit: number, most: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.nat({ max: most }), fc.integer({ min: -17, max: 17 }))
    .map(([units, by]) => Math.max(0, units * unit + by))
const size = fc.oneof(
  fc.nat({ max: 200 }),
  near(CHUNK_BYTES, 4),
  near(CHUNKS_AT_ONCE * CHUNK_BYTES, 2),
  fc.nat({ max: 5 * CHUNK_BYTES }),
)
const content = fc.tuple(size, fc.nat()).map(([length, seed]) => noise(length, seed))
const salt = bytes({ minLength: FILE_SALT_BYTES, maxLength: FILE_SALT_BYTES })
const context = bytes({ maxLength: 40 })

/** The content in pieces of any lengths, empty ones too. */
async function* piecesOf(source: Bytes, lengths: readonly number[]): AsyncGenerator<Bytes, void, undefined> {
  let at = 0
  for (const length of lengths) {
    yield source.slice(at, at + length)
    at += length
  }
  yield source.slice(at)
}

async function gather(groups: AsyncIterable<readonly Bytes[]>): Promise<Bytes> {
  const all: Bytes[] = []
  for await (const group of groups) all.push(...group)
  return new Uint8Array(await new Blob(all).arrayBuffer())
}

async function seal(cipher: ChunkCipher, source: Bytes, lengths: readonly number[] = []): Promise<Bytes> {
  let told = -1
  const sealed = await gather(sealFile(cipher, readPieces(piecesOf(source, lengths)), (bytes) => (told = bytes)))
  expect(told).toBe(source.length)
  expect(sealed.length).toBe(sealedFileLength(paddedFileLength(source.length)))
  return sealed
}

/** What is given of a whole sealed file before it ends or is refused, and whether it was refused. */
async function openAll(
  given: Bytes,
  sealed: Bytes,
  length: number,
  by: Bytes,
): Promise<{ opened: Bytes; isRefused: boolean }> {
  const opened: Bytes[] = []
  let isRefused = false
  try {
    const cipher = await openChunkCipher(inputKey, sealed.slice(0, FILE_HEADER_BYTES), by)
    const padded = paddedFileLength(length)
    const body = readPieces(piecesOf(sealed.slice(FILE_HEADER_BYTES), []))
    for await (const group of cutOut(openFile(cipher, fileSpan(padded, 0, padded), body), 0, 0, length))
      opened.push(...group)
  } catch (error) {
    if (!isLockstitchError(error) || error.code !== 'ERR_OPEN_FAILED') throw error
    isRefused = true
  }
  const all = new Uint8Array(await new Blob(opened).arrayBuffer())
  // Whatever becomes of the rest, nothing is given that was not sealed in this very place.
  expectSame(all, given.slice(0, all.length))
  return { opened: all, isRefused }
}

test('opened equals sealed, in whatever pieces it comes', { timeout: 120_000 }, async () => {
  const lengths = fc.array(fc.nat({ max: 40_000 }), { maxLength: 8 })
  const property = fc.asyncProperty(content, lengths, salt, context, async (source, pieces, by, about) => {
    const cipher = await createChunkCipher(inputKey, by, about)
    const { opened, isRefused } = await openAll(source, await seal(cipher, source, pieces), source.length, about)
    expect(isRefused).toBe(false)
    expectSame(opened, source)
  })
  await checkAsync(property, 0.6)
})

test('any range opens as that range, from the chunks that it stands in alone', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(
    content,
    fc.nat(),
    fc.nat(),
    salt,
    context,
    async (source, one, other, by, about) => {
      const cipher = await createChunkCipher(inputKey, by, about)
      const sealed = await seal(cipher, source)
      const [start = 0, end = 0] = [one, other].map((at) => at % (source.length + 1)).toSorted((a, b) => a - b)
      const span = fileSpan(paddedFileLength(source.length), start, end)
      expect(span.sealedEnd - span.sealedStart).toBeLessThanOrEqual(
        end - start + 2 * SEALED_CHUNK_BYTES + (end - start) / 64,
      )
      const body = readPieces(piecesOf(sealed.slice(span.sealedStart, span.sealedEnd), []))
      expectSame(await gather(cutOut(openFile(cipher, span, body), span.start, start, end)), source.slice(start, end))
    },
  )
  await checkAsync(property, 0.6)
})

type Lie = (sealed: Bytes, at: number) => Uint8Array

const chunkOf = (sealed: Bytes, at: number): number => {
  const chunks = Math.ceil((sealed.length - FILE_HEADER_BYTES) / SEALED_CHUNK_BYTES)
  return FILE_HEADER_BYTES + (at % chunks) * SEALED_CHUNK_BYTES
}
const chunkAt = (sealed: Bytes, start: number): Bytes => sealed.slice(start, start + SEALED_CHUNK_BYTES)

test.each<[string, Lie]>([
  [
    'a flipped bit',
    (sealed, at) => sealed.with(at % sealed.length, (sealed[at % sealed.length] as number) ^ (1 << (at % 8))),
  ],
  ['a cut', (sealed, at) => sealed.slice(0, at % sealed.length)],
  ['a cut at a chunk', (sealed, at) => sealed.slice(0, chunkOf(sealed, at))],
  [
    'a chunk left out',
    (sealed, at) => {
      const start = chunkOf(sealed, at)
      return new Uint8Array([...sealed.slice(0, start), ...sealed.slice(start + SEALED_CHUNK_BYTES)])
    },
  ],
  ['a byte behind the end', (sealed, at) => new Uint8Array([...sealed, at % 256])],
  ['a chunk twice', (sealed, at) => new Uint8Array([...sealed, ...chunkAt(sealed, chunkOf(sealed, at))])],
  [
    'a chunk in the place of the first',
    (sealed, at) => {
      const changed = sealed.slice()
      changed.set(chunkAt(sealed, chunkOf(sealed, at)), FILE_HEADER_BYTES)
      return changed
    },
  ],
])('%s anywhere is refused, and nothing that was not sealed is given', { timeout: 120_000 }, async (_name, lie) => {
  const property = fc.asyncProperty(content, fc.nat(), salt, context, async (source, at, by, about) => {
    const sealed = await seal(await createChunkCipher(inputKey, by, about), source)
    const changed = Uint8Array.from(lie(sealed, at))
    fc.pre(Buffer.compare(changed, sealed) !== 0)
    expect((await openAll(source, changed, source.length, about)).isRefused).toBe(true)
  })
  await checkAsync(property, 0.4)
})

test('another salt, context or key opens nothing', async () => {
  const property = fc.asyncProperty(
    content,
    salt,
    salt,
    context,
    context,
    async (source, by, other, about, elsewhere) => {
      fc.pre(Buffer.compare(about, elsewhere) !== 0 && Buffer.compare(by, other) !== 0)
      const sealed = await seal(await createChunkCipher(inputKey, by, about), source)
      expect((await openAll(source, sealed, source.length, elsewhere)).isRefused).toBe(true)
      const resalted = new Uint8Array([...other, ...sealed.slice(FILE_SALT_BYTES)])
      expect((await openAll(source, resalted, source.length, about)).isRefused).toBe(true)
    },
  )
  await checkAsync(property, 0.2)
})

test('near the borders of parts: stored in parts, any range comes back', { timeout: 120_000 }, async () => {
  const about = Uint8Array.of(1)
  // What a file's sealed form has above its content moves the border; both sides of it are tried.
  const border = Math.floor(FILE_PART_BYTES / SEALED_CHUNK_BYTES) * CHUNK_BYTES
  const length = fc.integer({ min: -40_000, max: 40_000 }).map((by) => border + by)
  const property = fc.asyncProperty(length, fc.nat(), fc.nat(), salt, async (bytes_, one, other, by) => {
    const source = noise(bytes_, one)
    const cipher = await createChunkCipher(inputKey, by, about)
    const sealed = await seal(cipher, source)
    const parts: Bytes[] = []
    for (let at = 0; at < sealed.length; at += FILE_PART_BYTES) parts.push(sealed.slice(at, at + FILE_PART_BYTES))
    const getPart: FileCalls['getPart'] = async (index, from, to) => new Blob([(parts[index] as Bytes).slice(from, to)])
    const [start = 0, end = 0] = [one, other].map((at) => at % (source.length + 1)).toSorted((a, b) => a - b)
    const span = fileSpan(paddedFileLength(source.length), start, end)
    const fetched = readPieces(fetchSpan({ getPart } as FileCalls, span, sealed.length, undefined))
    expectSame(await gather(cutOut(openFile(cipher, span, fetched), span.start, start, end)), source.slice(start, end))
  })
  await checkAsync(property, 0.12)
})
