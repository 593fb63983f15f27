/** What a server checks of an envelope before it stores it: form alone, no cryptography. */
import { parseEnvelope, verifySealedRecord } from '@lockstitch/sdk/format'
import { sealForeign } from '@lockstitch/sdk/interop'
import { z } from 'zod'
import { enrolledVault, values } from '../lib/account.ts'
import { Eight, EIGHT_FIELDS, eightRecords } from '../lib/models.ts'
import type { Workload } from '../lib/workload.ts'

const RECORDS = 1250
/** Times that one run goes through all of them: once takes about a millisecond. */
const PASSES = 10
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The rules of the server of seed 000, exactly these members, each of its length and alphabet. */
const Phase4 = z.strictObject({
  v: z.literal(1),
  k: z.string().min(1).max(64),
  iv: z.string().length(24).regex(BASE64),
  d: z.string().max(100_000).regex(BASE64),
  t: z.string().length(24).regex(BASE64),
})

/** The workload. */
export const workload: Workload = {
  name: 'verify',
  title: 'Envelopes on the server',
  about:
    'Checks the form of 10,000 envelopes, ten times over in each run: alphabet, lengths, the one spelling of each, without any cryptography. Beside it the same ' +
    'fields as envelopes of seed 000, which are JSON: JSON.parse alone, and JSON.parse with the same rules in zod (members, lengths, ' +
    'alphabet). verifySealedRecord checks whole records against their model and reads the manifest as well.',
  unit: 'envelope',
  places: ['node'],
  async cases(env) {
    const count = env.quick ? RECORDS / 10 : RECORDS
    const records = eightRecords(count)
    // As a server has them: strings that came out of a body, not out of their making.
    const sealed = received(await values((await enrolledVault(env)).sealMany(Eight, records)))
    const fields = sealed.flatMap((record) => EIGHT_FIELDS.map((name) => record[name]))
    const keys = { keys: { 'key-1': crypto.getRandomValues(new Uint8Array(32)) } }
    const foreign = received(
      await Promise.all(
        records.flatMap((record) =>
          EIGHT_FIELDS.map(async (name) => String(await sealForeign('phase4', record[name], keys))),
        ),
      ),
    )
    const each = <T>(items: readonly T[], check: (item: T) => unknown) => ({
      units: fields.length * PASSES,
      run() {
        for (let pass = 0; pass < PASSES; pass++) for (const item of items) check(item)
      },
    })
    return {
      parseEnvelope: each(fields, (text) => parseEnvelope(text)),
      'verifySealedRecord, whole records': each(sealed, (record) => verifySealedRecord(Eight, record)),
      'JSON.parse of seed 000': each(foreign, (text) => JSON.parse(text) as unknown),
      'zod of seed 000': each(foreign, (text) => Phase4.parse(JSON.parse(text))),
    }
  },
  ratios: {
    'JSON.parse / parseEnvelope': { of: 'node/JSON.parse of seed 000', to: ['node/parseEnvelope'], atLeast: 2 },
    'zod / parseEnvelope': { of: 'node/zod of seed 000', to: ['node/parseEnvelope'], atLeast: 5 },
    'JSON.parse / verifySealedRecord': {
      of: 'node/JSON.parse of seed 000',
      to: ['node/verifySealedRecord, whole records'],
    },
    'zod / verifySealedRecord': { of: 'node/zod of seed 000', to: ['node/verifySealedRecord, whole records'] },
  },
}

function received<T>(values: T): T {
  return JSON.parse(JSON.stringify(values)) as T
}
