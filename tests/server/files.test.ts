/** Files on the server: what it takes, where they lie, how much room there is, and what becomes of what nobody goes on with. */
import 'fake-indexeddb/auto'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createFiles, type FileRef, type Files } from '@lockstitch/sdk'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { openFolderObjects } from '../../packages/server-stub/src/objects/folder-objects.ts'
import { parseS3Address } from '../../packages/server-stub/src/objects/s3-objects.ts'
import { openStore } from '../../packages/server-stub/src/store/open-store.ts'
import { removeAbandoned } from '../../packages/server-stub/src/store/remove-file.ts'
import { createBackend } from '../support/backend.ts'
import { answer, evil, type EvilTransport } from '../support/evil.ts'
import { bytesOf, expectSame, noise } from '../support/file-bytes.ts'

const PART = 4_194_304
const SEALED_MIN = 56 + 32 + 16
const folder = mkdtempSync(join(tmpdir(), 'lockstitch-objects-'))
const store = await openStore({ kind: 'memory' })
const objects = openFolderObjects(folder)
const scope = { db: store.db, tenant: 'default' }
const limits = { fileBytes: 3 * PART, files: 6, openUploads: 2 }
const backend = await createBackend([], store, { objects, limits })
afterAll(async () => {
  await backend.close()
  rmSync(folder, { recursive: true })
})

let count = 0

async function enrolled(): Promise<{ vault: Vault; files: Files; net: EvilTransport; account: string }> {
  const name = `files-${++count}`
  const net = evil({ send: (request) => backend.send(name, request) })
  const vault = createVault({ transport: net, database: name })
  const { recoveryKit } = await vault.enrol({ handle: `${name}@example.org`, password: 'one two three four' })
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  return { vault, net, account: recoveryKit.account, files: createFiles(async (...call) => vault.files(...call)) }
}

const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: { code?: unknown; reason?: unknown }) => error.reason ?? error.code,
  )

/** Every object of an account, as paths under the folder. */
function objectsOf(account: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.includes(account) && statSync(join(folder, path)).isFile(),
  )
}

async function usage(account: string): Promise<[number, number]> {
  const row = await store.db.selectFrom('file_usage').selectAll().where('account_id', '=', account).executeTakeFirst()
  return [Number(row?.files ?? 0), Number(row?.bytes ?? 0)]
}

test('parts lie under their hashes, readable for this user alone, and go with their file', async () => {
  const { files, account } = await enrolled()
  const ref = await files.upload(new Blob([noise(PART + 10)]))
  const paths = objectsOf(account)
  expect(paths.length).toBe(2)
  for (const path of paths) {
    const bytes = readFileSync(join(folder, path))
    expect(path.endsWith(createHash('sha256').update(bytes).digest('hex'))).toBe(true)
    expect(statSync(join(folder, path)).mode & 0o077).toBe(0)
  }
  expect((await usage(account))[0]).toBe(1)
  await files.remove(ref)
  expect(objectsOf(account)).toEqual([])
  expect(await usage(account)).toEqual([0, 0])
})

test('the room of an account is counted, also when parts come at once', async () => {
  const { files, account } = await enrolled()
  const kept = await files.upload(new Blob([noise(PART)]))
  expect(await codeOf(files.upload(new Blob([noise(3 * PART)])))).toBe('ERR_FILE_QUOTA')
  expect((await usage(account))[1]).toBeLessThanOrEqual(limits.fileBytes)
  expectSame(await bytesOf(await files.download(kept)), noise(PART))
  const { files: others } = await enrolled()
  expect((await others.upload(new Blob([noise(PART)]))).size).toBe(PART)
})

test('there are only so many files, and so many uploads at once', async () => {
  const { files, net } = await enrolled()
  net.mutator = {
    request: ({ path }) => (path.endsWith('/complete') ? answer(400, { code: 'ERR_FORMAT_INVALID' }) : undefined),
  }
  for (const resume of ['a', 'b']) await codeOf(files.upload(new Blob([resume]), { resume }))
  expect(await codeOf(files.upload(new Blob(['c']), { resume: 'c' }))).toBe('ERR_FILE_QUOTA')
  net.mutator = {}
  for (const resume of ['a', 'b', 'c', 'd', 'e', 'f']) await files.upload(new Blob([resume]), { resume })
  expect(await codeOf(files.upload(new Blob(['g'])))).toBe('ERR_FILE_QUOTA')
})

test('an upload that nobody goes on with is removed, and can be begun again', async () => {
  const { files, net, account } = await enrolled()
  const kept = await files.upload(new Blob(['kept']))
  net.mutator = {
    request: ({ path }) => (path.endsWith('/complete') ? answer(400, { code: 'ERR_FORMAT_INVALID' }) : undefined),
  }
  await codeOf(files.upload(new Blob(['left']), { resume: 'left' }))
  expect(objectsOf(account).length).toBe(2)
  await removeAbandoned(scope, objects, Date.now() - 60_000)
  expect(objectsOf(account).length).toBe(2)
  await removeAbandoned(scope, objects, Date.now() + 60_000)
  expect(objectsOf(account).length).toBe(1)
  net.mutator = {}
  const again = await files.upload(new Blob(['left']), { resume: 'left' })
  expect(await (await files.download(again)).text()).toBe('left')
  expect(await (await files.download(kept)).text()).toBe('kept')
})

