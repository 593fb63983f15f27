/** A25: a server that gives back other bytes than it was given, in every way that keeps the look of a sealed file. */
import { expect, test } from 'vitest'
import { createFiles, type FileRef, type Files, managed, type TransportResponse } from '@lockstitch/sdk'
import { answer } from '../support/evil.ts'
import { bytesOf, expectSame, noise } from '../support/file-bytes.ts'
import { createLeakScan, scanValue } from '../support/leak-scan.ts'
import { readDatabase } from './support/database.ts'
import { type Device, createWorld } from './support/world.ts'

const PART = 4_194_304
const SEALED_CHUNK = 16_400
const HEADER = 56
const world = await createWorld()
const { device } = await world.enrol('patient')
const filesOf = ({ vault }: Device): Files => createFiles(async (...call) => vault.files(...call))
const files = filesOf(device)
const content = noise(2 * PART, 21)
const ref = await files.upload(new Blob([content]))
const other = await files.upload(new Blob([noise(2 * PART, 22)]))

type Change = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>

const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )

/** The answers for a part, changed. */
function lie(part: string, change: Change): void {
  device.net.mutator = {
    async response(response, { path }): Promise<TransportResponse> {
      if (!path.endsWith(part) || response.blob === undefined) return response
      return { ...response, blob: new Blob([change(new Uint8Array(await response.blob.arrayBuffer()))]) }
    },
  }
}

/** The requests for a part, sent for another one. */
function redirect(from: RegExp, to: string): void {
  device.net.mutator = { request: (request) => ({ ...request, path: request.path.replace(from, to) }) }
}

async function expectRefused(): Promise<void> {
  expect(await codeOf(files.download(ref))).toBe('ERR_OPEN_FAILED')
  const stream = files.download(ref, { as: 'stream' })
  expect(await codeOf(stream.then(bytesOf))).toBe('ERR_OPEN_FAILED')
  device.net.mutator = {}
  expectSame(await bytesOf(await files.download(ref)), content)
}

const at = (index: number): number => HEADER + index * SEALED_CHUNK

test.each<[string, string, Change]>([
  ['a bit of the first chunk is flipped', '/parts/0', (bytes) => bytes.with(3, (bytes[3] as number) ^ 1)],
  ['a bit of the last tag is flipped', '/parts/2', (bytes) => bytes.with(-1, (bytes.at(-1) as number) ^ 128)],
  [
    'the last part is cut at a chunk',
    '/parts/2',
    (bytes) => bytes.slice(0, bytes.length - (bytes.length % SEALED_CHUNK)),
  ],
  ['the last part is missing all but a byte', '/parts/2', (bytes) => bytes.slice(0, 1)],
  ['the last part is empty', '/parts/2', () => new Uint8Array()],
  ['a chunk stands behind the end', '/parts/2', (bytes) => new Uint8Array([...bytes, ...bytes.slice(-SEALED_CHUNK)])],
  ['a part has one byte more', '/parts/1', (bytes) => new Uint8Array([...bytes, 0])],
  ['two chunks change places', '/parts/0', (bytes) => swapped(bytes, at(3) - HEADER, at(7) - HEADER)],
  [
    'a chunk stands in the place of another too',
    '/parts/0',
    (bytes) => {
      bytes.copyWithin(at(5) - HEADER, at(4) - HEADER, at(5) - HEADER)
      return bytes
    },
  ],
  ['everything is zeros', '/parts/1', (bytes) => new Uint8Array(bytes.length)],
])('A25 %s', async (_name, part, change) => {
  lie(part, change)
  await expectRefused()
})

test.each<[string, RegExp, string]>([
  ['two parts change places', /parts\/0$/, 'parts/1'],
  ['one part is doubled', /parts\/1$/, 'parts/0'],
  ['the first part is that of another file', new RegExp(`${ref.id}/parts/0$`), `${other.id}/parts/0`],
  ['all of it is another file', new RegExp(ref.id), other.id],
])('A25 %s', async (_name, from, to) => {
  redirect(from, to)
  await expectRefused()
})

test('A25 a range is as well protected as the whole, also where it is cut off', async () => {
  lie('/parts/0', (bytes) => bytes.slice(0, -1))
  expect(await codeOf(files.download(ref, { range: { start: 20_000, end: 20_010 } }))).toBe('ERR_OPEN_FAILED')
  redirect(/parts\/1$/, 'parts/0')
  expect(await codeOf(files.download(ref, { range: { start: PART + 70_000, end: PART + 70_010 } }))).toBe(
    'ERR_OPEN_FAILED',
  )
  device.net.mutator = {}
})

