/** How listing and unlocking grow with the number of records in the account. */
import { createClient } from '@lockstitch/sdk'
import { enrol, PASSWORD, values, wire } from '../lib/account.ts'
import { One, textOf } from '../lib/models.ts'
import type { Case, Env, Ratio, Workload } from '../lib/workload.ts'

const SIZES = [10, 100, 1_000, 10_000]
/** Storing them takes minutes. */
const LARGE = 100_000
const BASE = 1_000
const FLAT = 1.2

const ratios: Record<string, Ratio> = {}
for (const size of SIZES.filter((one) => one > BASE)) {
  const base = BASE.toLocaleString('en')
  const large = size.toLocaleString('en')
  ratios[`unlock with ${large} records / with ${base}`] = {
    of: `page/unlock, ${size} records`,
    to: [`page/unlock, ${BASE} records`],
    atMost: FLAT,
  }
  ratios[`list ${large} records / ${base} records, time a record`] = {
    of: `page/list ${size} records`,
    to: [`page/list ${BASE} records`],
    atMost: FLAT,
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'account',
  title: 'Growth: unlocking and listing',
  about:
    'Accounts with so many records of one field of 40 bytes, stored by the reference server on its embedded database, on a ' +
    'device that knows them all. Unlocking is divided by nothing; listing is divided by its records.',
  unit: 'record',
  places: ['page'],
  rounds: 3,
  async cases(env) {
    const cases: Record<string, Case> = {}
    const sizes = env.quick ? SIZES.slice(0, 3) : env.large ? [...SIZES, LARGE] : SIZES
    for (const size of sizes) Object.assign(cases, await accountOf(env, size))
    return cases
  },
  ratios,
}

async function accountOf(env: Env, size: number): Promise<Record<string, Case>> {
  const device = crypto.randomUUID()
  const client = createClient({ server: wire(env, device), database: `bench-${device}`, autoLock: false })
  const handle = await enrol(client)
  const records = Array.from({ length: size }, (_, index) => ({ text: textOf(index, 40) }))
  await values(client.saveMany(One, records))
  return {
    [`unlock, ${size} records`]: {
      units: 1,
      prepare: () => client.lock(),
      run: () => client.unlock({ handle, password: PASSWORD }),
    },
    [`list ${size} records`]: {
      units: size,
      prepare: () => client.unlock({ handle, password: PASSWORD }),
      async run() {
        let count = 0
        for await (const item of client.list(One)) count += item.ok ? 1 : 0
        if (count !== size) throw new Error(`${count} of ${size} records were listed`)
      },
    },
  }
}
