/** Files from a Blob to sealed bytes and back, as streams. */
import { enrolledClient } from '../lib/account.ts'
import { drain, fileOf } from '../lib/file.ts'
import type { Case, Env, Ratio, Workload } from '../lib/workload.ts'
import { openFilePeers } from '../peers/file-peers.ts'

const SIZES = [64, 256]
const PEER_MIB = 64
const PEERS: readonly (readonly [string, number])[] = [
  ['libsodium secretstream', 2],
  ['openpgp', 3],
  ['age', 4],
]

const ratios: Record<string, Ratio> = {}
for (const verb of ['seal', 'open']) {
  // What peers have to be is said of sealing.
  const target = (atLeast: number): Pick<Ratio, 'atLeast'> => (verb === 'seal' ? { atLeast } : {})
  for (const size of SIZES) {
    const to = [`page/files.${verb}, ${size} MiB`]
    ratios[`one raw call, ${size} MiB / files.${verb}`] = { of: `worker/raw ${verb}, ${size} MiB`, to, atLeast: 1 }
    if (size !== PEER_MIB) continue
    const inMemory = `worker/raw ${verb} of bytes in memory, ${size} MiB`
    ratios[`one raw call on bytes in memory / files.${verb}`] = { of: inMemory, to, ...target(0.72) }
    for (const [name, atLeast] of PEERS) {
      ratios[`${name} / files.${verb}`] = { of: `worker/${name} ${verb}, ${size} MiB`, to, ...target(atLeast) }
    }
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'files',
  title: 'Files',
  about:
    'A Blob of 64 or 256 MiB is sealed as a stream, and what comes out is read and dropped: from the page through the worker. The other way ' +
    'round it is opened. Beside it, in a worker that needs no message: the whole Blob as one buffer in one raw call; and at 64 MiB the raw ' +
    'call on bytes that are in memory, libsodium secretstream in chunks of 64 KiB, openpgp under a session key with AES-256-GCM, age for ' +
    'one X25519 recipient, all of them as streams.',
  unit: 'MiB',
  places: ['page', 'worker'],
  rounds: 7,
  cases: (env) => (env.place === 'page' ? sdkCases(env) : workerCases(env)),
  ratios,
}

/** A tenth of everything when it is only looked whether it runs. */
const mibOf = (env: Env, size: number): number => (env.quick ? size / 16 : size)

async function sdkCases(env: Env): Promise<Record<string, Case>> {
  const client = await enrolledClient(env)
  const cases: Record<string, Case> = {}
  for (const size of SIZES) {
    const units = mibOf(env, size)
    const blob = fileOf(units)
    const { file, sealed } = await client.files.seal(blob)
    cases[`files.seal, ${size} MiB`] = {
      units,
      run: async () => void (await drain((await client.files.seal(blob, { as: 'stream' })).sealed)),
    }
    cases[`files.open, ${size} MiB`] = {
      units,
      async run() {
        const bytes = await drain(await client.files.open(file, sealed, { as: 'stream' }))
        if (bytes !== blob.size) throw new Error('files.open does not give what was sealed')
      },
    }
  }
  return cases
}

async function workerCases(env: Env): Promise<Record<string, Case>> {
  const cases: Record<string, Case> = {}
  for (const size of SIZES) Object.assign(cases, await rawCases(size, mibOf(env, size)))
  const units = mibOf(env, PEER_MIB)
  const blob = fileOf(units)
  for (const peer of await openFilePeers()) {
    const { name } = peer
    const pieces: Blob[] = []
    for await (const bytes of peer.seal(blob)) pieces.push(new Blob([bytes as Uint8Array<ArrayBuffer>]))
    const sealed = new Blob(pieces)
    cases[`${name} seal, ${PEER_MIB} MiB`] = { units, run: async () => void (await drain(peer.seal(blob))) }
    cases[`${name} open, ${PEER_MIB} MiB`] = {
      units,
      async run() {
        // A peer that does not give back what it was given would be compared with nothing.
        if ((await drain(peer.open(sealed))) !== blob.size) throw new Error(`${name} does not open what it sealed`)
      },
    }
  }
  return cases
}

async function rawCases(size: number, units: number): Promise<Record<string, Case>> {
  const { subtle } = crypto
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const blob = fileOf(units)
  const params = (): AesGcmParams => ({ name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) })
  const sealParams = params()
  const sealed = new Blob([await subtle.encrypt(sealParams, key, await blob.arrayBuffer())])
  const inMemory = size === PEER_MIB ? await blob.arrayBuffer() : undefined
  const sealedInMemory = size === PEER_MIB ? await sealed.arrayBuffer() : undefined
  const raw: Record<string, Case> = {
    [`raw seal, ${size} MiB`]: {
      units,
      run: async () => void (await subtle.encrypt(params(), key, await blob.arrayBuffer())),
    },
    [`raw open, ${size} MiB`]: {
      units,
      run: async () => void (await subtle.decrypt(sealParams, key, await sealed.arrayBuffer())),
    },
  }
  if (inMemory === undefined || sealedInMemory === undefined) return raw
  return {
    ...raw,
    [`raw seal of bytes in memory, ${size} MiB`]: {
      units,
      run: async () => void (await subtle.encrypt(params(), key, inMemory)),
    },
    [`raw open of bytes in memory, ${size} MiB`]: {
      units,
      run: async () => void (await subtle.decrypt(sealParams, key, sealedInMemory)),
    },
  }
}
