/** Unlocking with a password, beside the derivation and the unwraps that it needs. */
import { enrol, makeVault, PASSWORD, wire } from '../lib/account.ts'
import { createClient } from '@lockstitch/sdk'
import { One } from '../lib/models.ts'
import type { Case, Env, Workload } from '../lib/workload.ts'

const ITERATIONS = 600_000
const { subtle } = globalThis.crypto

/** The workload. */
export const workload: Workload = {
  name: 'unlock',
  title: 'Unlock',
  about:
    'Unlocks an account with its password, 600,000 iterations, on a device that knows it: the server answers on this machine ' +
    'and hashes the login cheaply; in the page a new worker is started each time. The limit is the raw PBKDF2, the ' +
    'three keys derived from it, and the unwraps of the account key, two identity keys and one data key.',
  unit: 'unlock',
  places: ['node', 'page'],
  async cases(env) {
    const raw = await rawUnlock()
    const cases: Record<string, Case> = { 'raw derivation and unwraps': { units: 1, run: raw } }
    if (env.place === 'page') cases['client.unlock'] = await clientUnlock(env)
    else cases['vault.unlock'] = await vaultUnlock(env)
    return cases
  },
  ratios: {
    'page: client.unlock / raw': { of: 'page/client.unlock', to: ['page/raw derivation and unwraps'], atMost: 1.1 },
    'node: vault.unlock / raw': { of: 'node/vault.unlock', to: ['node/raw derivation and unwraps'], atMost: 1.1 },
  },
}

async function clientUnlock(env: Env): Promise<Case> {
  const device = crypto.randomUUID()
  const client = createClient({ server: wire(env, device), database: `bench-${device}`, autoLock: false })
  const handle = await enrol(client)
  await client.seal(One, { text: 'so that there is a data key' })
  return {
    units: 1,
    prepare: () => client.lock(),
    run: () => client.unlock({ handle, password: PASSWORD }),
  }
}

async function vaultUnlock(env: Env): Promise<Case> {
  const vault = makeVault(env)
  const handle = await enrol(vault)
  await vault.sealMany(One, [{ text: 'so that there is a data key' }])
  return {
    units: 1,
    prepare: () => vault.lock(),
    run: () => vault.unlock({ handle, password: PASSWORD }),
  }
}

async function rawUnlock(): Promise<() => Promise<void>> {
  const info = new Uint8Array(64)
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  const gcm = { name: 'AES-GCM', length: 256 }
  const params = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: info }
  const wrappingKey = await subtle.generateKey(gcm, false, ['encrypt', 'unwrapKey'])
  const { privateKey } = (await subtle.generateKey('Ed25519', true, ['sign'])) as CryptoKeyPair
  const wrap = async (bytes: BufferSource): Promise<ArrayBuffer> => subtle.encrypt(params, wrappingKey, bytes)
  const wrappedSecret = await wrap(crypto.getRandomValues(new Uint8Array(32)))
  const wrappedPrivate = await wrap(await subtle.exportKey('pkcs8', privateKey))
  const secret = (): Promise<CryptoKey> =>
    subtle.unwrapKey('raw', wrappedSecret, wrappingKey, params, 'HKDF', false, ['deriveKey'])
  const identity = (): Promise<CryptoKey> =>
    subtle.unwrapKey('pkcs8', wrappedPrivate, wrappingKey, params, 'Ed25519', false, ['sign'])
  const password = new TextEncoder().encode(PASSWORD)
  const salt = crypto.getRandomValues(new Uint8Array(32))
  return async () => {
    const base = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const bits = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ITERATIONS }, base, 256)
    const stretched = await subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey', 'deriveBits'])
    await Promise.all([
      subtle.deriveBits(hkdf, stretched, 256),
      subtle.deriveKey(hkdf, stretched, gcm, false, ['encrypt']),
    ])
    const accountKey = await secret()
    await Promise.all([subtle.deriveKey(hkdf, accountKey, gcm, false, ['encrypt']), identity(), identity(), secret()])
  }
}
