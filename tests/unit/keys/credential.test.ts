import { expect, test } from 'vitest'
import { decodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { derivePasswordCredential, deriveRecoveryCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { unwrapSlot, wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import type { KdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import { createAccount, NOW } from '../support/account.ts'
import { outcome, toHex } from '../support/outcome.ts'

const KDF: KdfParams = { hash: 'SHA-256', iterations: 600_000, salt: 'AAECAwQFBgcICQoLDA0ODw' }

test('what the server gets is not the key of the slot, and not the password', async () => {
  const { login, slotKey } = await derivePasswordCredential('correct horse', 'zoe', KDF)
  expect(Object.keys(login).sort()).toEqual(['handle', 'secret'])
  const secret = decodeBase64url(login.secret)
  expect(secret.length).toBe(32)
  const asKey = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['unwrapKey'])
  const account = await createAccount([])
  const credential = { kind: 'password' as const, kdf: KDF, login, slotKey }
  const slot = await wrapSlot(credential, account.id, account.accountKey, NOW)
  expect(await outcome(() => unwrapSlot([slot], credential, account.id))).toBe('ok')
  expect(await outcome(() => unwrapSlot([slot], { ...credential, slotKey: asKey }, account.id))).toBe(
    'ERR_UNLOCK_FAILED',
  )
})

test('handle, password, salt and iterations each make another login', async () => {
  const secrets = await Promise.all([
    derivePasswordCredential('correct horse', 'zoe', KDF),
    derivePasswordCredential('correct horse', 'zoe2', KDF),
    derivePasswordCredential('correct horsf', 'zoe', KDF),
    derivePasswordCredential('correct horse', 'zoe', { ...KDF, iterations: 600_001 }),
    derivePasswordCredential('correct horse', 'zoe', { ...KDF, salt: 'AAECAwQFBgcICQoLDA0OEA' }),
  ])
  expect(new Set(secrets.map(({ login }) => login.secret)).size).toBe(5)
})

test('a recovery code gives a locator and a secret that say nothing of one another', async () => {
  const { login } = await deriveRecoveryCredential(await generateRecoveryCode())
  expect([decodeBase64url(login.locator).length, decodeBase64url(login.secret).length]).toEqual([16, 32])
  expect(toHex(decodeBase64url(login.secret))).not.toContain(toHex(decodeBase64url(login.locator)).slice(0, 8))
})

test('a slot opens by its own kind, account, id and parameters only', async () => {
  const account = await createAccount([])
  const credential = await derivePasswordCredential('correct horse', 'zoe', KDF)
  const slot = await wrapSlot(credential, account.id, account.accountKey, NOW)
  if (slot.kind !== 'password') throw new Error('no password slot')
  const { kdf, ...base } = slot
  const slots = [
    { ...base, kind: 'recovery' as const },
    { ...slot, id: 'AAAAAAAAAAAAAAAAAAAAAA' },
    { ...slot, kdf: { ...kdf, iterations: 600_001 } },
    { ...slot, kdf: { ...kdf, salt: 'AAECAwQFBgcICQoLDA0OEA' } },
  ]
  for (const changed of slots)
    expect(await outcome(() => unwrapSlot([changed], credential, account.id))).toBe('ERR_UNLOCK_FAILED')
  expect(await outcome(() => unwrapSlot([slot], credential, `${account.id}0`))).toBe('ERR_UNLOCK_FAILED')
  expect(await outcome(() => unwrapSlot([slot], account.recovery, account.id))).toBe('ERR_UNLOCK_FAILED')
  expect(await outcome(() => unwrapSlot([], credential, account.id))).toBe('ERR_UNLOCK_FAILED')
  expect(await outcome(() => unwrapSlot([{ ...slot, confirmed: 1, created: 0 }], credential, account.id))).toBe('ok')
})

test('the slot that opens is found among others of its kind, and holds the account key', async () => {
  const account = await createAccount([])
  const stranger = await createAccount([])
  const slots = [...stranger.state.slots, ...account.state.slots]
  const { slot, accountKey } = await unwrapSlot(slots, account.recovery, account.id)
  expect(slot).toEqual(account.state.slots[0])
  expect(await deriveCommitment(accountKey)).toEqual(account.derived.commitment)
})
