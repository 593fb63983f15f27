/** Records are opened while the device looks up what it has seen of them; none is given out before that is known. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LockstitchError } from '@lockstitch/sdk'
import { createMemoryStorage, createVault, type Storage, type Vault } from '@lockstitch/sdk/vault'
import { codeOf } from '../conformance/stage.ts'
import { type Backend, createBackend } from '../support/backend.ts'
import { Intake } from '../support/models.ts'

/** More than are opened between two looks. */
const MANY = 300
let backend: Backend
let users = 0

beforeAll(async () => {
  backend = await createBackend()
}, 60_000)
afterAll(() => backend.close())

/** An unlocked vault whose storage answers with the heads of records when the test lets it. */
async function slowVault(): Promise<{ vault: Vault; answering: { wait: () => Promise<void> } }> {
  const device = `late-${++users}`
  const answering = { wait: async (): Promise<void> => undefined }
  const memory = createMemoryStorage()
  const storage: Storage = {
    ...memory,
    async readHeads(...place) {
      await answering.wait()
      return memory.readHeads(...place)
    },
  }
  const vault = createVault({
    transport: { send: (request) => backend.send(device, request) },
    database: device,
    storage,
  })
  const { recoveryKit } = await vault.enrol({
    handle: `${device}@example.org`,
    password: 'correct horse battery staple',
  })
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  return { vault, answering }
}

async function sealAll(vault: Vault, records: readonly object[]): Promise<object[]> {
  const items = await vault.sealMany(Intake, records as never)
  return items.flatMap((item) => (item.ok ? [item.value] : []))
}

const open = async (vault: Vault, records: readonly object[]): ReturnType<Vault['openMany']> =>
  vault.openMany(Intake, records as never) as never

/** The first revision of every record, after the second of one of them was seen. */
async function withOneOld(vault: Vault, count: number, old: number): Promise<object[]> {
  const names = Array.from({ length: count }, (_, index) => ({ name: `Ada ${index}` }))
  const first = await sealAll(vault, names)
  const opened = await open(vault, first)
  const items = opened.slice(old, old + 1).flatMap((item) => (item.ok ? [item.value] : []))
  const [next] = await open(vault, await sealAll(vault, [{ ...items[0], name: 'Grace' }]))
  expect(next).toMatchObject({ ok: true, value: { name: 'Grace' } })
  return first
}

test.each([
  [1, 0],
  [MANY, 5],
  [MANY, MANY - 1],
])('of %i records, an old one at place %i is given to nobody, however late the device knows', async (count, old) => {
  const { vault, answering } = await slowVault()
  const first = await withOneOld(vault, count, old)
  let answer = (): void => undefined
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  answering.wait = () => answered
  let isGiven = false
  const opening = open(vault, first).then((items) => {
    isGiven = true
    return items
  })
  // Long enough for everything that does not wait for the answer: another vault opens as much meanwhile.
  const { vault: other } = await slowVault()
  await withOneOld(other, count, old)
  expect(isGiven).toBe(false)
  answer()
  const items = await opening
  expect(items.map((item) => (item.ok ? 'opened' : item.error.code))).toEqual(
    first.map((_, index) => (index === old ? 'ERR_ROLLBACK' : 'opened')),
  )
})

test('nothing is given out when the device cannot say what it has seen', async () => {
  const { vault, answering } = await slowVault()
  const first = await withOneOld(vault, MANY, 0)
  answering.wait = () => Promise.reject(new LockstitchError('ERR_STORAGE_LOST'))
  expect(await codeOf(open(vault, first))).toBe('ERR_STORAGE_LOST')
})
