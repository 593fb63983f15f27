/** Files: sealed and opened as blobs and as streams, in ranges, uploaded and gone on with after every kind of break. */
import { expect, test } from 'vitest'
import { defineModel, type FileRef, LockstitchError, phi } from '@lockstitch/sdk'
import { bytesOf, expectSame, file, noise, streamOf } from '../support/file-bytes.ts'
import { codeOf, only, type Stage } from './stage.ts'

const PART = 4_194_304
const Scan = defineModel('intake', { resource: phi({ type: 'json' }) })

/** The tests of this part. */
export function files(stage: Stage): void {
  test.each([0, 1, 16_383, 16_384, 16_385, 524_288, 1_000_003])('%i bytes come back as they were', async (length) => {
    const { files: calls } = stage.seat
    const bytes = noise(length)
    const { file: ref, sealed } = await calls.seal(file(bytes))
    expect(ref).toMatchObject({
      version: 'ls1',
      classification: 'phi',
      size: length,
      name: 'röntgen.png',
      type: 'image/png',
    })
    const opened = await calls.open(ref, sealed)
    expect(opened.type).toBe('image/png')
    expectSame(await bytesOf(opened), bytes)
    expectSame(await bytesOf(await calls.open(ref, sealed.stream(), { as: 'stream' })), bytes)
    expect(JSON.parse(JSON.stringify(ref))).toEqual(ref)
  })

  test('streams go in and out, and the reference comes with the end', async () => {
    const bytes = noise(700_000)
    const { file: ref, sealed } = await stage.seat.files.seal(streamOf(bytes), { as: 'stream', name: 'a.bin' })
    const sealedBytes = await bytesOf(sealed)
    expectSame(await bytesOf(await stage.seat.files.open(await ref, streamOf(sealedBytes as never))), bytes)
    expect((await ref).size).toBe(700_000)
  })

  test('a range is opened alone, from a blob, a stream and the server', async () => {
    const { files: calls } = stage.seat
    const bytes = noise(100_000)
    const { file: ref, sealed } = await calls.seal(new Blob([bytes]))
    const stored = await calls.upload(new Blob([bytes]))
    for (const [start, end] of [
      [0, 0],
      [0, 1],
      [16_383, 16_385],
      [16_384, 32_768],
      [99_999, 100_000],
      [50_000, 2 ** 40],
    ] as const) {
      const wanted = bytes.slice(start, end)
      expectSame(await bytesOf(await calls.open(ref, sealed, { range: { start, end } })), wanted)
      expectSame(await bytesOf(await calls.open(ref, sealed.stream(), { range: { start, end } })), wanted)
      expectSame(await bytesOf(await calls.download(stored, { range: { start, end } })), wanted)
    }
    for (const range of [{ start: -1 }, { start: 2, end: 1 }, { start: 0.5 }, { end: Number.NaN }])
      expect(await codeOf(calls.open(ref, sealed, { range }))).toBe('ERR_VALUE_INVALID')
  })

  test('a file travels to another device through the record that holds its reference', async () => {
    const bytes = noise(PART + 100_000)
    const ref: FileRef = await stage.seat.files.upload(file(bytes))
    const { id } = await only(stage.seat.vault.saveMany(Scan, [{ resource: ref }]))
    const other = await stage.sit()
    await other.vault.unlock(stage.patient)
    const { resource } = await other.vault.load(Scan, id)
    expectSame(await bytesOf(await other.files.download(resource as FileRef)), bytes)
    await other.files.remove(resource as FileRef)
    await other.files.remove(resource as FileRef)
    expect(await codeOf(other.files.download(resource as FileRef))).toBe('ERR_FILE_MISSING')
  })

  test('progress comes in bytes of content and ends with all of them', async () => {
    const told: [number, number | undefined][] = []
    const onProgress = ({ done, total }: { done: number; total?: number }): void => void told.push([done, total])
    const ref = await stage.seat.files.upload(new Blob([noise(PART + 5)]), { onProgress })
    await expect.poll(() => told.at(-1)).toEqual([PART + 5, PART + 5])
    expect(told.length).toBeGreaterThan(1)
    told.length = 0
    await stage.seat.files.download(ref, { onProgress })
    await expect.poll(() => told.at(-1)).toEqual([PART + 5, PART + 5])
    expect(told.every(([done], index) => index === 0 || done >= (told[index - 1]?.[0] ?? 0))).toBe(true)
  })

  test('a type that a browser would run is not the type of what is opened', async () => {
    const page = '<script>alert(1)</script>'
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/xhtml+xml',
      'IMAGE/SVG+XML',
      'image/png;text/html',
      '',
    ]) {
      const { file: ref, sealed } = await stage.seat.files.seal(new Blob([page]), { type })
      expect((await stage.seat.files.open(ref, sealed)).type).toBe('application/octet-stream')
    }
  })

  test('a source that fails, or that gives no bytes, is ERR_FILE_SOURCE, and no reference is given', async () => {
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('the disk is gone'))
      },
    })
    expect(await codeOf(stage.seat.files.upload(failing))).toBe('ERR_FILE_SOURCE')
    for (const given of ['text', [], [Uint8Array.of(1)], new ArrayBuffer(1)]) {
      const wrong = new ReadableStream({
        start(controller) {
          controller.enqueue(given)
          controller.close()
        },
      })
      const { file: ref, sealed } = await stage.seat.files.seal(wrong, { as: 'stream' })
      expect(await codeOf(bytesOf(sealed))).toBe('ERR_FILE_SOURCE')
      expect(await codeOf(ref)).toBe('ERR_FILE_SOURCE')
    }
  })

  test('a stream that the app cancels ends the work behind it', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
      cancel: () => void (cancelled = true),
    })
    const { file: ref, sealed } = await stage.seat.files.seal(endless, { as: 'stream' })
    const reader = sealed.getReader()
    await reader.read()
    await reader.cancel()
    expect(await codeOf(ref)).toBe('ERR_ABORTED')
    await expect.poll(() => cancelled).toBe(true)
  })

  test('however large the file, only a few pieces of it are held', async () => {
    const { files: calls } = stage.seat
    let given = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const { sealed, file: ref } = await calls.seal(endless, { as: 'stream' })
    ref.catch(() => undefined)
    const reader = sealed.getReader()
    for (let taken = 0; taken < 48 * 1_048_576;) {
      const { value } = await reader.read()
      taken += value?.length ?? 0
      expect(given - taken).toBeLessThan(6 * 1_048_576)
    }
    await reader.cancel()
  }, 60_000)

  test('what is wrong with the arguments is said before anything is sent', async () => {
    const { files: calls, transport } = stage.seat
    const { file: ref, sealed } = await calls.seal(new Blob(['x']))
    const count = transport.log.length
    expect(await codeOf(calls.seal(new Blob(), { name: 'a'.repeat(1025) }))).toBe('ERR_FORMAT_LIMIT')
    expect(await codeOf(calls.seal(new Blob(), { name: '\ud800' }))).toBe('ERR_TEXT_INVALID')
    expect(await codeOf(calls.open({ ...ref, version: 'ls2' } as never, sealed))).toBe('ERR_FORMAT_VERSION')
    expect(await codeOf(calls.download({ ...ref, extra: 1 } as never))).toBe('ERR_FORMAT_INVALID')
    expect(await codeOf(calls.remove(null as never))).toBe('ERR_FORMAT_INVALID')
    expect(transport.log.length).toBe(count)
  })

  test('a locked vault opens and seals nothing', async () => {
    const seat = await stage.sit()
    await expect(seat.files.seal(new Blob(['x']))).rejects.toMatchObject(new LockstitchError('ERR_LOCKED'))
  })
}
