/**
 * Erasure: the member of an account state that destroys keys. Such a state is a checkpoint: it names every state before it by its
 * hash, so that those can be deleted, with the wraps of the keys in them, and devices that know one of them can still go on.
 */
import { decodeBase64url } from '../bytes/base64url.ts'
import type { AccountState } from './account-state.ts'
import { HASH_BYTES } from './constants.ts'
import { type Kid, kidOf } from './kid.ts'
import { arrayOf, base64url, integer, object, oneOf } from './reader.ts'

/** How keys are destroyed. */
export const ERASURE_METHOD = 'NIST SP 800-88r2 cryptographic erase'

/** What a state that destroys keys says of it. */
export interface Erasure {
  readonly method: typeof ERASURE_METHOD
  /** The keys that are destroyed with this state, in the order of the keyring. */
  readonly kids: readonly Kid[]
  /** Milliseconds since 1970, by the clock of the device. */
  readonly time: number
  /** The hash of every state before this one, from the first on. */
  readonly ancestors: readonly string[]
}

const MAX_KIDS = 500
const MAX_ANCESTORS = 4096

/** Reads an erasure. */
export const readErasure: (value: unknown) => Erasure = object<Erasure>({
  method: oneOf(ERASURE_METHOD),
  kids: arrayOf((value) => kidOf(decodeBase64url(base64url(8)(value))), 1, MAX_KIDS),
  time: integer(0, Number.MAX_SAFE_INTEGER),
  ancestors: arrayOf(base64url(HASH_BYTES), 1, MAX_ANCESTORS),
})

/** True when the erasure of a state fits the state: one ancestor for each revision before it, and keys that are destroyed. */
export function isConsistentErasure({ erased, keyring, previous, revision }: AccountState): boolean {
  if (erased === undefined) return true
  const { kids, ancestors } = erased
  const destroyed = new Set(keyring.filter(({ state }) => state === 'destroyed').map(({ kid }) => kid))
  const isWhole = ancestors.length === revision - 1 && ancestors.at(-1) === previous
  return isWhole && new Set(kids).size === kids.length && kids.every((kid) => destroyed.has(kid))
}

/**
 * True when `to` is the next of the chain after the state `from`, or a checkpoint that names `from` in its place among the states
 * before it.
 */
export function followsState(from: { readonly state: AccountState; readonly hash: string }, to: AccountState): boolean {
  const { revision } = from.state
  const isNext = to.revision === revision + 1 && to.previous === from.hash
  return isNext || to.erased?.ancestors[revision - 1] === from.hash
}

/** True when the erasure in `to`, the state right after `from`, names exactly the keys that it destroys, and no other history. */
export function isTrueErasure(from: AccountState, { erased, keyring }: AccountState): boolean {
  if (erased === undefined) return true
  const before = new Map(from.keyring.map(({ kid, state }) => [kid, state]))
  const destroyed = keyring.filter(({ kid, state }) => state === 'destroyed' && before.get(kid) !== 'destroyed')
  const isSame = erased.kids.length === destroyed.length && destroyed.every(({ kid }, at) => kid === erased.kids[at])
  return isSame && (from.erased?.ancestors ?? []).every((hash, at) => hash === erased.ancestors[at])
}
