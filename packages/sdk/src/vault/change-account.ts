/** Changes of the account state: compare-and-swap on the server, chained and signed here. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { factsOf } from '../format/audit.ts'
import { type SignedAccountState, signAccountState } from '../keys/account-state.ts'
import { signAuditStatement } from '../keys/audit.ts'
import { adopt, newestState } from './account.ts'
import { requireSession, type VaultContext } from './context.ts'
import { isUnanswered } from './server-answer.ts'
import type { SlotLogin } from './server-api.ts'
import type { Session } from './session.ts'

const ATTEMPTS = 4

/** A change of the account state. */
export interface AccountChange {
  /** The members that differ. */
  readonly state: Partial<AccountState>
  /** How the slots that are new log in. */
  readonly logins?: readonly SlotLogin[]
  /** What this session goes on with, when the slot it was unlocked with is replaced. */
  readonly session?: Pick<Session, 'login' | 'slotId'>
}

/**
 * Replaces the account state by a changed one. When another device was faster, the change is made again on its state. When
 * no answer came, the server is asked whether it stored the change.
 *
 * @param change Gives the change, or `undefined` when there is nothing to change.
 * @throws LockstitchError `ERR_CONFLICT` after four lost races; `ERR_SESSION` when another device removed the slot of this
 * session, which locks the vault; and the codes of the server calls.
 */
export async function changeAccount(
  context: VaultContext,
  change: (session: Session) => Promise<AccountChange | undefined>,
): Promise<void> {
  await context.exclusive(`account/${requireSession(context).account.state.account}`, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const session = requireSession(context)
      const difference = await change(session)
      if (difference === undefined) return
      const next = await signNext(session, difference.state)
      const newest = (await putState(context, session, next, difference)) ?? (await newestState(context, session))
      if (newest.hash === next.hash) return void (await adopt(context, session, next, difference.session))
      if (newest === session.account) throw new LockstitchError('ERR_PROTOCOL')
      await adopt(context, session, newest)
    }
    throw new LockstitchError('ERR_CONFLICT')
  })
}

async function signNext(
  { account, recordKeys }: Session,
  difference: Partial<AccountState>,
): Promise<SignedAccountState> {
  const { state, hash } = account
  // What an earlier state erased is said by that state.
  const { erased: _erased, ...lasting } = state
  return signAccountState(
    { ...lasting, ...difference, revision: state.revision + 1, previous: hash },
    recordKeys.identity.signing,
  )
}

/** The state that was stored; undefined when another device was faster. */
async function putState(
  context: VaultContext,
  session: Session,
  next: SignedAccountState,
  change: AccountChange,
): Promise<SignedAccountState | undefined> {
  const { server } = context
  const { account, identity } = session.recordKeys
  try {
    const signer = { account, signing: identity.signing }
    const facts = factsOf(session.account.state, next.state)
    const statement = await signAuditStatement(next, facts, identity.signing, Date.now())
    const stored = await server.putState(
      signer,
      { state: next.text, logins: change.logins ?? [], statement },
      change.session?.login,
    )
    if (stored.revision !== next.state.revision || stored.hash !== next.hash) throw new LockstitchError('ERR_PROTOCOL')
    return next
  } catch (error) {
    if (isLockstitchError(error) && error.code === 'ERR_CONFLICT') return undefined
    if (isUnanswered(error) && (await isStored(context, session, next, change))) return next
    throw error
  }
}

/** Whether the server has stored a change, as far as it can be asked. */
async function isStored(
  context: VaultContext,
  session: Session,
  next: SignedAccountState,
  change: AccountChange,
): Promise<boolean> {
  const useLogin = ({ login }: Pick<Session, 'login'>): void => {
    if (context.session === session) context.server.useLogin(login, session.recordKeys.account)
  }
  try {
    // With the old slot gone, only the new login leads to the server.
    useLogin(change.session ?? session)
    if ((await newestState(context, session)).hash === next.hash) return true
  } catch {
    // Then it is not known, and the failure of the call itself says so.
  }
  useLogin(session)
  return false
}
