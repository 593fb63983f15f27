/** Where parts of files lie: in memory, in a folder, and in a server that speaks S3 and is not Amazon's. All must do the same. */
import 'fake-indexeddb/auto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createFiles } from '@lockstitch/sdk'
import { createVault } from '@lockstitch/sdk/vault'
import { openFolderObjects } from '../../packages/server-stub/src/objects/folder-objects.ts'
import { createMemoryObjects } from '../../packages/server-stub/src/objects/memory-objects.ts'
import { objectKey } from '../../packages/server-stub/src/objects/object-store.ts'
import { openS3Objects } from '../../packages/server-stub/src/objects/s3-objects.ts'
import { createBackend } from '../support/backend.ts'
import { bytesOf, expectSame, noise } from '../support/file-bytes.ts'

const PART = 4_194_304
const folder = mkdtempSync(join(tmpdir(), 'lockstitch-objects-'))
const bucket = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory: join(folder, 's3'),
  configureBuckets: [{ name: 'parts', configs: [] }],
})
const { port } = await bucket.run()
const endpoint = `http://127.0.0.1:${port}`
vi.stubEnv('AWS_REGION', 'us-east-1')
vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER')
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER')
const inBucket = (prefix: string) => openS3Objects({ bucket: 'parts', prefix, endpoint })
afterAll(async () => {
  await bucket.close()
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
})

const keyOf = (part: number): string =>
  objectKey('tenant', '018f0000-0000-7000-8000-0000000000a1', Buffer.alloc(32, part).toString('base64url'))

describe.each([
  ['in memory', async () => createMemoryObjects()],
  ['in a folder', async () => openFolderObjects(join(folder, 'objects'))],
  ['in a bucket', () => inBucket('')],
  ['under a prefix of a bucket', () => inBucket('a/prefix/')],
])('objects %s', (_name, openObjects) => {
  test('an object comes back whole and in ranges, and one that is not there does not', async () => {
    const objects = await openObjects()
    const bytes = noise(PART, 3)
    await objects.put(keyOf(1), bytes)
    await objects.put(keyOf(2), Uint8Array.of(7))
    expectSame((await objects.get(keyOf(1), { start: 0, end: PART })) as Uint8Array, bytes)
    for (const [start, end] of [
      // Of the very first byte alone s3rver gives the whole object.
      [0, 2],
      [16_400, 32_800],
      [PART - 1, PART],
    ] as const)
      expectSame((await objects.get(keyOf(1), { start, end })) as Uint8Array, bytes.slice(start, end))
    expect(await objects.get(keyOf(3), { start: 0, end: 1 })).toBeUndefined()
    await objects.close()
  })

  test('putting twice is putting once, and what was removed is gone, alone', async () => {
    const objects = await openObjects()
    const [first, second] = [noise(100, 1), noise(100, 2)]
    await Promise.all([objects.put(keyOf(1), first), objects.put(keyOf(1), first), objects.put(keyOf(2), second)])
    await objects.remove(keyOf(1))
    await objects.remove(keyOf(1))
    expect(await objects.get(keyOf(1), { start: 0, end: 100 })).toBeUndefined()
    expectSame((await objects.get(keyOf(2), { start: 0, end: 100 })) as Uint8Array, second)
    await objects.remove(keyOf(2))
    await objects.close()
  })
})

test('a bucket that is not there is a failure, and no missing object', async () => {
  const elsewhere = await openS3Objects({ bucket: 'another', prefix: '', endpoint })
  for (const call of [
    () => elsewhere.put(keyOf(1), Uint8Array.of(1)),
    () => elsewhere.get(keyOf(1), { start: 0, end: 1 }),
  ])
    await expect(call()).rejects.toMatchObject({ name: 'NoSuchBucket' })
  await elsewhere.close()
})

test('files of a vault go into a bucket, come back whole and in ranges, and leave it empty when they are removed', async () => {
  const objects = await inBucket('vault/')
  const backend = await createBackend([], undefined, { objects })
  const put = vi.spyOn(objects, 'put')
  const vault = createVault({ transport: { send: (request) => backend.send('s3', request) }, database: 's3' })
  const { recoveryKit } = await vault.enrol({ handle: 's3@example.org', password: 'one two three four' })
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  const files = createFiles(async (...call) => vault.files(...call))
  const content = noise(PART + 20_000, 5)
  const ref = await files.upload(new Blob([content]))
  expectSame(await bytesOf(await files.download(ref)), content)
  const range = { start: PART - 10, end: PART + 10 }
  expectSame(await bytesOf(await files.download(ref, { range })), content.slice(range.start, range.end))
  const keys = put.mock.calls.map(([key]) => key)
  expect(keys.length).toBe(2)
  for (const key of keys) expect(await objects.get(key, { start: 0, end: 1 })).toBeDefined()
  await files.remove(ref)
  for (const key of keys) expect(await objects.get(key, { start: 0, end: 1 })).toBeUndefined()
  await backend.close()
  await objects.close()
})

test('in a folder, an object is written out with its bytes and with the name it is found by', async () => {
  const at = join(folder, 'synced')
  const probe = await open(folder)
  const written: string[] = []
  const sync = vi.spyOn(Object.getPrototypeOf(probe) as typeof probe, 'sync').mockImplementation(async function (
    this: typeof probe,
  ) {
    written.push((await this.stat()).isDirectory() ? 'folder' : 'file')
    return this.datasync()
  })
  await openFolderObjects(at).put(keyOf(1), Uint8Array.of(1))
  sync.mockRestore()
  await probe.close()
  // The object's folder, its account's, its tenant's, and the one they are all in.
  expect(written).toEqual(['file', 'folder', 'folder', 'folder'])
})
