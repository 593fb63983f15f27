import { decodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { parseAccountState } from '../format/account-state.ts'
import { isAccountActive } from '../format/account-transition.ts'
import { type AccountKeys, deriveAccountKeys } from '../keys/account-key.ts'
import { type SignedAccountState, signingKeyOf, verifyAccountState } from '../keys/account-state.ts'
import type { Login, Opener } from '../keys/credential.ts'
import { type Identity, unwrapIdentity } from '../keys/identity.ts'
import { openKeyring } from '../keys/keyring.ts'
import { unwrapSlot } from '../keys/slot.ts'
import type { RecordKeys } from '../records/keys.ts'

/** An unlocked account. Dropping it locks. */
export interface Session {
  /** How the session with the server is started again. */
  readonly login: Login
  /** The slot that was opened. */
  readonly slotId: string
  readonly accountKeys: AccountKeys
  readonly recordKeys: RecordKeys & { readonly identity: Identity }
  readonly account: SignedAccountState
}

/**
 * Opens an account state with a credential: slot, account key and its commitment, identity, signature, keyring. What the
 * account key does not vouch for is not believed, whoever sent it.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when the credential does not open it or it is not whole, `ERR_ACCOUNT_STATE`
 * when it is not signed by the identity that the account key vouches for, or a code of `parseAccountState`.
 */
export async function openSession(stateText: unknown, credential: Opener): Promise<Session> {
  const { state } = parseAccountState(stateText)
  const { slot, accountKey } = await unwrapSlot(state.slots, credential, state.account)
  const accountKeys = await deriveAccountKeys(accountKey, state.account)
  if (!equalBytes(accountKeys.commitment, decodeBase64url(state.accountKey.commitment))) {
    throw new LockstitchError('ERR_UNLOCK_FAILED')
  }
  const identity = await oneCode(() => unwrapIdentity(accountKeys.wrapping, state.account, state.identity))
  const account = await verifyAccountState(stateText, signingKeyOf(state))
  return withKeyring({ login: credential.login, slotId: slot.id, accountKeys }, account, identity)
}

/** The same session on a newer state of the same account. */
export async function moveSession(session: Session, account: SignedAccountState): Promise<Session> {
  return withKeyring(session, account, session.recordKeys.identity)
}

/** True when both slots of the account have been opened once: it accepts records. */
export function isActive({ account }: Session): boolean {
  return isAccountActive(account.state)
}

type Opened = Pick<Session, 'login' | 'slotId' | 'accountKeys'>

async function withKeyring(
  { login, slotId, accountKeys }: Opened,
  account: SignedAccountState,
  identity: Identity,
): Promise<Session> {
  const { state } = account
  const keyring = await oneCode(() => openKeyring(accountKeys.wrapping, state))
  const recordKeys = {
    account: state.account,
    accountKid: state.accountKey.kid,
    manifestKey: accountKeys.manifest,
    keyring,
    identity,
  }
  return { login, slotId, accountKeys, account, recordKeys }
}

/** Failing to unwrap is one code, whichever of the wraps it was. */
async function oneCode<T>(unwrap: () => Promise<T>): Promise<T> {
  try {
    return await unwrap()
  } catch (error) {
    throw isLockstitchError(error) ? new LockstitchError('ERR_UNLOCK_FAILED') : error
  }
}
