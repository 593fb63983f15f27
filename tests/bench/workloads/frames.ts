/** The page's thread while the worker works. */
import { enrol, enrolledClient, PASSWORD, values, wire } from '../lib/account.ts'
import { createClient } from '@lockstitch/sdk'
import { watchPage } from '../lib/frames.ts'
import { drain, fileOf } from '../lib/file.ts'
import { Eight, eightRecords } from '../lib/models.ts'
import type { Case, Ratio, Workload } from '../lib/workload.ts'

const RECORDS = 2500
const IDLE_MS = 500
const FILE_MIB = 256
const WORKS = ['sealMany', 'openMany', 'seal for each record', 'unlock', 'files.seal', 'files.open'] as const
/** What tells how far it is. */
const TELLING: readonly string[] = ['sealMany', 'openMany', 'files.seal', 'files.open']

const ratios: Record<string, Ratio> = {}
for (const name of WORKS) {
  const of = `page/${name}`
  const gap = { of, to: ['page/idle'], figure: 'gap', by: 'difference' } as const
  ratios[`${name}: longest gap - idle, ms`] = { ...gap, atMost: 5 }
  ratios[`${name}: longest gap - idle, p90, ms`] = { ...gap, part: 'p90', atMost: 10 }
  ratios[`${name}: long tasks`] = { of, to: ['page/none'], figure: 'longTasks', by: 'difference', atMost: 0 }
  if (TELLING.includes(name)) {
    ratios[`${name}: longest time without progress / 100 ms`] = {
      of,
      to: ['page/100 ms'],
      figure: 'silence',
      atMost: 1,
    }
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'frames',
  title: "The page's thread",
  about:
    'The longest time between two frames of the page, at 60 Hz, while 2,500 records (20,000 fields) are sealed and opened, while ' +
    'an account is unlocked, and while a Blob of 256 MiB is sealed and opened as a stream that the page reads; beside it the same page doing nothing for half a second. A long task is one of more than 50 ms. ' +
    'Silence is the longest time between two calls of onProgress, the beginning and the end included.',
  unit: 'run',
  places: ['page'],
  async cases(env) {
    const client = await enrolledClient(env)
    const records = eightRecords(env.quick ? RECORDS / 10 : RECORDS)
    const sealed = await values(client.sealMany(Eight, records))
    const device = crypto.randomUUID()
    const other = createClient({ server: wire(env, device), database: `bench-${device}`, autoLock: false })
    const handle = await enrol(other)
    const blob = fileOf(env.quick ? FILE_MIB / 16 : FILE_MIB)
    const { file, sealed: sealedFile } = await client.files.seal(blob)
    const as = 'stream'
    const watch = (work: Parameters<typeof watchPage>[0]): Case => ({ units: 1, run: () => watchPage(work) })
    return {
      idle: watch(() => new Promise((resolve) => setTimeout(resolve, IDLE_MS))),
      sealMany: watch((onProgress) => values(client.sealMany(Eight, records, { onProgress }))),
      openMany: watch((onProgress) => values(client.openMany(Eight, sealed, { onProgress }))),
      'seal for each record': watch(() => Promise.all(records.map((record) => client.seal(Eight, record)))),
      'files.seal': watch(async (onProgress) => drain((await client.files.seal(blob, { as, onProgress })).sealed)),
      'files.open': watch(async (onProgress) => drain(await client.files.open(file, sealedFile, { as, onProgress }))),
      unlock: { ...watch(() => other.unlock({ handle, password: PASSWORD })), prepare: () => other.lock() },
      none: { units: 0, run: () => ({ longTasks: 0 }) },
      '100 ms': { units: 0, run: () => ({ silence: 100 }) },
    }
  },
  ratios,
}
