/** The memory that a large file needs. */
import { createClient } from '@lockstitch/sdk'
import { enrol, PASSWORD, wire } from '../lib/account.ts'
import { drain, fileOf } from '../lib/file.ts'
import type { Case, Env, Figures, Workload } from '../lib/workload.ts'

const FILE_MIB = 256

/** The workload. */
export const workload: Workload = {
  name: 'file-memory',
  title: 'Files: memory',
  about:
    'The most memory above the start that the processes of pages and workers have, resident, while a Blob of 256 MiB is sealed or opened as in ' +
    'the table above: peak, in MiB. The worker of the SDK is a fresh one for each run, so that nothing of the run before stands in the start. ' +
    'The Blob itself is in the memory of the browser, which does not count.',
  unit: 'file',
  places: ['page', 'worker'],
  rounds: 5,
  cases: (env) => (env.place === 'page' ? sdkCases(env) : rawCases(env)),
  ratios: {
    'files.seal / one raw encrypt, peak': {
      of: 'page/files.seal',
      to: ['worker/raw seal'],
      figure: 'peak',
      atMost: 0.3,
    },
    'files.open / one raw decrypt, peak': {
      of: 'page/files.open',
      to: ['worker/raw open'],
      figure: 'peak',
      atMost: 0.3,
    },
  },
}

const sizeOf = (env: Env): number => (env.quick ? FILE_MIB / 16 : FILE_MIB)

async function sdkCases(env: Env): Promise<Record<string, Case>> {
  const device = crypto.randomUUID()
  const client = createClient({ server: wire(env, device), database: `bench-${device}`, autoLock: false })
  const handle = await enrol(client)
  const blob = fileOf(sizeOf(env))
  const { file, sealed } = await client.files.seal(blob)
  const fresh = (work: () => Promise<unknown>): Case => ({
    units: 0,
    async prepare() {
      await client.lock()
      await client.unlock({ handle, password: PASSWORD })
      // The code that files need is loaded, and its worker has done everything once.
      await client.files.open(file, sealed, { range: { end: 1 } })
    },
    run: () => peakOf(work),
  })
  return {
    'files.seal': fresh(async () => drain((await client.files.seal(blob, { as: 'stream' })).sealed)),
    'files.open': fresh(async () => drain(await client.files.open(file, sealed, { as: 'stream' }))),
  }
}

async function rawCases(env: Env): Promise<Record<string, Case>> {
  const { subtle } = crypto
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const blob = fileOf(sizeOf(env))
  const params = (): AesGcmParams => ({ name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) })
  const sealParams = params()
  const sealed = new Blob([await subtle.encrypt(sealParams, key, await blob.arrayBuffer())])
  return {
    'raw seal': {
      units: 0,
      run: () => peakOf(async () => subtle.encrypt(params(), key, await blob.arrayBuffer())),
    },
    'raw open': {
      units: 0,
      run: () => peakOf(async () => subtle.decrypt(sealParams, key, await sealed.arrayBuffer())),
    },
  }
}

/** The server of the page looks at the processes meanwhile. */
async function peakOf(work: () => Promise<unknown>): Promise<Figures> {
  await fetch('/memory/start')
  await work()
  return { peak: Number(await (await fetch('/memory/stop')).text()) }
}
