import { encodeBase64url, decodeBase64url } from '../bytes/base64url.ts'
import { canonicalJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import {
  type AccountState,
  accountStateHashInput,
  accountStateSignatureInput,
  type KeyState,
  parseAccountState,
} from '../format/account-state.ts'
import { HASH_BYTES } from '../format/constants.ts'
import { isSignedBy, sha256 } from './primitives.ts'

/** An account state that its account signed and that may follow the one before it. */
export interface VerifiedAccountState {
  readonly state: AccountState
  /** As it was received, and as it is stored. */
  readonly text: string
  /** base64url; what the next state must name as its `previous`. */
  readonly hash: string
}

const KEY_STATES: readonly KeyState[] = ['active', 'decrypt-only', 'revoked', 'destroyed']
const NO_PREVIOUS = encodeBase64url(new Uint8Array(HASH_BYTES))

/**
 * Checks an account state before it is stored: `next` against `current`, the one that is stored, or against `null` when
 * the account is new.
 *
 * A state must be well-formed and signed by its own signing key. The one after it must be the next of the chain, keep
 * the account, its creation time, its account key and its identity, keep every key of the keyring (whose state only
 * moves towards `destroyed`), keep confirmed slots confirmed, and loosen no policy.
 *
 * @throws LockstitchError what `parseAccountState` throws for a malformed one; `ERR_CONFLICT` when it does not follow
 * `current`; `ERR_ACCOUNT_STATE` when it is not signed, or changes or loosens what stays.
 *
 * @example
 * ```ts
 * import { verifyAccountState } from '@lockstitch/sdk/server'
 *
 * const stored = new Map<string, string>()
 *
 * export function putAccountState(account: string, text: unknown): string {
 *   const current = stored.get(account)
 *   if (current === undefined) throw new Error('no such account')
 *   const next = verifyAccountState(text, current)
 *   stored.set(account, next.text)
 *   return next.hash
 * }
 * ```
 */
export function verifyAccountState(next: unknown, current: string | null): VerifiedAccountState {
  const after = readSigned(next)
  if (current === null) checkFirst(after.state)
  else checkNext(readSigned(current), after)
  return after
}

/**
 * Whether an account may store records: at least two of its slots have been opened since they were made, so that the
 * loss of one way in loses nothing.
 *
 * @example
 * ```ts
 * import { isAccountActive, verifyAccountState } from '@lockstitch/sdk/server'
 *
 * export function mayStore(stateText: string): boolean {
 *   return isAccountActive(verifyAccountState(stateText, null).state)
 * }
 * ```
 */
export function isAccountActive(state: AccountState): boolean {
  return state.slots.filter((slot) => slot.confirmed !== null).length >= 2
}

function readSigned(text: unknown): VerifiedAccountState {
  const { state, payload, signature } = parseAccountState(text)
  const signingKey = decodeBase64url(state.identity.signing)
  if (!isSignedBy(signingKey, signature, accountStateSignatureInput(payload))) throw refused()
  return { state, text: text as string, hash: encodeBase64url(sha256(accountStateHashInput(payload))) }
}

function checkFirst(state: AccountState): void {
  if (state.revision !== 1 || state.previous !== NO_PREVIOUS || !hasWholeVersions(state)) throw refused()
}

function checkNext(current: VerifiedAccountState, next: VerifiedAccountState): void {
  const [from, to] = [current.state, next.state]
  if (to.account !== from.account) throw refused()
  if (to.revision !== from.revision + 1 || to.previous !== current.hash) throw new LockstitchError('ERR_CONFLICT')
  const isKept = keepsIdentity(from, to) && keepsKeyring(from, to) && keepsSlots(from, to) && hasWholeVersions(to)
  const isTight = to.policy.minIterations >= from.policy.minIterations && to.policy.minSuite >= from.policy.minSuite
  if (!isKept || !isTight) throw refused()
}

function keepsIdentity(from: AccountState, to: AccountState): boolean {
  const fixed = ({ created, accountKey, identity }: AccountState): string =>
    canonicalJson({ created, accountKey, identity })
  return fixed(from) === fixed(to)
}

/** A key never disappears or becomes another one; only its destruction overwrites the wrapped bytes. */
function keepsKeyring(from: AccountState, to: AccountState): boolean {
  const kept = new Map(to.keyring.map((key) => [key.kid, key]))
  return from.keyring.every((before) => {
    const after = kept.get(before.kid)
    if (after === undefined || KEY_STATES.indexOf(after.state) < KEY_STATES.indexOf(before.state)) return false
    const isDestroyedNow = after.state === 'destroyed' && before.state !== 'destroyed'
    const { state, wrapped } = after
    const expected = isDestroyedNow ? { ...before, state, wrapped } : { ...before, state }
    return canonicalJson(expected) === canonicalJson(after)
  })
}

/** A slot may come or go, but one that stays is the same and stays confirmed, and two ways in are never fewer again. */
function keepsSlots(from: AccountState, to: AccountState): boolean {
  if (isAccountActive(from) && !isAccountActive(to)) return false
  const before = new Map(from.slots.map((slot) => [slot.id, slot]))
  return to.slots.every((slot) => {
    const same = before.get(slot.id)
    if (same === undefined) return true
    const confirmed = same.confirmed ?? slot.confirmed
    return canonicalJson({ ...same, confirmed }) === canonicalJson(slot)
  })
}

/** The versions of each classification are 1 to n, so that a later key cannot pass for an earlier one. */
function hasWholeVersions({ keyring }: AccountState): boolean {
  const counts = new Map<string, number>()
  for (const { classification } of keyring) counts.set(classification, (counts.get(classification) ?? 0) + 1)
  return keyring.every(({ classification, version }) => version <= (counts.get(classification) as number))
}

function refused(): LockstitchError {
  return new LockstitchError('ERR_ACCOUNT_STATE')
}
