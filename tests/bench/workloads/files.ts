/** A file from a Blob to sealed bytes, as a stream. */
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import sodium from 'libsodium-wrappers'
import { enrolledClient } from '../lib/account.ts'
import type { Case, Env, Workload } from '../lib/workload.ts'

const MIB = 2 ** 20
const FILE_MIB = 64
const CHUNK = 65_536
const RAW = 'worker/Blob.arrayBuffer() and one raw encrypt'

/** The workload. */
export const workload: Workload = {
  name: 'files',
  title: 'Files',
  about:
    'A Blob of 64 MiB is sealed as a stream, and what comes out is read and dropped: from the page through the worker. Beside it, in a ' +
    'worker that needs no message: the whole Blob as one buffer in one raw encrypt, libsodium secretstream in chunks of 64 KiB, age for ' +
    'one X25519 recipient. Memory and 256 MiB are not measured yet.',
  unit: 'MiB',
  places: ['page', 'worker'],
  rounds: 7,
  async cases(env) {
    const size = env.quick ? FILE_MIB / 8 : FILE_MIB
    const block = crypto.getRandomValues(new Uint8Array(CHUNK))
    const blob = new Blob(Array.from({ length: (size * MIB) / CHUNK }, () => block))
    return env.place === 'page' ? sdkCases(env, blob, size) : peerCases(blob, size)
  },
  ratios: {
    'one raw encrypt / files.seal': { of: RAW, to: ['page/files.seal'], atLeast: 1 },
    'libsodium secretstream / files.seal': { of: 'worker/libsodium secretstream', to: ['page/files.seal'], atLeast: 2 },
    'age / files.seal': { of: 'worker/age', to: ['page/files.seal'], atLeast: 4 },
  },
}

async function sdkCases(env: Env, blob: Blob, units: number): Promise<Record<string, Case>> {
  const client = await enrolledClient(env)
  return {
    'files.seal': {
      units,
      run: async () => drain((await client.files.seal(blob, { as: 'stream' })).sealed),
    },
  }
}

async function peerCases(blob: Blob, units: number): Promise<Record<string, Case>> {
  await sodium.ready
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen()
  const gcm = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(await generateIdentity()))
  return {
    'Blob.arrayBuffer() and one raw encrypt': {
      units,
      async run() {
        const iv = crypto.getRandomValues(new Uint8Array(12))
        await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, gcm, await blob.arrayBuffer())
      },
    },
    'libsodium secretstream': {
      units,
      async run() {
        const { state } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key)
        const push = (bytes: Uint8Array): unknown =>
          sodium.crypto_secretstream_xchacha20poly1305_push(state, bytes, null, 0)
        await drain(blob.stream(), (bytes) => {
          for (let start = 0; start < bytes.length; start += CHUNK) push(bytes.subarray(start, start + CHUNK))
        })
      },
    },
    age: { units, run: async () => drain(await encrypter.encrypt(blob.stream())) },
  }
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  use: (bytes: Uint8Array) => void = () => undefined,
): Promise<void> {
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    use(value)
  }
}
