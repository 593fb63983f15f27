/** 10,000 fields in 1,250 records: the SDK beside the limit and beside other libraries. */
import type { Client } from '@lockstitch/sdk'
import { enrolledClient, enrolledVault, values } from '../lib/account.ts'
import { inFlight } from '../lib/measure.ts'
import { Bundled, Eight, EIGHT_FIELDS, eightRecords, textOf } from '../lib/models.ts'
import { rawOf } from '../lib/raw.ts'
import type { Case, Env, Ratio, Workload } from '../lib/workload.ts'
import { openPeers } from '../peers/peers.ts'

const RECORDS = 1250
const PEER_CALLS_IN_FLIGHT = 128
const RAW_SEAL = ['raw seal, 32 records in flight', 'raw seal, all at once']
const RAW_OPEN = ['raw open, 32 records in flight', 'raw open, all at once']
const at = (place: string, names: readonly string[]): string[] => names.map((name) => `${place}/${name}`)
/** What Chromium can do at best, wherever it does it: the limit of what is measured from the page. */
const LIMIT_SEAL = [...at('worker', RAW_SEAL), ...at('page', RAW_SEAL)]
const LIMIT_OPEN = [...at('worker', RAW_OPEN), ...at('page', RAW_OPEN)]

/** How many times longer than the SDK in the worker each peer must take to seal, where that was set. */
const PEERS: Readonly<Record<string, number | undefined>> = {
  'crypto-js': 8,
  'node-forge': 6,
  jose: 2.5,
  '@noble/ciphers gcm': 3,
  openpgp: 20,
  age: 20,
  sjcl: undefined,
  'libsodium secretbox': undefined,
}

/** Peers that are measured in the page's thread too. */
const ON_THE_PAGE: readonly string[] = ['crypto-js', 'jose', '@aws-crypto']

