/** 10,000 fields in 1,250 records, from the page: with one worker and with two. */
import { enrolledClient, values } from '../lib/account.ts'
import { Eight, EIGHT_FIELDS, eightRecords } from '../lib/models.ts'
import type { Case, Ratio, Workload } from '../lib/workload.ts'

const RECORDS = 1250
const CALLS = ['sealMany', 'openMany'] as const

const ratios: Record<string, Ratio> = {}
for (const call of CALLS) {
  ratios[`${call}: one worker / two workers`] = { of: `page/${call}, one`, to: [`page/${call}, two`], atLeast: 1.3 }
}

/** The workload. */
export const workload: Workload = {
  name: 'workers',
  title: 'Two workers',
  about:
    'Seals and opens 1,250 records of 8 texts of 40 bytes from the page, in two clients that are otherwise alike: one has one worker, ' +
    'the other was created with `workers: 2`.',
  unit: 'field',
  places: ['page'],
  async cases(env) {
    const records = eightRecords(env.quick ? RECORDS / 10 : RECORDS)
    const units = records.length * EIGHT_FIELDS.length
    const cases: Record<string, Case> = {}
    for (const [name, workers] of [
      ['one', 1],
      ['two', 2],
    ] as const) {
      const client = await enrolledClient(env, { workers })
      const sealed = await values(client.sealMany(Eight, records))
      cases[`sealMany, ${name}`] = { units, run: async () => void (await values(client.sealMany(Eight, records))) }
      cases[`openMany, ${name}`] = { units, run: async () => void (await values(client.openMany(Eight, sealed))) }
    }
    return cases
  },
  ratios,
}
