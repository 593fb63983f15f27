/** A rotation whose worker dies, and two tabs that rotate at once. */
import { afterEach, expect, test } from 'vitest'
import { createClient, type Client, type Progress } from '@lockstitch/sdk'
import { codeOf } from '../conformance/stage.ts'
import { browserWire } from '../support/browser-wire.ts'
import { evil, type EvilTransport } from '../support/evil.ts'
import { Ledger } from '../support/models.ts'
import { revision } from '../support/revision.ts'

const RECORDS = 250
const ORDER = { classification: 'phi', models: [Ledger] } as const
const entry = new URL('../../packages/sdk/src/worker/entry.ts', import.meta.url)
const clients: Client[] = []
let count = 0

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.dispose()))
})

interface Tab {
  readonly client: Client
  readonly transport: EvilTransport
  readonly workers: Worker[]
}

function openTab(database: string): Tab {
  const transport = evil(browserWire(database))
  const workers: Worker[] = []
  const worker = (): Worker => {
    const made = new Worker(entry, { type: 'module' })
    workers.push(made)
    return made
  }
  const client = createClient({ server: transport, database, worker })
  clients.push(client)
  return { client, transport, workers }
}

/** An account with records, unlocked in a tab. */
async function prepared(): Promise<{ tab: Tab; database: string; recoveryCode: string }> {
  const database = `rotation-${Math.floor(performance.timeOrigin)}-${++count}`
  const tab = openTab(database)
  const enrolment = { handle: `${database}@example.org`, password: 'correct horse battery staple' }
  const { recoveryKit } = await tab.client.enrol(enrolment)
  await tab.client.confirmRecovery(recoveryKit.recoveryCode)
  const records = Array.from({ length: RECORDS }, (_, at) => ({ id: `r${at}`, ssn: `secret ${at}` }))
  for await (const item of tab.client.saveMany(Ledger, records)) expect(item.ok).toBe(true)
  return { tab, database, recoveryCode: recoveryKit.recoveryCode }
}

async function checkMoved(client: Client): Promise<void> {
  const phi = (await client.keys.status()).filter(({ classification }) => classification === 'phi')
  expect(phi.map(({ state, records }) => [state, records])).toEqual([
    ['retired', 0],
    ['active', RECORDS],
  ])
  let seen = 0
  for await (const item of client.list(Ledger)) {
    if (!item.ok) throw item.error
    expect(item.value).toEqual({
      id: item.value.id,
      ssn: `secret ${String(item.value.id).slice(1)}`,
      $revision: revision(2),
    })
    seen += 1
  }
  expect(seen).toBe(RECORDS)
}

test('A64 goes on after the worker was killed in the middle', async () => {
  const { tab, recoveryCode } = await prepared()
  let writes = 0
  tab.transport.mutator = {
    request({ method, path }) {
      if (method === 'POST' && path === '/v1/records' && ++writes === 2) tab.workers.at(-1)?.terminate()
      return undefined
    },
  }
  expect(await codeOf(tab.client.keys.rotate(ORDER))).toBe('ERR_WORKER_GONE')
  tab.transport.mutator = {}
  await tab.client.unlock({ recoveryCode })
  expect((await tab.client.keys.status()).map(({ state }) => state)).toContain('decrypt-only')
  const progress: Progress[] = []
  const report = await tab.client.keys.rotate(ORDER, { onProgress: (one) => progress.push(one) })
  expect(report).toMatchObject({ isComplete: true, failed: [] })
  expect(report.resealed).toBeLessThan(RECORDS)
  expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total)
  await checkMoved(tab.client)
})

test('A64 runs once in two tabs of one origin', async () => {
  const { tab, database, recoveryCode } = await prepared()
  const other = openTab(database)
  await other.client.unlock({ recoveryCode })
  const reports = await Promise.all([tab.client.keys.rotate(ORDER), other.client.keys.rotate(ORDER)])
  expect(new Set(reports.map(({ kid }) => kid)).size).toBe(1)
  expect(reports.map(({ resealed }) => resealed).toSorted((a, b) => a - b)).toEqual([0, RECORDS])
  await checkMoved(other.client)
})
