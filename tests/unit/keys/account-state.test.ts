import { beforeAll, describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { sign } from '../../../packages/sdk/src/crypto/sign.ts'
import {
  type AccountState,
  accountStateHashInput,
  accountStatePayload,
  serializeAccountState,
} from '../../../packages/sdk/src/format/account-state.ts'
import { manifestSignatureInput } from '../../../packages/sdk/src/format/manifest.ts'
import { generateDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import {
  checkTransition,
  signAccountState,
  type SignedAccountState,
  signingKeyOf,
  verifyAccountState,
} from '../../../packages/sdk/src/keys/account-state.ts'
import { createAccount, NOW, type TestAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'

let account: TestAccount
let other: TestAccount
let first: SignedAccountState

beforeAll(async () => {
  ;[account, other] = await Promise.all([createAccount(['phi', 'pii']), createAccount(['phi'])])
  first = await signed(account.state)
})

async function signed(state: AccountState): Promise<SignedAccountState> {
  return signAccountState(state, account.keys.identity.signing)
}

/** The state that follows the first one, with what is changed. */
async function next(change: Partial<AccountState> = {}): Promise<SignedAccountState> {
  return signed({ ...account.state, revision: 2, previous: first.hash, ...change })
}

describe('a signature', () => {
  test('of the account itself is taken, and the hash is of what was signed', async () => {
    const verified = await verifyAccountState(first.text, signingKeyOf(account.state))
    expect(verified).toEqual(first)
  })

  test('of anyone else, or for any other purpose, is not', async () => {
    const payload = accountStatePayload(account.state)
    const { signing } = account.keys.identity
    const texts = [
      (await signAccountState(account.state, other.keys.identity.signing)).text,
      serializeAccountState(payload, await sign(signing, manifestSignatureInput(payload))),
      serializeAccountState(payload, await sign(signing, payload)),
      serializeAccountState(payload, await sign(signing, accountStateHashInput(payload))),
      serializeAccountState(payload, new Uint8Array(64)),
    ]
    for (const text of texts) {
      expect(await outcome(() => verifyAccountState(text, signingKeyOf(account.state)))).toBe('ERR_ACCOUNT_STATE')
    }
    expect(await outcome(() => verifyAccountState(first.text, signingKeyOf(other.state)))).toBe('ERR_ACCOUNT_STATE')
  })
})

describe('a transition', () => {
  test('to the next state, or to one with a new key, is fine', async () => {
    const added = await generateDataKey(
      account.derived.wrapping,
      { account: account.id, classification: 'confidential', version: 1 },
      NOW,
    )
    expect(await outcome(async () => checkTransition(first, await next()))).toBe('ok')
    expect(
      await outcome(async () => checkTransition(first, await next({ keyring: [...account.state.keyring, added] }))),
    ).toBe('ok')
    expect(
      await outcome(async () =>
        checkTransition(first, await next({ policy: { minIterations: 700_000, minSuite: 1 } })),
      ),
    ).toBe('ok')
  })

  test.each([
    ['back', { revision: 1 }],
    ['in place', { revision: 1, previous: encodeBase64url(new Uint8Array(32)) }],
    ['over a gap', { revision: 3 }],
    ['on another chain', { previous: encodeBase64url(new Uint8Array(32).fill(1)) }],
    ['without a chain', { previous: encodeBase64url(new Uint8Array(32)) }],
  ] as const)('%s is a rollback', async (_, change) => {
    expect(await outcome(async () => checkTransition(first, await next(change)))).toBe('ERR_ROLLBACK')
  })

  const [stays, changes] = ['ok', 'ERR_ACCOUNT_STATE']
  test.each<[string, (state: AccountState) => Partial<AccountState>, string]>([
    ['another account', () => ({ account: other.id }), changes],
    ['another time of making', () => ({ created: 1 }), changes],
    ['another account key', () => ({ accountKey: other.state.accountKey }), changes],
    [
      'another signing key',
      ({ identity }) => ({ identity: { ...identity, signing: other.state.identity.signing } }),
      changes,
    ],
    [
      'another receiving key',
      ({ identity }) => ({ identity: { ...identity, receiving: other.state.identity.receiving } }),
      changes,
    ],
    ['a key that is gone', ({ keyring }) => ({ keyring: keyring.slice(1) }), changes],
    ['an empty keyring', () => ({ keyring: [] }), changes],
    [
      'a key of another time',
      ({ keyring: [a, ...rest] }) => ({ keyring: a ? [{ ...a, created: 1 }, ...rest] : [] }),
      changes,
    ],
    ['a looser policy', () => ({ policy: { minIterations: 599_999, minSuite: 1 } }), changes],
    ['keys in another order', ({ keyring }) => ({ keyring: [...keyring].reverse() }), stays],
  ])('to %s: %s', async (_, change, expected) => {
    expect(await outcome(async () => checkTransition(first, await next(change(account.state))))).toBe(expected)
  })

  test('a key goes towards its destruction and never back', async () => {
    // Rolling a rotation back is the only way back, and nothing else may lead to a key that accepts writes.
    const states = ['active', 'decrypt-only', 'retired', 'revoked', 'destroyed'] as const
    const [key, ...rest] = account.state.keyring
    if (key === undefined) throw new Error('no key')
    for (const [from, before] of states.entries()) {
      for (const [to, after] of states.entries()) {
        const entry = (state: (typeof states)[number]) => ({
          ...key,
          state,
          wrapped: state === 'destroyed' ? null : key.wrapped,
        })
        const start = await signed({ ...account.state, keyring: [entry(before), ...rest] })
        const end = await signed({
          ...account.state,
          revision: 2,
          previous: start.hash,
          keyring: [entry(after), ...rest],
        })
        expect([before, after, await outcome(() => checkTransition(start, end))]).toEqual([
          before,
          after,
          to >= from || (before === 'decrypt-only' && after === 'active') ? 'ok' : 'ERR_ACCOUNT_STATE',
        ])
      }
    }
  })
})

test('the hash is of the whole payload: any change is another hash', async () => {
  const changes: Partial<AccountState>[] = [{}, { created: 1 }, { revision: 2 }, { keyring: [] }]
  const states = await Promise.all(changes.map((change) => signed({ ...account.state, ...change })))
  expect(new Set(states.map(({ hash }) => hash)).size).toBe(4)
  expect(states[0]?.hash).toBe(first.hash)
  expect(decodeBase64url(first.hash).length).toBe(32)
})
