import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import {
  type AccountState,
  accountStateHashInput,
  accountStatePayload,
  accountStateSignatureInput,
  type AccountStateText,
  type ParsedAccountState,
  parseAccountState,
  serializeAccountState,
} from '../format/account-state.ts'
import { isAllowedTransition } from '../format/account-transition.ts'
import { followsState, isTrueErasure } from '../format/erasure.ts'
import { digest } from '../crypto/digest.ts'
import { sign, verifySignature } from '../crypto/sign.ts'

/** A signed account state, its text and its hash. */
export interface SignedAccountState {
  readonly state: AccountState
  readonly text: AccountStateText
  /** base64url; what the next state names as its `previous`. */
  readonly hash: string
}

/** Signs a state with the account's own identity. */
export async function signAccountState(state: AccountState, signingKey: CryptoKey): Promise<SignedAccountState> {
  const payload = accountStatePayload(state)
  const signature = await sign(signingKey, accountStateSignatureInput(payload))
  return { state, text: serializeAccountState(payload, signature), hash: await hashPayload(payload) }
}

/**
 * Reads a state and checks that it is signed by the given identity.
 *
 * @throws LockstitchError what `parseAccountState` throws, or `ERR_ACCOUNT_STATE` when the signature is not of that identity.
 */
export async function verifyAccountState(text: unknown, signingPublic: Bytes): Promise<SignedAccountState> {
  const parsed = parseAccountState(text)
  const isSigned = await verifySignature(signingPublic, parsed.signature, accountStateSignatureInput(parsed.payload))
  if (!isSigned) throw new LockstitchError('ERR_ACCOUNT_STATE')
  return { state: parsed.state, text: text as AccountStateText, hash: await hashAccountState(parsed) }
}

/** The hash of a parsed state, base64url. */
export async function hashAccountState({ payload }: ParsedAccountState): Promise<string> {
  return hashPayload(payload)
}

/**
 * Checks that one state may follow another: the next revision, chained, or a checkpoint that names the other among those before it; the
 * same account, and nothing loosened.
 *
 * @throws LockstitchError `ERR_ROLLBACK` when it is not the next one of the chain, `ERR_ACCOUNT_STATE` when it loosens.
 */
export function checkTransition(from: SignedAccountState, to: SignedAccountState): void {
  if (!followsState(from, to.state)) throw new LockstitchError('ERR_ROLLBACK')
  const isNext = to.state.revision === from.state.revision + 1
  const isTrue = !isNext || isTrueErasure(from.state, to.state)
  if (!isTrue || !isAllowedTransition(from.state, to.state)) throw new LockstitchError('ERR_ACCOUNT_STATE')
}

async function hashPayload(payload: Bytes): Promise<string> {
  return encodeBase64url(await digest(accountStateHashInput(payload)))
}

/** The signing key that a state itself names. */
export function signingKeyOf(state: AccountState): Bytes {
  return decodeBase64url(state.identity.signing)
}
