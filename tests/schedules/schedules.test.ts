/**
 * Two devices with two tabs each do what people do, all at once: unlock, save, rotate, change the password, remove a slot.
 * Whatever the order, and whatever the network does, it ends in one consistent account.
 *
 * A schedule is named by its seed; `LOCKSTITCH_SCHEDULES=17,40,201-900` plays these alone.
 */
import 'fake-indexeddb/auto'
import { afterAll, expect, test } from 'vitest'
import { openStore } from '../../packages/server-stub/src/store/open-store.ts'
import { makePasswordsCheap } from '../evil-server/support/faults.ts'
import { createBackend } from '../support/backend.ts'
import { checkAccount } from './support/check.ts'
import { createGates, watchCryptography } from './support/gates.ts'
import { createWorld, play } from './support/schedule.ts'

const COUNT = 200
/** Seeds with commas, and a range as `201-300`. */
const asked = process.env['LOCKSTITCH_SCHEDULES'] ?? `1-${COUNT}`
const seeds = asked.split(',').flatMap((part) => {
  const [first = 1, last = first] = part.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
})

makePasswordsCheap()
let gates = createGates()
watchCryptography(() => gates)
const store = await openStore({ kind: 'memory' })
const backend = await createBackend(undefined, store)
afterAll(() => backend.close())

test.each(seeds)('schedule %i', async (seed) => {
  const world = await createWorld(backend, `schedule-${seed}`, (made) => {
    gates = made
  })
  try {
    await play(world, seed)
    await checkAccount(world, store)
  } catch (error) {
    console.log(`LOCKSTITCH_SCHEDULES=${seed}\n${world.story.lines.join('\n')}`)
    throw error
  }
  expect(world.story.lines.length).toBeGreaterThan(0)
})
