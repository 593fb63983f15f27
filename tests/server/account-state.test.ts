/** Which account state may follow which, each rule on its own. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isAccountActive, verifyAccountState } from '@lockstitch/sdk/server'
import { parseAccountState } from '@lockstitch/sdk/format'
import {
  b64u,
  confirmedState,
  firstState,
  KDF,
  makeAccount,
  nextState,
  type State,
  stateHash,
  stateText,
} from './support/writer.ts'

const account = makeAccount()
const first = firstState(account)
const second = confirmedState(first)
const key = (classification: string, version: number, state = 'active') => {
  const commitment = randomBytes(32)
  const names = { kid: b64u(commitment.subarray(0, 8)), commitment: b64u(commitment) }
  return { classification, version, state, created: 5000, wrapped: b64u(Buffer.alloc(60)), ...names }
}
const slot = (changes: object = {}) => {
  const id = b64u(randomBytes(16))
  return { kind: 'recovery', id, wrapped: b64u(Buffer.alloc(60)), created: 5000, confirmed: 5000, ...changes }
}
const verify = (next: object, current: object | null) =>
  verifyAccountState(stateText(account, next), current === null ? null : stateText(account, current))
const codeOf = (check: () => unknown): unknown => {
  try {
    check()
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
const [phiOld, phi, pii] = second.keyring as [
  State['keyring'][number],
  State['keyring'][number],
  State['keyring'][number],
]
const [password, recovery] = second.slots as [State['slots'][number], State['slots'][number]]
const retired = { ...phi, state: 'decrypt-only' }

const ACCEPTED: [string, Partial<Record<keyof State, unknown>>][] = [
  ['nothing new', {}],
  ['a new key version, the old one retired', { keyring: [phiOld, retired, pii, key('phi', 3)] }],
  ['a key of a new classification', { keyring: [phiOld, phi, pii, key('confidential', 1)] }],
  [
    'an old key active again, when a rotation is rolled back',
    { keyring: [{ ...phiOld, state: 'active' }, retired, pii] },
  ],
  ['a key revoked', { keyring: [{ ...phiOld, state: 'revoked' }, phi, pii] }],
  ['a key destroyed, its wrap overwritten', { keyring: [{ ...phiOld, state: 'destroyed', wrapped: null }, phi, pii] }],
  [
    'every key of a classification destroyed',
    { keyring: [phiOld, phi, { ...pii, state: 'destroyed', wrapped: null }] },
  ],
  ['keys in another order', { keyring: [pii, phi, phiOld] }],
  ['a passkey in place of the recovery code', { slots: [password, slot({ kind: 'passkey', name: null })] }],
  ['one more slot, not confirmed yet', { slots: [password, recovery, slot({ confirmed: null })] }],
  ['another recovery slot in place of the first', { slots: [password, slot()] }],
  [
    'a stronger password slot and a tighter policy',
    {
      slots: [{ ...slot(), kind: 'password', kdf: { ...KDF, iterations: 700_000 } }, recovery],
      policy: { minIterations: 700_000, minSuite: 1 },
    },
  ],
]

const REFUSED: [string, string, Partial<Record<keyof State, unknown>>][] = [
  ['the same revision', 'ERR_CONFLICT', { revision: 2 }],
  ['a revision left out', 'ERR_CONFLICT', { revision: 4 }],
  ['another past', 'ERR_CONFLICT', { previous: stateHash(first) }],
  ['another account', 'ERR_ACCOUNT_STATE', { account: makeAccount().id }],
  ['another time of creation', 'ERR_ACCOUNT_STATE', { created: 1001 }],
  ['another account key', 'ERR_ACCOUNT_STATE', { accountKey: makeAccount().keys.account }],
  [
    'another receiving key',
    'ERR_ACCOUNT_STATE',
    { identity: { ...second.identity, receiving: b64u(Buffer.alloc(32, 1)) } },
  ],
  [
    'another wrap of the signing key',
    'ERR_ACCOUNT_STATE',
    { identity: { ...second.identity, wrappedSigning: b64u(Buffer.alloc(76, 1)) } },
  ],
  ['a key gone', 'ERR_ACCOUNT_STATE', { keyring: [phi, pii] }],
  ['a key that changed its time', 'ERR_ACCOUNT_STATE', { keyring: [{ ...phiOld, created: 1 }, phi, pii] }],
  [
    'a key that changed its wrap',
    'ERR_ACCOUNT_STATE',
    { keyring: [{ ...phiOld, wrapped: b64u(Buffer.alloc(60)) }, phi, pii] },
  ],
  [
    'a key that changed its classification',
    'ERR_ACCOUNT_STATE',
    { keyring: [phiOld, phi, { ...pii, classification: 'confidential' }] },
  ],
  [
    'keys that changed their versions',
    'ERR_ACCOUNT_STATE',
    { keyring: [{ ...phiOld, version: 2 }, { ...phi, version: 1 }, pii] },
  ],
  ['a version left out', 'ERR_ACCOUNT_STATE', { keyring: [phiOld, retired, pii, key('phi', 4)] }],
  ['no active key where there was one', 'ERR_ACCOUNT_STATE', { keyring: [phiOld, retired, pii] }],
  [
    'the active key revoked and no other',
    'ERR_ACCOUNT_STATE',
    { keyring: [phiOld, { ...phi, state: 'revoked' }, pii] },
  ],
  [
    'the active key destroyed and an old one left',
    'ERR_ACCOUNT_STATE',
    { keyring: [phiOld, { ...phi, state: 'destroyed', wrapped: null }, pii] },
  ],
  ['two active keys of a classification', 'ERR_FORMAT_INVALID', { keyring: [phiOld, phi, pii, key('phi', 3)] }],
  [
    'passkeys alone',
    'ERR_ACCOUNT_STATE',
    {
      slots: [slot({ kind: 'passkey', name: null }), slot({ kind: 'passkey', name: null }), slot({ confirmed: null })],
    },
  ],
  [
    'a confirmed slot unconfirmed',
    'ERR_ACCOUNT_STATE',
    { slots: [password, { ...recovery, confirmed: null }, slot()] },
  ],
  ['a slot confirmed at another time', 'ERR_ACCOUNT_STATE', { slots: [password, { ...recovery, confirmed: 3000 }] }],
  [
    'a slot with another wrap',
    'ERR_ACCOUNT_STATE',
    { slots: [password, { ...recovery, wrapped: b64u(Buffer.alloc(60)) }] },
  ],
  ['one way in fewer than two', 'ERR_ACCOUNT_STATE', { slots: [password] }],
  ['one way in that is not confirmed', 'ERR_ACCOUNT_STATE', { slots: [password, slot({ confirmed: null })] }],
  ['a looser policy', 'ERR_ACCOUNT_STATE', { policy: { minIterations: 599_999, minSuite: 1 } }],
  ['a policy that no slot keeps', 'ERR_KDF_PARAMS', { policy: { minIterations: 600_001, minSuite: 1 } }],
  ['a weak password slot', 'ERR_KDF_PARAMS', { slots: [{ ...password, kdf: { ...KDF, iterations: 1 } }, recovery] }],
  ['a member of its own', 'ERR_FORMAT_INVALID', { ['admin' as 'account']: true }],
]

describe('the next account state is accepted with', () => {
  for (const [what, changes] of ACCEPTED) {
    test(what, () => {
      const next = nextState(second, changes)
      expect(verify(next, second)).toMatchObject({ hash: stateHash(next), state: { revision: 3 } })
    })
  }
})

describe('the next account state is refused with', () => {
  for (const [what, code, changes] of REFUSED) {
    test(what, () => expect(codeOf(() => verify(nextState(second, changes), second))).toBe(code))
  }

  test('the signature of another account, or of other bytes', () => {
    const next = nextState(second)
    const current = stateText(account, second)
    expect(codeOf(() => verifyAccountState(stateText(account, next, makeAccount().privateKey), current))).toBe(
      'ERR_ACCOUNT_STATE',
    )
    const [prefix, payload] = stateText(account, next).split('.')
    const [, , signature] = current.split('.')
    expect(codeOf(() => verifyAccountState([prefix, payload, signature].join('.'), current))).toBe('ERR_ACCOUNT_STATE')
  })
})

describe('the first account state', () => {
  test('is revision 1 with nothing before it', () => {
    expect(verify(first, null).hash).toBe(stateHash(first))
    expect(codeOf(() => verify({ ...first, previous: stateHash(first) }, null))).toBe('ERR_ACCOUNT_STATE')
    expect(codeOf(() => verify(second, null))).toBe('ERR_ACCOUNT_STATE')
    expect(codeOf(() => verify({ ...first, keyring: [phi] }, null))).toBe('ERR_ACCOUNT_STATE')
  })

  test('is active once two slots are confirmed', () => {
    const active = (state: object) => isAccountActive(parseAccountState(stateText(account, state)).state)
    expect([active(first), active(second)]).toEqual([false, true])
    expect(active({ ...second, slots: [password] })).toBe(false)
  })
})
