/**
 * The second worker: it seals and opens single records with the keys it is handed, by the same code as the first. It has no
 * password, no session, no storage, no way to a server, no key that signs, and no port but to the worker that started it.
 */
import type { ModelSpec } from '../format/model.ts'
import { generateExchangePair } from '../crypto/agree.ts'
import { agree, takeOver } from '../keys/hand-over.ts'
import type { RecordKeys } from '../records/keys.ts'
import { verifyRecord } from '../records/open-record.ts'
import { sealRecord } from '../records/seal-record.ts'
import { openLive } from '../vault/read-device.ts'
import type { Done, Job, SecondAnswer, SecondKeys, SecondReady, SecondRequest } from '../vault/second-api.ts'

const pair = generateExchangePair()
let taken: Promise<RecordKeys> | undefined
let model: ModelSpec | undefined

addEventListener('message', ({ data }: MessageEvent<SecondKeys | SecondRequest>) => {
  if ('handed' in data) {
    taken = take(data)
    // Who asks for them learns of it.
    taken.catch(() => undefined)
    return
  }
  model = data.model ?? model
  void answer(data, taken as Promise<RecordKeys>, model as ModelSpec)
})
void listen()

async function listen(): Promise<void> {
  postMessage({ publicKey: (await pair).publicKey } satisfies SecondReady)
}

async function take({ account, accountKid, identity, handed, publicKey }: SecondKeys): Promise<RecordKeys> {
  const agreed = await agree(await pair, publicKey, 'unwrapKey')
  return { account, accountKid, identity, ...(await takeOver(agreed, handed)) }
}

/** What fails is done again by the first worker, which says what is wrong with it. */
async function answer({ number, jobs }: SecondRequest, keys: Promise<RecordKeys>, spec: ModelSpec): Promise<void> {
  const run = async (job: Job): Promise<Done<Job> | undefined> => {
    try {
      return await doJob(await keys, spec, job)
    } catch {
      return undefined
    }
  }
  postMessage({ number, done: await Promise.all(jobs.map(run)) } satisfies SecondAnswer)
}

async function doJob(keys: RecordKeys, spec: ModelSpec, job: Job): Promise<Done<Job>> {
  if (job.verb === 'seal') return sealRecord(keys, spec, job.record, job.id, job.follows)
  const verified = await verifyRecord(keys, spec, job.record)
  const { parsed, head } = verified
  // A view is cloned with all that stands beside it.
  const seen = { parsed: { id: parsed.id, manifest: { previous: parsed.manifest.previous.slice() } }, head }
  return { ...seen, opened: await openLive(keys, spec, verified) }
}
