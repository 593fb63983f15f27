import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import type { HeadRow } from '../../../packages/sdk/src/storage/database.ts'
import { openStorage } from '../../../packages/sdk/src/storage/storage.ts'

const row = (id: string, revision = 1, model = 'm', account = 'a'): HeadRow => ({
  account,
  model,
  id,
  revision,
  hash: `${id}-${revision}`,
  state: 'live',
  box: new Uint8Array(1),
})

test('each head stands at the place of its id, however many are asked for and whatever stands between them', async () => {
  const storage = openStorage('ranges')
  const ids = Array.from({ length: 60 }, (_, index) => `r${String(index).padStart(2, '0')}`)
  await storage.raiseHeads(ids.filter((_, index) => index % 3 !== 0).map((id) => row(id)))
  await storage.raiseHeads([row('r00', 1, 'n')])
  await storage.raiseHeads([row('r00', 1, 'm', 'b')])
  const known = (id: string): string | undefined => (Number(id.slice(1)) % 3 === 0 ? undefined : `${id}-1`)
  const asked = [
    ids.toReversed(),
    ['r59', 'r01'],
    ['r59', 'r00', 'r01', 'r30', 'r31', 'r01'],
    ['r10', 'r11', 'r12', 'r13', 'r14'],
    ['r03', 'r06', 'r09', 'r12', 'r15'],
    [],
  ]
  for (const list of asked) {
    const rows = await storage.readHeads('a', 'm', list)
    expect(rows.map((found) => found?.hash)).toEqual(list.map(known))
    expect((await storage.readBases('a', 'm', list)).map((found) => found?.hash)).toEqual(list.map(known))
  }
  await storage.close()
})

test('two revisions of one record in one call leave the newer, and no call makes a head older', async () => {
  const storage = openStorage('raising')
  const revision = async (): Promise<number | undefined> => (await storage.readHeads('a', 'm', ['r1']))[0]?.revision
  await storage.raiseHeads([row('r1', 3), row('r1', 2)])
  expect(await revision()).toBe(3)
  await storage.raiseHeads([row('r1', 1)])
  await storage.raiseHeads([row('r1', 4), row('r2'), row('r1', 5), row('r1', 2)])
  expect(await revision()).toBe(5)
  await storage.close()
})

test('a base is what waits, else the head', async () => {
  const storage = openStorage('bases')
  await storage.raiseHeads([row('r1', 1), row('r2', 1)])
  await storage.enqueue([{ row: { ...row('r1', 2), queuedAt: 1 }, follows: 'r1-1' }])
  const bases = await storage.readBases('a', 'm', ['r2', 'r1', 'r3'])
  expect(bases.map((base) => base?.hash)).toEqual(['r2-1', 'r1-2', undefined])
  await storage.close()
})
