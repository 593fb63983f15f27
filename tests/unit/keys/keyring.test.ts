import { expect, test } from 'vitest'
import { openBytes, sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import type { AccountState, KeyringEntry, KeyState } from '../../../packages/sdk/src/format/account-state.ts'
import type { Kid } from '../../../packages/sdk/src/format/kid.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import { createAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'

const AAD = new Uint8Array(1)

function withState(state: AccountState, keyState: KeyState): AccountState {
  const [key, ...rest] = state.keyring as [KeyringEntry, ...KeyringEntry[]]
  return {
    ...state,
    keyring: [{ ...key, state: keyState, wrapped: keyState === 'destroyed' ? null : key.wrapped }, ...rest],
  }
}

test('a kid is looked up among the keys that are held, and is only a name', async () => {
  const { id, keys, state } = await createAccount(['phi', 'pii'])
  const stranger = await createAccount(['phi'])
  const [phi] = state.keyring as [KeyringEntry]
  const place = { owner: id, model: 'intake', id: 'r1' }
  for (const kid of [
    '__proto__',
    '',
    'constructor',
    '../../../..',
    stranger.state.keyring[0]?.kid,
    state.accountKey.kid,
  ]) {
    expect(await outcome(() => keys.keyring.recordKey(kid as Kid, 'phi', place))).toBe('ERR_KEY_UNKNOWN')
  }
  expect(await outcome(() => keys.keyring.recordKey(phi.kid, 'pii', place))).toBe('ERR_KEY_INVALID')
  expect(await outcome(() => keys.keyring.recordKey(phi.kid, 'phi', place))).toBe('ok')
  expect(keys.keyring.activeKid('phi')).toBe(phi.kid)
  expect(await outcome(() => keys.keyring.activeKid('confidential'))).toBe('ERR_KEY_UNKNOWN')
})

test.each<[KeyState, boolean, boolean]>([
  ['active', true, true],
  ['decrypt-only', false, true],
  ['revoked', false, true],
  ['destroyed', false, false],
])('%s: seals %s, opens %s', async (keyState, seals, opens) => {
  const { id, derived, state } = await createAccount(['phi'])
  const keyring = await openKeyring(derived.wrapping, withState(state, keyState))
  const kid = (state.keyring[0] as KeyringEntry).kid
  expect(await outcome(() => keyring.activeKid('phi'))).toBe(seals ? 'ok' : 'ERR_KEY_UNKNOWN')
  const place = { owner: id, model: 'intake', id: 'r1' }
  expect(await outcome(() => keyring.recordKey(kid, 'phi', place))).toBe(opens ? 'ok' : 'ERR_KEY_UNKNOWN')
})

test('the key of one record opens nothing of another record, model or owner', async () => {
  const { id, keys, state } = await createAccount(['phi'])
  const kid = (state.keyring[0] as KeyringEntry).kid
  const places = [
    { owner: id, model: 'intake', id: 'r1' },
    { owner: id, model: 'intake', id: 'r2' },
    { owner: id, model: 'ledger', id: 'r1' },
    { owner: id.replace(/.$/, (last) => (last === '0' ? '1' : '0')), model: 'intake', id: 'r1' },
  ]
  const recordKeys = await Promise.all(places.map((place) => keys.keyring.recordKey(kid, 'phi', place)))
  const sealed = await sealBytes(recordKeys[0] as CryptoKey, AAD, new Uint8Array(4))
  const outcomes = await Promise.all(recordKeys.map((key) => outcome(() => openBytes(key, AAD, sealed))))
  expect(outcomes).toEqual(['ok', 'ERR_OPEN_FAILED', 'ERR_OPEN_FAILED', 'ERR_OPEN_FAILED'])
})

test('one key that does not unwrap is an error, not a smaller keyring', async () => {
  const { derived, state } = await createAccount(['phi', 'pii'])
  const [phi, pii] = state.keyring as [KeyringEntry, KeyringEntry]
  const broken = { ...state, keyring: [phi, { ...pii, wrapped: phi.wrapped }] }
  expect(await outcome(() => openKeyring(derived.wrapping, broken))).toBe('ERR_OPEN_FAILED')
})
