/** Converting records of seed 000's server, beside the decryption and the sealing that it needs. */
import { sealForeign } from '@lockstitch/sdk/interop'
import { enrolledVault, values } from '../lib/account.ts'
import { inFlight } from '../lib/measure.ts'
import { Eight, EIGHT_FIELDS, eightRecords } from '../lib/models.ts'
import { rawOf } from '../lib/raw.ts'
import type { Workload } from '../lib/workload.ts'

const RECORDS = 500
const CHUNK = 250
const RAW = ['raw, 32 records in flight', 'raw, all at once']
const { subtle } = globalThis.crypto
const PROVED = 'raw, and opened again'
const at = (place: string): string[] => RAW.map((name) => `${place}/${name}`)

/** The workload. */
export const workload: Workload = {
  name: 'convert',
  title: 'Conversion',
  about:
    'Converts 500 records of 8 fields from envelopes of seed 000 (phase4) to ls1, without storing them. The limit is the raw ' +
    'decryption of each field and the raw sealing of each record. Conversion also opens what it sealed and compares it, which ' +
    'is not in the limit; the second limit has that opening too, without the comparison.',
  unit: 'field',
  places: ['node', 'worker'],
  async cases(env) {
    const count = env.quick ? RECORDS / 10 : RECORDS
    const records = eightRecords(count)
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const keys = { phase4: { keys: { 'key-1': secret } } }
    const items = await Promise.all(
      records.map(async (record, index) => {
        const source: Record<string, unknown> = { id: crypto.randomUUID() }
        for (const name of EIGHT_FIELDS) source[name] = await sealForeign('phase4', record[name], keys.phase4)
        return { index, source }
      }),
    )
    const fields = Object.fromEntries(EIGHT_FIELDS.map((from) => [from, { from, format: 'phase4' as const }]))
    const order = { mapping: { id: 'id', fields }, keys, mode: 'seal' as const }
    const vault = await enrolledVault(env)
    const raw = await rawOf(Eight, await values(vault.sealMany(Eight, records)))
    const key = await subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt'])
    const foreign = { name: 'AES-GCM', iv: new Uint8Array(16) }
    const ciphertext = await subtle.encrypt(foreign, key, new Uint8Array(40))
    const rawRecord = async (index: number): Promise<void> => {
      await Promise.all(EIGHT_FIELDS.map(() => subtle.decrypt(foreign, key, ciphertext)))
      await raw.sealRecord(raw.records[index] as never)
    }
    const rawProved = async (index: number): Promise<void> => {
      await rawRecord(index)
      await raw.openRecord(raw.records[index] as never)
    }
    const units = count * EIGHT_FIELDS.length
    return {
      [RAW[0] as string]: { units, run: () => inFlight(32, count, rawRecord) },
      [RAW[1] as string]: { units, run: () => inFlight(count, count, rawRecord) },
      [PROVED]: { units, run: () => inFlight(32, count, rawProved) },
      convertMany: {
        units,
        async run() {
          for (let start = 0; start < count; start += CHUNK) {
            const results = await vault.convertMany(Eight as never, items.slice(start, start + CHUNK), order)
            const failed = results.find(({ outcome }) => outcome !== 'converted')
            if (failed !== undefined) throw new Error(`not converted: ${JSON.stringify(failed)}`)
          }
        },
      },
    }
  },
  ratios: {
    'worker: convertMany / raw': { of: 'worker/convertMany', to: at('worker'), atMost: 1.35 },
    'node: convertMany / raw': { of: 'node/convertMany', to: at('node'), atMost: 1.35 },
    'worker: convertMany / raw, and opened again': { of: 'worker/convertMany', to: [`worker/${PROVED}`] },
    'node: convertMany / raw, and opened again': { of: 'node/convertMany', to: [`node/${PROVED}`] },
  },
}
