/** Which account state may follow which: the same rules for a client that reads a chain and a server that stores one. */
import { encodeBase64url } from '../bytes/base64url.ts'
import { canonicalJson } from '../bytes/json.ts'
import type { AccountState, KeyState } from './account-state.ts'
import { HASH_BYTES } from './constants.ts'
import { isWayIn } from './slot.ts'

/** `previous` of the first state of an account. */
export const NO_PREVIOUS: string = encodeBase64url(new Uint8Array(HASH_BYTES))

/** What a key may become. Only a rotation that is rolled back makes a key active again. */
const NEXT_STATES: Readonly<Record<KeyState, readonly KeyState[]>> = {
  active: ['active', 'decrypt-only', 'retired', 'revoked', 'destroyed'],
  'decrypt-only': ['active', 'decrypt-only', 'retired', 'revoked', 'destroyed'],
  retired: ['retired', 'revoked', 'destroyed'],
  revoked: ['revoked', 'destroyed'],
  destroyed: ['destroyed'],
}

/**
 * True when two ways in have been opened once, and not all of them are passkeys, which a vendor's account can take away at
 * once: the account accepts records.
 */
export function isAccountActive({ slots }: AccountState): boolean {
  const opened = slots.filter((slot) => isWayIn(slot) && slot.confirmed !== null)
  return opened.length >= 2 && opened.some(({ kind }) => kind !== 'passkey')
}

/** True for a state that can be the first of an account. */
export function isFirstState(state: AccountState): boolean {
  return state.revision === 1 && state.previous === NO_PREVIOUS && hasWholeVersions(state)
}

/**
 * True when `to` keeps of `from` what must stay: account, identity and account key; every key of the keyring, whose state
 * only moves towards `destroyed`; every slot that stays, and two ways in; and a policy that is not looser. That it is
 * the next of the chain and signed is checked by the caller.
 */
export function isAllowedTransition(from: AccountState, to: AccountState): boolean {
  const isTight = to.policy.minIterations >= from.policy.minIterations && to.policy.minSuite >= from.policy.minSuite
  return isTight && keepsIdentity(from, to) && keepsKeyring(from, to) && keepsSlots(from, to) && hasWholeVersions(to)
}

/**
 * True when every classification that could be written to in `from` can be in `to`: it has an active key, or every key of it is
 * destroyed. A server refuses what is not. A reader of a chain does not depend on it: where a key is missing, one is made.
 */
export function keepsActiveKeys(from: AccountState, to: AccountState): boolean {
  return from.keyring.every(({ classification, state }) => {
    const after = to.keyring.filter((key) => key.classification === classification)
    const isWritable = after.some((key) => key.state === 'active')
    return state !== 'active' || isWritable || after.every((key) => key.state === 'destroyed')
  })
}

function keepsIdentity(from: AccountState, to: AccountState): boolean {
  const fixed = ({ account, created, accountKey, identity }: AccountState): string =>
    canonicalJson({ account, created, accountKey, identity })
  return fixed(from) === fixed(to)
}

/** A key never disappears or becomes another one; only its destruction takes its wrap away. */
function keepsKeyring(from: AccountState, to: AccountState): boolean {
  const kept = new Map(to.keyring.map((key) => [key.kid, key]))
  return from.keyring.every((before) => {
    const after = kept.get(before.kid)
    if (after === undefined || !NEXT_STATES[before.state].includes(after.state)) return false
    const wrapped = after.state === 'destroyed' ? null : before.wrapped
    return canonicalJson({ ...before, state: after.state, wrapped }) === canonicalJson(after)
  })
}

/** A slot may come or go, but one that stays is the same, its name aside, and stays confirmed, and two ways in are never fewer again. */
function keepsSlots(from: AccountState, to: AccountState): boolean {
  if (isAccountActive(from) && !isAccountActive(to)) return false
  const before = new Map(from.slots.map((slot) => [slot.id, slot]))
  return to.slots.every((slot) => {
    const same = before.get(slot.id)
    if (same === undefined) return true
    const confirmed = same.confirmed ?? slot.confirmed
    // A device may be given another name: nothing depends on it.
    const name = 'name' in same && 'name' in slot ? { name: slot.name } : {}
    return canonicalJson({ ...same, confirmed, ...name }) === canonicalJson(slot)
  })
}

/** The versions of each classification are 1 to n, so that a later key cannot pass for an earlier one. */
function hasWholeVersions({ keyring }: AccountState): boolean {
  const counts = new Map<string, number>()
  for (const { classification } of keyring) counts.set(classification, (counts.get(classification) ?? 0) + 1)
  return keyring.every(({ classification, version }) => version <= (counts.get(classification) as number))
}
