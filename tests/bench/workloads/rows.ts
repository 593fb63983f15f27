/** How the server's work grows with the rows it holds, on PostgreSQL. */
import { createVault } from '@lockstitch/sdk/vault'
import { sql } from 'kysely'
import { openStore, type Store } from '@lockstitch/server-stub'
import { createPassingStorage } from '../../../packages/server-stub/src/commands/passing-storage.ts'
import { BACKENDS } from '../../server/support/backends.ts'
import { createBackend } from '../../support/backend.ts'
import { enrol, values } from '../lib/account.ts'
import { One, textOf } from '../lib/models.ts'
import type { Case, Ratio, Workload } from '../lib/workload.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const BASE = 1_000
const BATCH = 100
/** Records of each of the accounts that fill the tables. */
const OTHERS = 100
const FLAT = 1.2

const ratios: Record<string, Ratio> = {}
for (const size of SIZES.filter((one) => one > BASE)) {
  for (const verb of ['store', 'list']) {
    ratios[`${verb} a record at ${size.toLocaleString('en')} rows / at ${BASE.toLocaleString('en')} rows`] = {
      of: `node/${verb} at ${size} rows`,
      to: [`node/${verb} at ${BASE} rows`],
      figure: 'server',
      // The tables are B-trees: what they cost grows with the logarithm of their rows.
      atMost: Number((FLAT * (Math.log(size) / Math.log(BASE))).toPrecision(3)),
    }
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'rows',
  title: 'Growth: the server',
  about:
    'The reference server on PostgreSQL 18 without fsync, with so many records and nonces of other accounts, 100 each, in its tables. A ' +
    'batch of 100 records of one field is verified and stored, and a page of 100 listed. server is the time ' +
    'inside the server in microseconds a record: signature, form, digest, and the transaction. rss is the process, in MiB.',
  unit: 'record',
  places: ['node'],
  rounds: 9,
  async cases(env) {
    const server = await BACKENDS.find(({ name }) => name === 'PostgreSQL')?.open()
    if (server?.url === undefined) throw new Error('there is no PostgreSQL')
    const cases: Record<string, Case> = {}
    for (const size of env.quick ? SIZES.slice(0, 2) : SIZES) {
      const database = `rows${size}`
      await sql.raw(`create database ${database}`).execute(server.store.db)
      const store = await openStore({ kind: 'postgres', url: server.url.replace(/postgres$/, database) })
      Object.assign(cases, await casesOf(store, size))
    }
    return cases
  },
  ratios,
}

async function casesOf(store: Store, size: number): Promise<Record<string, Case>> {
  const backend = await createBackend([One], store)
  let spent = 0
  const vault = createVault({
    storage: createPassingStorage(),
    transport: {
      async send(request) {
        const started = performance.now()
        const response = await backend.send('device', request)
        if (request.path.startsWith('/v1/records')) spent += performance.now() - started
        return response
      },
    },
  })
  await enrol(vault)
  const records = Array.from({ length: BATCH }, (_, index) => ({ text: textOf(index, 40) }))
  await values(vault.saveMany(One, records))
  await fill(store, size)
  const timed = (work: () => Promise<unknown>) => async () => {
    spent = 0
    await work()
    return { server: (spent * 1000) / BATCH, rss: process.memoryUsage().rss / 2 ** 20 }
  }
  return {
    [`store at ${size} rows`]: { units: 0, run: timed(() => values(vault.saveMany(One, records))) },
    [`list at ${size} rows`]: { units: 0, run: timed(() => vault.listPage(One, null, BATCH)) },
  }
}

/** Rows of other accounts, made from a real one. */
async function fill({ db }: Store, size: number): Promise<void> {
  const accounts = Math.ceil(size / OTHERS)
  await sql`with others as (select gen_random_uuid()::text as account from generate_series(1, ${sql.lit(accounts)})),
    one as (select * from records limit 1)
    insert into records select tenant_id, account, model, gen_random_uuid()::text, revision, hash, state, body, at_rest, updated
    from one, others, generate_series(1, ${sql.lit(OTHERS)})`.execute(db)
  await sql`insert into envelope_nonces select distinct tenant_id, account_id,
    substr(encode(sha256(id::bytea), 'base64'), 1, 22) from records`.execute(db)
  await sql`analyze`.execute(db)
}
