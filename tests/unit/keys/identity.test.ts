import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { sign, verifySignature } from '../../../packages/sdk/src/crypto/sign.ts'
import type { IdentityState, KeyringEntry } from '../../../packages/sdk/src/format/account-state.ts'
import { generateIdentity, unwrapIdentity, writerId } from '../../../packages/sdk/src/keys/identity.ts'
import { unwrapDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import { createAccount } from '../support/account.ts'
import { flips, outcome, toHex } from '../support/outcome.ts'

test('the unwrapped identity signs for the public key that the state names', async () => {
  const { derived, id, state } = await createAccount([])
  const identity = await unwrapIdentity(derived.wrapping, id, state.identity)
  const input = new Uint8Array(3)
  const signature = await sign(identity.signing, input)
  expect(await verifySignature(decodeBase64url(state.identity.signing), signature, input)).toBe(true)
  expect(toHex(identity.writer)).toBe(toHex(await writerId(decodeBase64url(state.identity.signing))))
  expect(identity.writer.length).toBe(16)
})

test('two identities share nothing', async () => {
  const { derived, id } = await createAccount([])
  const [a, b] = await Promise.all([generateIdentity(derived.wrapping, id), generateIdentity(derived.wrapping, id)])
  expect(new Set([...Object.values(a), ...Object.values(b)]).size).toBe(8)
})

test('a public key that is not the one of the wrapped private key is refused', async () => {
  const { derived, id, state } = await createAccount([])
  const attacker = await createAccount([])
  const second = await generateIdentity(derived.wrapping, id)
  const { identity } = state
  const mixed: IdentityState[] = [
    { ...identity, signing: attacker.state.identity.signing },
    { ...identity, receiving: attacker.state.identity.receiving },
    { ...identity, signing: second.signing },
    { ...identity, receiving: second.receiving },
    { ...identity, signing: identity.receiving, receiving: identity.signing },
    { ...identity, wrappedSigning: second.wrappedSigning },
    { ...identity, wrappedReceiving: second.wrappedReceiving },
    { ...identity, wrappedSigning: identity.wrappedReceiving, wrappedReceiving: identity.wrappedSigning },
    attacker.state.identity,
    ...flips(decodeBase64url(identity.signing)).map((bytes) => ({ ...identity, signing: encodeBase64url(bytes) })),
  ]
  for (const changed of mixed) {
    expect(await outcome(() => unwrapIdentity(derived.wrapping, id, changed))).toBe('ERR_OPEN_FAILED')
  }
  expect(await outcome(() => unwrapIdentity(derived.wrapping, attacker.id, identity))).toBe('ERR_OPEN_FAILED')
  expect(await outcome(() => unwrapIdentity(attacker.derived.wrapping, id, identity))).toBe('ERR_OPEN_FAILED')
  expect(await outcome(() => unwrapIdentity(derived.wrapping, id, { ...identity, wrappedSigning: 'AAAA' }))).toBe(
    'ERR_OPEN_FAILED',
  )
})

test('a data key opens in its own place of the keyring only', async () => {
  const { derived, id, state } = await createAccount(['phi', 'pii'])
  const [phi, pii] = state.keyring as [KeyringEntry, KeyringEntry]
  const moved: KeyringEntry[] = [
    { ...phi, classification: 'pii' },
    { ...phi, version: 2 },
    { ...phi, kid: pii.kid },
    { ...phi, wrapped: pii.wrapped },
  ]
  for (const entry of moved)
    expect(await outcome(() => unwrapDataKey(derived.wrapping, id, entry))).toBe('ERR_OPEN_FAILED')
  expect(await outcome(() => unwrapDataKey(derived.wrapping, `${id.slice(0, -1)}0`, phi))).toBe(
    id.endsWith('0') ? 'ok' : 'ERR_OPEN_FAILED',
  )
  expect(await outcome(() => unwrapDataKey(derived.wrapping, id, { ...phi, commitment: pii.commitment }))).toBe(
    'ERR_KEY_INVALID',
  )
  // What a place does not depend on may change: the state is signed as a whole.
  expect(await outcome(() => unwrapDataKey(derived.wrapping, id, { ...phi, created: 0, state: 'revoked' }))).toBe('ok')
})
