/** A rotation of ten thousand records whose process dies fifty times on the way. */
import { afterAll, expect, test, vi } from 'vitest'
import { type Keys, type ListPage, managed, type Shape, type Transport } from '@lockstitch/sdk'
import { parseManifest } from '@lockstitch/sdk/format'
import { createMemoryStorage, createVault, type Storage, type Vault } from '@lockstitch/sdk/vault'
import { openStore } from '../../packages/server-stub/src/store/open-store.ts'
import { createBackend } from '../support/backend.ts'
import { Ledger } from '../support/models.ts'
import { makePasswordsCheap } from './support/faults.ts'
import { revision } from '../support/revision.ts'

const RECORDS = process.env['LOCKSTITCH_FAST'] === '1' ? 1000 : 10_000
const KILLS = 50
const CHUNK = 500
/** Steps of a life, at most: fifty lives of half as many get through most of the work. */
const LONGEST_LIFE = Math.max(25, Math.round(RECORDS / 200))
const SEED = 20_261_122

// Locks of a process end with it. Here all live in one, and each vault keeps order for itself.
vi.stubGlobal('navigator', {})
makePasswordsCheap()
const store = await openStore({ kind: 'memory' })
const backend = await createBackend([Ledger], store)
afterAll(() => backend.close())

/** Numbers from 0 to below 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Page = Pick<ListPage<Shape>, 'items' | 'next'>

interface Life {
  readonly vault: Vault
  readonly keys: Keys
  /** From here on the process dies at the given step, before it is taken or after. */
  dieAt(step: number, before: boolean): void
  readonly death: Promise<'dead'>
}

/** A process on a storage that outlives it. A step is a request or a call of the storage; the dead take none. */
function live(device: string, storage: Storage): Life {
  let step = 0
  let last = Infinity
  let before = false
  let die: (value: 'dead') => void = () => undefined
  const death = new Promise<'dead'>((resolve) => {
    die = resolve
  })
  const never = new Promise<never>(() => undefined)
  const take = async <T>(work: () => Promise<T>): Promise<T> => {
    step += 1
    if (step > last || (step === last && before)) {
      die('dead')
      return never
    }
    const result = await work()
    if (step < last) return result
    die('dead')
    return never
  }
  const transport: Transport = { send: (request) => take(() => backend.send(device, request)) }
  const mortal = Object.fromEntries(
    Object.entries(storage).map(([name, method]) => [
      name,
      (...args: unknown[]) => take(() => (method as (...all: unknown[]) => Promise<unknown>)(...args)),
    ]),
  ) as unknown as Storage
  const vault = createVault({ transport, storage: mortal, database: device })
  return {
    vault,
    keys: managed(async (...call) => vault.manage(...call)).keys,
    dieAt(at, isBefore) {
      step = 0
      last = at
      before = isBefore
    },
    death,
  }
}

const recordOf = (at: number) => ({ id: `r${String(at).padStart(5, '0')}`, name: `Name ${at}`, ssn: `secret ${at}` })
const order = { classification: 'phi', models: [Ledger] } as const

test(
  `A64 ${RECORDS} records, ${KILLS} kills: all open, none twice, none under the old key`,
  { timeout: 600_000 },
  async () => {
    const random = seeded(SEED)
    const storage = createMemoryStorage()
    const first = live('home', storage)
    const { recoveryKit } = await first.vault.enrol({ handle: 'scale@example.org', password: 'not stretched here' })
    const { recoveryCode } = recoveryKit
    await first.vault.confirmRecovery(recoveryCode)
    for (let start = 0; start < RECORDS; start += CHUNK) {
      const saved = await first.vault.saveMany(
        Ledger,
        Array.from({ length: CHUNK }, (_, at) => recordOf(start + at)),
      )
      expect(saved.every((item) => item.ok && item.value.state === 'stored')).toBe(true)
    }
    const [old] = await first.keys.status()
    expect(old).toMatchObject({ classification: 'phi', version: 1, state: 'active', records: RECORDS })
    const oldKid = old?.kid as string

    let kills = 0
    let ended = 0
    while (kills < KILLS) {
      const process = live('home', storage)
      await process.vault.unlock({ recoveryCode })
      process.dieAt(1 + Math.floor(random() * LONGEST_LIFE), random() < 0.5)
      const outcome = await Promise.race([process.death, process.keys.rotate(order)])
      if (outcome === 'dead') kills += 1
      else ended += 1
      // Should fifty lives be more than enough, the test has to be made harder.
      expect(ended).toBe(0)
    }
    const last = live('home', storage)
    await last.vault.unlock({ recoveryCode })
    const left = (await last.keys.status()).find(({ kid }) => kid === oldKid)?.records as number
    // The kills fell into the middle of it.
    expect(left).toBeLessThan(RECORDS)
    expect(await last.keys.rotate(order)).toMatchObject({ isComplete: true, retired: [oldKid], failed: [] })

    expect((await last.keys.status()).filter(({ classification }) => classification === 'phi')).toMatchObject([
      { version: 1, state: 'retired', records: 0 },
      { version: 2, state: 'active', records: RECORDS },
    ])
    const { db } = store
    expect(await db.selectFrom('record_keys').selectAll().where('kid', '=', oldKid).execute()).toEqual([])
    const bodies = await db.selectFrom('records').select('body').execute()
    expect(bodies).toHaveLength(RECORDS)
    expect(bodies.filter(({ body }) => body.includes(oldKid))).toEqual([])
    // Every record was sealed anew once, whatever became of the process that did it.
    const revisions = bodies.map(({ body }) => parseManifest((JSON.parse(body) as { $seal: string }).$seal).revision)
    expect(new Set(revisions)).toEqual(new Set([2]))

    const fresh = live('fresh', createMemoryStorage())
    await fresh.vault.unlock({ recoveryCode })
    const opened: unknown[] = []
    let after: string | null = null
    do {
      const page: Page = await fresh.vault.listPage(Ledger, after, CHUNK)
      for (const item of page.items) opened.push(item.ok ? item.value : item.error)
      after = page.next
    } while (after !== null)
    expect(opened).toEqual(Array.from({ length: RECORDS }, (_, at) => ({ $revision: revision(2), ...recordOf(at) })))
  },
)
