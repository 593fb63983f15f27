/** Conversion through the worker: its code comes from a file of its own, and OpenPGP only with a mapping that needs it. */
import { type Client, convertRecords, createClient, defineModel, phi, pii } from '@lockstitch/sdk'
import { sealForeign } from '@lockstitch/sdk/interop'
import { afterEach, expect, test } from 'vitest'
import { browserWire } from '../../support/browser-wire.ts'
import { Ledger } from '../../support/models.ts'

const KEYS = {
  phase4: { keys: { k1: new Uint8Array(32).fill(1) } },
  surgicase: { dek: new Uint8Array(32).fill(3) },
  pgcrypto: { passphrase: 'a passphrase of SQL' },
} as const

const clients: Client[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
})

const PASSWORD = 'correct horse battery staple'

async function enrolled(name = `converting-${crypto.randomUUID()}`): Promise<Client> {
  const client = open(name)
  const { recoveryKit } = await client.enrol({ handle: name, password: PASSWORD })
  await client.confirmRecovery(recoveryKit.recoveryCode)
  return client
}

function open(name: string, options: object = {}): Client {
  const client = createClient({ server: browserWire(name), database: name, ...options })
  clients.push(client)
  return client
}

const mapping = {
  id: 'id',
  fields: { name: { from: 'name', format: 'phase4' }, ssn: { from: 'ssn', format: 'surgicase', accept: ['plain'] } },
} as const

async function source(id: number): Promise<object> {
  const name = await sealForeign('phase4', `Zoë ${id}`, KEYS.phase4)
  return { id, name, ssn: id % 2 === 0 ? 'in clear' : await sealForeign('surgicase', '219-09-9999', KEYS.surgicase) }
}

test('converts and saves in the worker, once', async () => {
  const client = await enrolled()
  const records = await Promise.all(Array.from({ length: 300 }, (_, id) => source(id)))
  const progress: number[] = []
  const options = { mode: 'save', onProgress: (done: number) => progress.push(done) } as const
  const first = await Array.fromAsync(client.convert(Ledger, records, mapping, KEYS, options))
  expect(first.map(({ outcome }) => outcome)).toEqual(records.map(() => 'converted'))
  expect(first.slice(0, 2).map(({ kinds }) => kinds)).toEqual([
    { name: 'sealed', ssn: 'plain' },
    { name: 'sealed', ssn: 'sealed' },
  ])
  expect(progress).toEqual([256, 300])
  expect(await client.load(Ledger, '1')).toMatchObject({ name: 'Zoë 1', ssn: '219-09-9999' })
  const again = await Array.fromAsync(client.convert(Ledger, records, mapping, KEYS, { mode: 'save' }))
  expect(again.map(({ outcome }) => outcome)).toEqual(records.map(() => 'already'))
})

test('seals what pgcrypto sealed', async () => {
  const client = await enrolled()
  const sealed = await sealForeign('pgcrypto', 'J45.909', KEYS.pgcrypto)
  const fields = { ssn: { from: 'value', format: 'pgcrypto' } } as const
  const [result] = await Array.fromAsync(
    client.convert(Ledger, [{ id: 'a', value: sealed }], { id: 'id', fields }, KEYS),
  )
  expect(result).toMatchObject({ outcome: 'converted', kinds: { ssn: 'sealed' } })
  expect(await client.open(Ledger, result?.sealed as never)).toMatchObject({ ssn: 'J45.909' })
})

test('says so when its file is not there, and goes on with everything else', async () => {
  const name = `nowhere-${crypto.randomUUID()}`
  await (await enrolled(name)).lock()
  const client = open(name, { partsUrl: '/nowhere/' })
  await client.unlock({ handle: name, password: PASSWORD })
  const converting = Array.fromAsync(client.convert(Ledger, [await source(1)], mapping, KEYS))
  await expect(converting).rejects.toMatchObject({ code: 'ERR_WORKER_START' })
  expect(await client.save(Ledger, { name: 'Ada' })).toMatchObject({ state: 'stored' })
})

test('a mapping that does not fit never reaches the worker', async () => {
  const Other = defineModel('other', { name: pii(), note: phi() })
  const vault = { convertMany: () => Promise.reject(new Error('reached')) }
  const converting = Array.fromAsync(convertRecords(vault, Other, [{ id: 1 }], mapping, KEYS))
  await expect(converting).rejects.toThrow('the model has no field ssn')
})