test('a removal that was killed is finished later', async () => {
  const { files, account } = await enrolled()
  const ref = await files.upload(new Blob(['x']))
  await store.db.updateTable('files').set({ state: 'removing' }).where('id', '=', ref.id).execute()
  expect(await codeOf(files.download(ref))).toBe('ERR_FILE_MISSING')
  await removeAbandoned(scope, objects, 0)
  expect([objectsOf(account), await usage(account)]).toEqual([[], [0, 0]])
})

test('what is not whole is not completed, and what is not completed is not shown', async () => {
  const { files, net } = await enrolled()
  const attempts: [RegExp, (body: { parts: number; bytes: number }) => object, string][] = [
    [/complete$/, ({ parts, bytes }) => ({ parts: parts - 1, bytes }), 'ERR_SESSION'],
    [/complete$/, ({ parts, bytes }) => ({ parts, bytes: bytes + 1 }), 'ERR_SESSION'],
  ]
  for (const [path, change, code] of attempts) {
    net.mutator = {
      request: (request) =>
        path.test(request.path)
          ? { ...request, body: JSON.stringify(change(JSON.parse(request.body ?? '') as never)) }
          : undefined,
    }
    expect(await codeOf(files.upload(new Blob(['x'])))).toBe(code)
  }
  let seen: FileRef['id'] | undefined
  net.mutator = {
    request: ({ path }) => {
      seen ??= path.split('/')[3]
      return path.endsWith('/complete') ? answer(400, { code: 'ERR_FORMAT_INVALID' }) : undefined
    },
  }
  await codeOf(files.upload(new Blob(['x']), { resume: 'x' }))
  net.mutator = {}
  const { status } = await net.send({ method: 'GET', path: `/v1/files/${seen}/parts/0`, headers: {}, answer: 'blob' })
  expect(status).toBe(404)
})

test('bytes that were changed on the way, a signature that is missing and a stolen cookie store nothing', async () => {
  const { files, net, account } = await enrolled()
  net.mutator = {
    request: (request) => (request.method === 'PUT' ? { ...request, blob: new Blob(['changed']) } : undefined),
  }
  expect(await codeOf(files.upload(new Blob(['x'])))).toBe('ERR_SESSION')
  net.mutator = {
    request: ({ headers: { signature: _signature, ...headers }, ...request }) => ({ ...request, headers }),
  }
  expect(await codeOf(files.upload(new Blob(['x'])))).toBe('ERR_SESSION')
  expect(objectsOf(account)).toEqual([])
})

test('ids, numbers, ranges and bodies that are none are refused', async () => {
  const { files, net } = await enrolled()
  const ref = await files.upload(new Blob([noise(1000)]))
  const get = async (path: string, range?: string): Promise<[number, number]> => {
    const headers = range === undefined ? {} : { range }
    const response = await net.send({ method: 'GET', path, headers, answer: 'blob' })
    return [response.status, response.blob?.size ?? 0]
  }
  const path = `/v1/files/${ref.id}/parts/0`
  const size = 56 + 1000 + 16 + (paddedBy(1000) - 1000)
  expect(await get(path)).toEqual([200, size])
  expect(await get(path, 'bytes=10-19')).toEqual([206, 10])
  expect(await get(path, `bytes=0-${size - 1}`)).toEqual([206, size])
  for (const range of [
    'bytes=0-',
    'bytes=-5',
    'bytes=5-4',
    `bytes=0-${size}`,
    'bytes=0-1,3-4',
    'lines=1-2',
    'bytes=01-2',
  ])
    expect((await get(path, range))[0]).toBe(416)
  for (const bad of [
    '/v1/files/x/parts/0',
    `/v1/files/${ref.id.toUpperCase()}/parts/0`,
    `/v1/files/${ref.id}/parts/-1`,
    `/v1/files/${ref.id}/parts/99999`,
  ])
    expect((await get(bad))[0]).toBe(400)
  expect((await get(`/v1/files/${ref.id}/parts/1`))[0]).toBe(404)
})

test('reading and storing are in the audit log, by ids alone', async () => {
  const { files, account } = await enrolled()
  const ref = await files.upload(new Blob([noise(PART + 5)], { type: 'image/png' }), { name: 'a name' })
  await files.download(ref)
  await files.remove(ref)
  const rows = await store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('seq')
    .execute()
  const events = rows.filter(({ event }) => event.startsWith('file.'))
  expect(events.map(({ event }) => event)).toEqual(['file.stored', 'file.read', 'file.removed'])
  for (const { details } of events) expect(details).toContain(ref.id)
  expect(JSON.stringify(events)).not.toContain('a name')
})

test('an address in S3 is read strictly', () => {
  expect(parseS3Address('s3://my-bucket')).toEqual({ bucket: 'my-bucket', prefix: '' })
  expect(parseS3Address('s3://my-bucket/a/b')).toEqual({ bucket: 'my-bucket', prefix: 'a/b/' })
  for (const address of ['s3://', 's3://B', 's3://bucket/?x', 'https://bucket'])
    expect(() => parseS3Address(address)).toThrow('objects in S3')
})

/** 1000 bytes under Padmé. */
function paddedBy(length: number): number {
  const exponent = Math.floor(Math.log2(length))
  const unit = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1))
  return Math.max(SEALED_MIN - 72, Math.ceil(length / unit) * unit)
}
