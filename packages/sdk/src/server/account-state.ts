import { encodeBase64url, decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import {
  type AccountState,
  accountStateHashInput,
  accountStateSignatureInput,
  parseAccountState,
} from '../format/account-state.ts'
import { isAllowedTransition, isFirstState, keepsActiveKeys } from '../format/account-transition.ts'
import { isTrueErasure } from '../format/erasure.ts'
import { isSignedBy, sha256 } from './primitives.ts'

/** An account state that its account signed and that may follow the one before it. */
export interface VerifiedAccountState {
  readonly state: AccountState
  /** As it was received, and as it is stored. */
  readonly text: string
  /** base64url; what the next state must name as its `previous`. */
  readonly hash: string
}

/**
 * Checks an account state before it is stored: `next` against `current`, the one that is stored, or against `null` when
 * the account is new.
 *
 * A state must be well-formed and signed by its own signing key. The one after it must be the next of the chain, keep
 * the account, its creation time, its account key and its identity, keep every key of the keyring (whose state only
 * moves towards `destroyed`), leave no classification without an active key unless all its keys are destroyed, keep
 * confirmed slots confirmed, and loosen no policy.
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
  if (current !== null) checkNext(readSigned(current), after)
  else if (!isFirstState(after.state)) throw refused()
  return after
}

/**
 * Reads a state that destroyed keys and stands for all that were before it. What it followed is not known any more.
 *
 * @throws LockstitchError what `parseAccountState` throws; `ERR_ACCOUNT_STATE` when it is not signed, or is no such state.
 */
export function readCheckpoint(text: unknown): VerifiedAccountState {
  const checkpoint = readSigned(text)
  if (checkpoint.state.erased === undefined) throw refused()
  return checkpoint
}

function readSigned(text: unknown): VerifiedAccountState {
  const { state, payload, signature } = parseAccountState(text)
  const signingKey = decodeBase64url(state.identity.signing)
  if (!isSignedBy(signingKey, signature, accountStateSignatureInput(payload))) throw refused()
  return { state, text: text as string, hash: encodeBase64url(sha256(accountStateHashInput(payload))) }
}

function checkNext(current: VerifiedAccountState, next: VerifiedAccountState): void {
  const [from, to] = [current.state, next.state]
  if (to.account !== from.account) throw refused()
  if (to.revision !== from.revision + 1 || to.previous !== current.hash) throw new LockstitchError('ERR_CONFLICT')
  const isAllowed = isAllowedTransition(from, to) && keepsActiveKeys(from, to) && isTrueErasure(from, to)
  if (!isAllowed) throw refused()
}

function refused(): LockstitchError {
  return new LockstitchError('ERR_ACCOUNT_STATE')
}
