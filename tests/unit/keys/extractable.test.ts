/** No key can be exported, and each can do only what it is for, over a whole life: enrol, seal, unlock, open. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LS1 } from '../../../packages/sdk/src/format/suites.ts'
import { derivePasswordCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { unwrapSlot, wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import { sealRecord } from '../../../packages/sdk/src/records/seal-record.ts'
import { Signed } from '../../support/models.ts'
import { createAccount, NOW, unlock } from '../support/account.ts'

interface Made {
  readonly by: string
  readonly key: CryptoKey
}

const METHODS = ['importKey', 'unwrapKey', 'deriveKey', 'generateKey'] as const
const made: Made[] = []

beforeEach(() => {
  made.length = 0
  for (const method of METHODS) {
    const original = crypto.subtle[method] as (...args: unknown[]) => Promise<CryptoKey | CryptoKeyPair>
    vi.spyOn(crypto.subtle, method).mockImplementation((async (...args: unknown[]) => {
      const result = await original.apply(crypto.subtle, args)
      const keys = 'privateKey' in result ? [result.privateKey, result.publicKey] : [result]
      for (const key of keys) made.push({ by: method, key })
      return result
    }) as never)
  }
})

afterEach(() => {
  vi.restoreAllMocks()
})

async function wholeLife(): Promise<void> {
  const account = await createAccount()
  const { record } = await sealRecord(account.keys, Signed, { finding: 'x' }, 'r1', undefined)
  const kdf = { hash: 'SHA-256' as const, iterations: 600_000, salt: 'AAECAwQFBgcICQoLDA0ODw' }
  const credential = await derivePasswordCredential('password', 'zoe', kdf)
  const slot = await wrapSlot(credential, account.id, account.accountKey, NOW)
  await unwrapSlot([slot, ...account.state.slots], credential, account.id)
  await unwrapSlot(account.state.slots, account.recovery, account.id)
  const keys = await unlock(account.derived, account.state)
  await openFields(keys, Signed, await verifyRecord(keys, Signed, record))
}

test('the only keys that can be exported are public ones and those that are about to be wrapped', async () => {
  await wholeLife()
  const exportable = made.filter(({ key }) => key.extractable)
  const kinds = new Set(exportable.map(({ by, key }) => `${by} ${key.algorithm.name} ${key.type}`))
  expect([...kinds].sort()).toEqual([
    // The manifest key, once for each account key that is opened; what is used of it is another CryptoKey.
    'deriveKey HMAC secret',
    'generateKey Ed25519 private',
    'generateKey Ed25519 public',
    'generateKey X25519 private',
    'generateKey X25519 public',
    'importKey Ed25519 public',
  ])
  expect(exportable.filter(({ by }) => by === 'deriveKey').length).toBe(1)
  expect(exportable.filter(({ by, key }) => by === 'generateKey' && key.type === 'private').length).toBe(2)
  expect(made.length).toBeGreaterThan(20)
})

test('every other key does what it is for and nothing else', async () => {
  await wholeLife()
  const uses = new Set(
    made
      .filter(({ key }) => !key.extractable)
      .map(({ key }) => `${key.algorithm.name} ${key.type}: ${[...key.usages].sort().join(' ')}`),
  )
  expect([...uses].sort()).toEqual([
    'AES-GCM secret: decrypt encrypt',
    'AES-GCM secret: encrypt unwrapKey wrapKey',
    'Ed25519 private: sign',
    'HKDF secret: deriveBits deriveKey',
    'HMAC secret: sign verify',
    'PBKDF2 secret: deriveBits',
    'X25519 private: deriveBits',
  ])
})

test('keys that wrap keys do not decrypt them into script', async () => {
  const account = await createAccount()
  const params = { name: LS1.aead.name, iv: new Uint8Array(12), additionalData: new Uint8Array(1) }
  for (const key of [account.derived.wrapping, account.recovery.slotKey]) {
    await expect(crypto.subtle.decrypt(params, key, new Uint8Array(60))).rejects.toMatchObject({
      name: 'InvalidAccessError',
    })
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toMatchObject({ name: 'InvalidAccessError' })
  }
  for (const key of [account.keys.identity.signing, account.keys.identity.receiving]) {
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toMatchObject({ name: 'InvalidAccessError' })
  }
})