const ratios: Record<string, Ratio> = {
  'worker: sealMany / raw': { of: 'worker/sealMany', to: at('worker', RAW_SEAL), atMost: 1.35 },
  'worker: openMany / raw': { of: 'worker/openMany', to: at('worker', RAW_OPEN), atMost: 1.35 },
  'worker: openMany of records never seen / raw': { of: 'worker/openMany, first seen', to: at('worker', RAW_OPEN) },
  'worker: sealMany, record layout / raw of field layout': {
    of: 'worker/sealMany, record layout',
    to: at('worker', RAW_SEAL),
    atMost: 0.4,
  },
  'worker: openMany, record layout / raw of field layout': {
    of: 'worker/openMany, record layout',
    to: at('worker', RAW_OPEN),
    atMost: 0.4,
  },
  'worker: libsodium secretbox seal / sealMany, record layout': {
    of: 'worker/libsodium secretbox seal',
    to: ['worker/sealMany, record layout'],
    atLeast: 3,
  },
  'worker: libsodium secretbox open / openMany, record layout': {
    of: 'worker/libsodium secretbox open',
    to: ['worker/openMany, record layout'],
    atLeast: 3,
  },
  'page: client.sealMany / raw': { of: 'page/client.sealMany', to: LIMIT_SEAL, atMost: 1.6 },
  'page: client.openMany / raw': { of: 'page/client.openMany', to: LIMIT_OPEN, atMost: 1.6 },
  'page: client.seal for each record / client.sealMany': {
    of: 'page/client.seal for each record',
    to: ['page/client.sealMany'],
    atMost: 1.2,
  },
  'page: messages for 1,250 calls of client.seal': {
    of: 'page/client.seal for each record',
    to: ['page/one'],
    figure: 'messages',
    atMost: 8,
  },
  'node: sealMany / raw': { of: 'node/sealMany', to: at('node', RAW_SEAL), atMost: 1.35 },
  'node: openMany / raw': { of: 'node/openMany', to: at('node', RAW_OPEN), atMost: 1.35 },
}
for (const [peer, atLeast] of Object.entries(PEERS)) {
  for (const verb of ['seal', 'open']) {
    ratios[`worker: ${peer} ${verb} / ${verb}Many`] = {
      of: `worker/${peer} ${verb}`,
      to: [`worker/${verb}Many`],
      ...(atLeast === undefined ? {} : { atLeast }),
    }
    ratios[`node: ${peer} ${verb} / ${verb}Many`] = { of: `node/${peer} ${verb}`, to: [`node/${verb}Many`] }
  }
}
for (const verb of ['seal', 'open']) {
  ratios[`node: @47ng/cloak ${verb} / ${verb}Many`] = { of: `node/@47ng/cloak ${verb}`, to: [`node/${verb}Many`] }
  ratios[`page: @aws-crypto ${verb} / client.${verb}Many`] = {
    of: `page/@aws-crypto ${verb}`,
    to: [`page/client.${verb}Many`],
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'fields',
  title: '10,000 fields',
  about:
    'Seals and opens 1,250 records of 8 texts of 40 bytes, each field an envelope of its own. The limit is the calls of ' +
    'WebCrypto that such a record needs, on bytes that are ready: one HKDF, one digest and one HMAC a record, one ' +
    'AES-256-GCM with associated data a field; of two orders of awaiting them, the faster. Peers seal and open the same ' +
    'texts one by one, text in and text out, asynchronous ones 128 at a time. Record layout: the same eight texts in one envelope.',
  unit: 'field',
  places: ['node', 'page', 'worker'],
  async cases(env) {
    const count = env.quick ? RECORDS / 10 : RECORDS
    const records = eightRecords(count)
    const fields = count * EIGHT_FIELDS.length
    const vault = await enrolledVault(env)
    const sealed = await values(vault.sealMany(Eight, records))
    const bundled = await values(vault.sealMany(Bundled, records))
    const raw = await rawOf(Eight, sealed)
    let fresh = sealed
    const cases: Record<string, Case> = {
      [RAW_SEAL[0] as string]: { units: fields, run: () => raw.sealAll(32) },
      [RAW_SEAL[1] as string]: { units: fields, run: () => raw.sealAll(count) },
      [RAW_OPEN[0] as string]: { units: fields, run: () => raw.openAll(32) },
      [RAW_OPEN[1] as string]: { units: fields, run: () => raw.openAll(count) },
      ...(await peerCases(env)),
    }
    if (env.place === 'page') return { ...cases, ...(await clientCases(env, records)) }
    return {
      ...cases,
      sealMany: { units: fields, run: async () => void (await values(vault.sealMany(Eight, records))) },
      openMany: { units: fields, run: async () => void (await values(vault.openMany(Eight, sealed))) },
      'sealMany, record layout': {
        units: fields,
        run: async () => void (await values(vault.sealMany(Bundled, records))),
      },
      'openMany, record layout': {
        units: fields,
        run: async () => void (await values(vault.openMany(Bundled, bundled))),
      },
      'openMany, first seen': {
        units: fields,
        prepare: async () => (fresh = await values(vault.sealMany(Eight, records))),
        run: async () => void (await values(vault.openMany(Eight, fresh))),
      },
    }
  },
  ratios,
}

async function peerCases(env: Env): Promise<Record<string, Case>> {
  const cases: Record<string, Case> = {}
  for (const { name, fields, seal, open } of await openPeers(env.place)) {
    if (env.place === 'page' && !ON_THE_PAGE.includes(name)) continue
    const count = env.quick ? Math.ceil(fields / 10) : fields
    const texts = Array.from({ length: count }, (_, index) => textOf(index, 40))
    const sealed = await Promise.all(texts.map(async (text) => seal(text)))
    const each = (work: (index: number) => unknown) => () => inFlight(PEER_CALLS_IN_FLIGHT, count, work)
    cases[`${name} seal`] = { units: count, run: each((index) => seal(texts[index] as string)) }
    cases[`${name} open`] = { units: count, run: each((index) => open(sealed[index] as string)) }
  }
  return cases
}

async function clientCases(env: Env, records: ReturnType<typeof eightRecords>): Promise<Record<string, Case>> {
  const client: Client = await enrolledClient(env)
  const units = records.length * EIGHT_FIELDS.length
  const sealed = await values(client.sealMany(Eight, records))
  return {
    'client.sealMany': { units, run: async () => void (await values(client.sealMany(Eight, records))) },
    'client.openMany': { units, run: async () => void (await values(client.openMany(Eight, sealed))) },
    'client.seal for each record': {
      units,
      async run() {
        const messages = countMessages()
        await Promise.all(records.map((record) => client.seal(Eight, record)))
        return { messages: messages() }
      },
    },
    one: { units: 1, run: () => ({ messages: 1 }) },
  }
}

/** Counts the messages that this thread sends to ports; the function it gives ends it and says how many. */
function countMessages(): () => number {
  const prototype = MessagePort.prototype as { postMessage: (this: MessagePort, ...args: unknown[]) => void }
  const { postMessage } = prototype
  let count = 0
  prototype.postMessage = function counted(this: MessagePort, ...args: unknown[]) {
    count += 1
    return Reflect.apply(postMessage, this, args)
  }
  return () => {
    prototype.postMessage = postMessage
    return count
  }
}
