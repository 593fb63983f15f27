/** Uploads and downloads that break: by the network, the server, the user, a lock; and how they are gone on with. */
import { expect, test } from 'vitest'
import { answer } from '../support/evil.ts'
import { bytesOf, expectSame, file, noise, streamOf } from '../support/file-bytes.ts'
import { codeOf, type Seat, type Stage } from './stage.ts'

const PART = 4_194_304

/** The tests of this part. */
export function fileBreaks(stage: Stage): void {
  test('an upload that was broken off goes on where it was, and sends nothing twice', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const bytes = noise(3 * PART, 7)
    const { transport } = seat
    transport.mutator = {
      request: ({ path }) => (/\/parts\/[23]$/.test(path) ? answer(500, { code: 'ERR_SERVER' }) : undefined),
    }
    expect(await codeOf(seat.files.upload(file(bytes)))).toBe('ERR_SERVER')
    const [id] = puts(seat).map(fileOf)
    transport.mutator = {}
    transport.log.length = 0
    const ref = await seat.files.upload(file(bytes))
    expect(new Set(puts(seat).map(fileOf))).toEqual(new Set([id]))
    expect(puts(seat).map(partOf).toSorted()).toEqual(['2', '3'])
    expectSame(await bytesOf(await seat.files.download(ref)), bytes)
  }, 60_000)

  test('an upload that was killed with its worker goes on after unlocking', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const bytes = noise(3 * PART, 8)
    let locking: Promise<void> | undefined
    seat.transport.mutator = {
      request: ({ path }) => {
        if (path.endsWith('/parts/2')) locking ??= seat.vault.lock()
        return undefined
      },
    }
    expect(await codeOf(seat.files.upload(file(bytes)))).toBe('ERR_LOCKED')
    await locking
    seat.transport.mutator = {}
    await seat.vault.unlock(stage.patient)
    const [first] = puts(seat)
    seat.transport.log.length = 0
    const ref = await seat.files.upload(file(bytes))
    expect(puts(seat).map(fileOf)).toContain(first && fileOf(first))
    expect(puts(seat).map(partOf)).not.toContain('0')
    expectSame(await bytesOf(await seat.files.download(ref)), bytes)
  }, 60_000)

  test('other content under the same name is another file, and nothing of it is sent under the salt of the first', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const broken = {
      request: ({ path }: { path: string }) => (path.endsWith('/parts/1') ? answer(500, {}) : undefined),
    }
    const [first, second] = [noise(PART + 1000, 9), noise(PART + 1000, 10)]
    seat.transport.mutator = broken
    expect(await codeOf(seat.files.upload(streamOf(first), { resume: 'scan' }))).toBe('ERR_SERVER')
    const before = puts(seat).length
    // A stream cannot be read again, so this call fails; a blob begins anew by itself.
    expect(await codeOf(seat.files.upload(streamOf(second), { resume: 'scan' }))).toBe('ERR_FILE_SOURCE')
    expect(puts(seat).length).toBe(before)
    expect(await codeOf(seat.files.upload(streamOf(first), { resume: 'scan' }))).toBe('ERR_SERVER')
    seat.transport.mutator = {}
    const ref = await seat.files.upload(new Blob([second]), { resume: 'scan' })
    expect(new Set(puts(seat).map(fileOf)).size).toBe(3)
    expectSame(await bytesOf(await seat.files.download(ref)), second)
  }, 60_000)

  test('a part that is sent again is the part that it was, though others were sealed meanwhile', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const failing = new Set(['0', '1'])
    seat.transport.mutator = {
      request: ({ method, path }) => (method === 'PUT' && failing.delete(partOf(path)) ? answer(503, {}) : undefined),
    }
    const bytes = noise(3 * PART, 14)
    const ref = await seat.files.upload(new Blob([bytes]))
    expect(puts(seat).map(partOf).toSorted()).toEqual(['0', '0', '1', '1', '2', '3'])
    expectSame(await bytesOf(await seat.files.download(ref)), bytes)
  }, 60_000)

  test('a download survives an answer of 500, and one that broke is gone on with by a range', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const bytes = noise(2 * PART + 1000, 11)
    const ref = await seat.files.upload(new Blob([bytes]))
    let failures = 1
    seat.transport.mutator = {
      request: ({ path }) => (path.endsWith('/parts/1') && failures-- > 0 ? answer(503, {}) : undefined),
    }
    expectSame(await bytesOf(await seat.files.download(ref)), bytes)
    seat.transport.mutator = { request: ({ path }) => (path.endsWith('/parts/2') ? answer(503, {}) : undefined) }
    const got: Uint8Array[] = []
    const reader = (await seat.files.download(ref, { as: 'stream' })).getReader()
    const broken = (async () => {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        got.push(value)
      }
    })()
    expect(await codeOf(broken)).toBe('ERR_SERVER')
    const start = got.reduce((sum, piece) => sum + piece.length, 0)
    expect(start).toBeGreaterThan(PART)
    seat.transport.mutator = {}
    const rest = await bytesOf(await seat.files.download(ref, { range: { start } }))
    expectSame(await bytesOf(new Blob([...(got as Uint8Array<ArrayBuffer>[]), rest as Uint8Array<ArrayBuffer>])), bytes)
  }, 60_000)

  test('aborting ends an upload and a download, and what was given up can be begun again', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    const abort = new AbortController()
    seat.transport.mutator = {
      request: ({ path }) => {
        if (path.endsWith('/parts/1')) abort.abort()
        return undefined
      },
    }
    const bytes = noise(2 * PART, 12)
    expect(await codeOf(seat.files.upload(file(bytes), { signal: abort.signal }))).toBe('ERR_ABORTED')
    seat.transport.mutator = {}
    const ref = await seat.files.upload(file(bytes))
    const stop = new AbortController()
    const download = seat.files.download(ref, { signal: stop.signal, onProgress: () => stop.abort() })
    expect(await codeOf(download)).toBe('ERR_ABORTED')
  }, 60_000)

  test('an upload whose parts are not answered reads no further, and aborting it lets go of its source', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    let given = 0
    let isCancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 262_144
        controller.enqueue(new Uint8Array(262_144))
      },
      cancel: () => void (isCancelled = true),
    })
    const gate = Promise.withResolvers<undefined>()
    seat.transport.mutator = { request: ({ method }) => (method === 'PUT' ? gate.promise : undefined) }
    const abort = new AbortController()
    const uploading = codeOf(seat.files.upload(endless, { signal: abort.signal }))
    await expect.poll(() => puts(seat).length, { timeout: 20_000 }).toBe(3)
    // Others of its calls are answered meanwhile: there is time to read on.
    for (let call = 0; call < 20; call++) await seat.files.seal(new Blob([noise(PART)]))
    expect(puts(seat).length).toBe(3)
    expect(given).toBeLessThan(6 * PART)
    abort.abort()
    gate.resolve(undefined)
    expect(await uploading).toBe('ERR_ABORTED')
    await expect.poll(() => isCancelled).toBe(true)
    expect(puts(seat).length).toBe(3)
  }, 60_000)

  test('without the server an upload fails and is kept in mind', async () => {
    const seat = await stage.sit()
    await seat.vault.unlock(stage.patient)
    seat.transport.offline = true
    expect(await codeOf(seat.files.upload(file(noise(10, 13))))).toBe('ERR_OFFLINE')
    seat.transport.offline = false
    expect((await seat.files.upload(file(noise(10, 13)))).size).toBe(10)
  }, 60_000)
}

function puts({ transport }: Seat): string[] {
  return transport.log.filter(({ method }) => method === 'PUT').map(({ path }) => path)
}

const partOf = (path: string): string => path.split('/').at(-1) as string
const fileOf = (path: string): string => path.split('/')[3] as string