test('A25 a sealed blob or stream is opened with its own reference alone', async () => {
  const first = await files.seal(new Blob([noise(50_000, 1)]))
  const second = await files.seal(new Blob([noise(50_000, 1)]))
  const bytes = await bytesOf(first.sealed)
  const cut = bytes.slice(0, at(3)) as Uint8Array<ArrayBuffer>
  const longer = new Uint8Array([...bytes, ...bytes.slice(at(3))])
  const mixed = new Uint8Array([...bytes.slice(0, at(1)), ...(await bytesOf(second.sealed)).slice(at(1))])
  const foreignHeader = new Uint8Array([...(await bytesOf(second.sealed)).slice(0, HEADER), ...bytes.slice(HEADER)])
  for (const lied of [cut, longer, mixed, foreignHeader, new Uint8Array()]) {
    expect(await codeOf(files.open(first.file, new Blob([lied])))).toBe('ERR_OPEN_FAILED')
    expect(await codeOf(files.open(first.file, new Blob([lied]).stream()))).toBe('ERR_OPEN_FAILED')
    expect(await codeOf(files.open(first.file, new Blob([lied]).stream(), { as: 'stream' }).then(bytesOf))).toBe(
      'ERR_OPEN_FAILED',
    )
  }
  expect(await codeOf(files.open(second.file, first.sealed))).toBe('ERR_OPEN_FAILED')
})

test('A15, A25 a reference that was changed opens nothing', async () => {
  const { file, sealed } = await files.seal(new Blob([noise(40_000, 2)]))
  const pii = (await files.seal(new Blob(['x']), { classification: 'pii' })).file
  const lies: [Partial<FileRef>, string][] = [
    [{ id: other.id }, 'ERR_OPEN_FAILED'],
    [{ header: other.header }, 'ERR_OPEN_FAILED'],
    [{ size: 80_000 }, 'ERR_OPEN_FAILED'],
    [{ size: 10 }, 'ERR_OPEN_FAILED'],
    [{ classification: 'pii' }, 'ERR_KEY_INVALID'],
    [{ kid: pii.kid }, 'ERR_KEY_INVALID'],
    [{ kid: pii.kid, classification: 'pii' }, 'ERR_OPEN_FAILED'],
    [{ kid: 'AAAAAAAAAAA' as FileRef['kid'] }, 'ERR_KEY_UNKNOWN'],
  ]
  for (const [change, code] of lies) expect(await codeOf(files.open({ ...file, ...change }, sealed))).toBe(code)
})

test('A20, A15 the file of another account opens for nobody else, and is not shown', async () => {
  const stranger = await world.enrol('stranger')
  expect(await codeOf(filesOf(stranger.device).download(ref))).toBe('ERR_KEY_UNKNOWN')
  const own = await filesOf(stranger.device).upload(new Blob(['own']))
  expect(await codeOf(files.download(own))).toBe('ERR_KEY_UNKNOWN')
})

test('A28 a part that the server acknowledges as another is not believed', async () => {
  device.net.mutator = {
    response: (response, { method }) =>
      method === 'PUT' ? { ...response, body: JSON.stringify({ hash: 'A'.repeat(43) }) } : undefined,
  }
  expect(await codeOf(files.upload(new Blob(['x'])))).toBe('ERR_PROTOCOL')
  device.net.mutator = {}
})

test('nothing of a file reaches the server: not its content, its name, its type or its exact size', async () => {
  const secret = 'Befund: Verdacht auf Sarkoidose, Röntgen vom 03.02.'
  const canaries = {
    content: secret,
    name: 'befund-vogelsang-1971.dcm',
    type: 'application/x-canary-dicom',
    resume: 'canary of a resumed upload',
  }
  device.net.log.length = 0
  const text = secret.repeat(400)
  const source = new Blob([text])
  const sent = await files.upload(source, { name: canaries.name, type: canaries.type, resume: canaries.resume })
  expect(await (await files.download(sent)).text()).toBe(text)
  const scan = createLeakScan(canaries)
  const blobs = device.net.log.flatMap(({ blob }) => (blob === undefined ? [] : [blob]))
  expect(blobs.length).toBe(1)
  for (const blob of blobs) expect(scan('part', await bytesOf(blob))).toEqual([])
  expect(scanValue(scan, 'requests', device.net.log)).toEqual([])
  expect(JSON.stringify(device.net.log)).not.toContain(String(source.size))
})

test('A55 what was uploaded halfway under keys that are destroyed is forgotten on the device, and nothing else is', async () => {
  const { person, device: seat } = await world.enrol('eraser')
  seat.net.mutator = {
    request: ({ path }) => (path.endsWith('/complete') ? answer(400, { code: 'ERR_FORMAT_INVALID' }) : undefined),
  }
  for (const classification of ['phi', 'pii'] as const) {
    const half = filesOf(seat).upload(new Blob(['half']), { classification, resume: classification })
    expect(await codeOf(half)).not.toBe('no error')
  }
  seat.net.mutator = {}
  const rows = async (): Promise<unknown[]> => (await readDatabase(seat.database))['uploads'] ?? []
  expect((await rows()).length).toBe(2)
  const { keys } = managed(async (...call) => seat.vault.manage(...call))
  const opening = { recoveryCode: person.recoveryCode }
  await keys.destroy({ classification: 'phi', models: [], with: opening })
  expect((await rows()).length).toBe(1)
  await filesOf(seat).upload(new Blob(['half']), { classification: 'pii', resume: 'pii' })
  expect(await rows()).toEqual([])
}, 60_000)

function swapped(bytes: Uint8Array<ArrayBuffer>, a: number, b: number): Uint8Array<ArrayBuffer> {
  const first = bytes.slice(a, a + SEALED_CHUNK)
  bytes.copyWithin(a, b, b + SEALED_CHUNK)
  bytes.set(first, b)
  return bytes
}
