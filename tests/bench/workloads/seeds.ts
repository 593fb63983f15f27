/** The times that two of the documents this product descends from give for their own encryption. */
import { enrolledClient, enrolledVault, values } from '../lib/account.ts'
import { Four, One, textOf } from '../lib/models.ts'
import type { Case, Env, Ratio, Workload } from '../lib/workload.ts'

/** Seed 001: bytes of one field, milliseconds to encrypt and to decrypt it. */
const ROWS = [
  { bytes: 50, seal: 0.8, open: 1, calls: 100 },
  { bytes: 500, seal: 1.2, open: 1.5, calls: 100 },
  { bytes: 5_000, seal: 3.5, open: 4.2, calls: 50 },
  { bytes: 50_000, seal: 12, open: 15, calls: 20 },
] as const
/** Seed 001: 100 fields at once. */
const BULK = [
  { name: '100 small fields', bytes: 50, seal: 150, open: 180 },
  { name: '100 large fields', bytes: 50_000, seal: 400, open: 500 },
] as const
/** Seed 004: the least of what it says a field adds, and a case of four fields. */
const FIELD_MS = 0.5
const CASE_MS = 2
const CASES = 250
const TIMES_FASTER = 20

const ratios: Record<string, Ratio> = {}
for (const place of ['worker', 'page']) {
  for (const verb of ['seal', 'open']) {
    const add = (name: string): void => {
      ratios[`${place}: ${name}, ${verb}: row / ours`] = {
        of: `${place}/${name}, ${verb}, row of the seed`,
        to: [`${place}/${name}, ${verb}`],
        atLeast: TIMES_FASTER,
      }
    }
    for (const { bytes } of ROWS) add(`seed 001, one field of ${bytes} B`)
    for (const { name } of BULK) add(`seed 001, ${name}`)
    add('seed 004, a case of 4 fields')
    add('seed 004, a field of such a case')
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'seeds',
  title: 'The documents before',
  about:
    'Seed 001 and seed 004 give times for one field, for 100 fields and for a record of four, of an encryption in the ' +
    'process that asks. Here a field is a record of one field, whole, with its manifest: in the worker, and from the page ' +
    'through the worker, which sends two messages for each. The 100 fields are 100 records; the cases of seed 004 ' +
    'are sealed 250 at a time.',
  unit: 'row',
  places: ['page', 'worker'],
  cases: async (env) => (env.place === 'page' ? clientCases(env) : vaultCases(env)),
  ratios,
}

/** The calls that the rows need, whatever is behind them. */
interface Calls {
  sealOne(text: string): Promise<unknown>
  openOne(sealed: unknown): Promise<unknown>
  sealAll(texts: readonly string[]): Promise<unknown[]>
  openAll(sealed: readonly unknown[]): Promise<unknown[]>
  sealCases(records: readonly object[]): Promise<unknown[]>
  openCases(sealed: readonly unknown[]): Promise<unknown[]>
}

async function clientCases(env: Env): Promise<Record<string, Case>> {
  const client = await enrolledClient(env)
  return casesOf({
    sealOne: (text) => client.seal(One, { text }),
    openOne: (sealed) => client.open(One, sealed as never),
    sealAll: (texts) =>
      values(
        client.sealMany(
          One,
          texts.map((text) => ({ text })),
        ),
      ),
    openAll: (sealed) => values(client.openMany(One, sealed as never)),
    sealCases: (records) => values(client.sealMany(Four, records as never)),
    openCases: (sealed) => values(client.openMany(Four, sealed as never)),
  })
}

async function vaultCases(env: Env): Promise<Record<string, Case>> {
  const vault = await enrolledVault(env)
  return casesOf({
    sealOne: (text) => values(vault.sealMany(One, [{ text }])),
    openOne: (sealed) => values(vault.openMany(One, sealed as never)),
    sealAll: (texts) =>
      values(
        vault.sealMany(
          One,
          texts.map((text) => ({ text })),
        ),
      ),
    openAll: (sealed) => values(vault.openMany(One, sealed as never)),
    sealCases: (records) => values(vault.sealMany(Four, records as never)),
    openCases: (sealed) => values(vault.openMany(Four, sealed as never)),
  })
}

async function casesOf(calls: Calls): Promise<Record<string, Case>> {
  const cases: Record<string, Case> = {}
  const add = (name: string, ms: number, units: number, run: () => Promise<unknown>): void => {
    cases[name] = { units, run: async () => void (await run()) }
    cases[`${name}, row of the seed`] = { units: 0, run: () => ({ time: ms * 1000 }) }
  }
  for (const { bytes, seal, open, calls: count } of ROWS) {
    const text = textOf(1, bytes)
    const sealed = await calls.sealOne(text)
    const name = `seed 001, one field of ${bytes} B`
    add(`${name}, seal`, seal, count, () => times(count, () => calls.sealOne(text)))
    add(`${name}, open`, open, count, () => times(count, () => calls.openOne(sealed)))
  }
  for (const { name, bytes, seal, open } of BULK) {
    const texts = Array.from({ length: 100 }, (_, index) => textOf(index, bytes))
    const sealed = await calls.sealAll(texts)
    add(`seed 001, ${name}, seal`, seal, 1, () => calls.sealAll(texts))
    add(`seed 001, ${name}, open`, open, 1, () => calls.openAll(sealed))
  }
  const people = Array.from({ length: CASES }, (_, index) => ({
    first: textOf(index, 10),
    last: textOf(index, 12),
    born: '1980-01-15',
    insurer: 'Blue Cross',
  }))
  const sealed = await calls.sealCases(people)
  for (const [name, ms, units] of [
    ['seed 004, a case of 4 fields', CASE_MS, CASES],
    ['seed 004, a field of such a case', FIELD_MS, CASES * 4],
  ] as const) {
    add(`${name}, seal`, ms, units, () => calls.sealCases(people))
    add(`${name}, open`, ms, units, () => calls.openCases(sealed))
  }
  return cases
}

async function times(count: number, call: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done++) await call()
}
