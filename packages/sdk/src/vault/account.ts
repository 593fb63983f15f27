/** Changes of the account state: compare-and-swap on the server, chained and signed here, remembered on the device. */
import type { Bytes } from '../assert.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { factsOf } from '../format/audit.ts'
import type { Classification } from '../format/classification.ts'
import {
  checkTransition,
  type SignedAccountState,
  signAccountState,
  signingKeyOf,
  verifyAccountState,
} from '../keys/account-state.ts'
import { signAuditStatement } from '../keys/audit.ts'
import { generateDataKey } from '../keys/data-key.ts'
import type { AccountRow } from '../storage/database.ts'
import { beginTurn, requireSession, type VaultContext } from './context.ts'
import { isUnanswered } from './server-answer.ts'
import type { SlotLogin } from './server-api.ts'
import { moveSession, type Session } from './session.ts'

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

/**
 * Makes sure that every one of the classifications has a key to seal under.
 *
 * @throws LockstitchError the codes of {@link changeAccount}.
 */
export async function ensureDataKeys(
  context: VaultContext,
  classifications: ReadonlySet<Classification>,
): Promise<void> {
  const missing = (session: Session): Classification[] =>
    [...classifications].filter((one) => !hasActiveKey(session.account.state, one))
  if (missing(requireSession(context)).length === 0) return
  await changeAccount(context, async (session) => {
    const { state } = session.account
    const added = await Promise.all(
      missing(session).map((classification) => {
        const version = 1 + state.keyring.filter((entry) => entry.classification === classification).length
        return generateDataKey(
          session.accountKeys.wrapping,
          { account: state.account, classification, version },
          Date.now(),
        )
      }),
    )
    return added.length === 0 ? undefined : { state: { keyring: [...state.keyring, ...added] } }
  })
}

/**
 * The state to which an unbroken chain leads from `from`, as the server shows it: the newest, or the one of revision `until`.
 *
 * @throws LockstitchError `ERR_ROLLBACK` when the chain breaks, `ERR_ACCOUNT_STATE` when a state is not the account's own.
 */
export async function followChain(
  { server }: VaultContext,
  from: SignedAccountState,
  signingPublic: Bytes,
  until: number = Number.POSITIVE_INFINITY,
): Promise<SignedAccountState> {
  let current = from
  for (;;) {
    const texts = await server.listStates(current.state.revision)
    if (texts.length === 0) return current
    for (const text of texts) {
      const next = await verifyAccountState(text, signingPublic)
      checkTransition(current, next)
      current = next
      if (current.state.revision === until) return current
    }
  }
}

/**
 * Remembers a state on this device: no older one is accepted from now on. What another tab has seen meanwhile and is newer
 * stays.
 */
export async function pinAccount(
  { storage, exclusive }: VaultContext,
  { state, text }: SignedAccountState,
  handleHash?: string,
): Promise<void> {
  const { account } = state
  await exclusive(`pin/${account}`, async () => {
    const known = await storage.readAccount(account)
    const isNewer = known !== undefined && (await revisionOf(known, signingKeyOf(state))) > state.revision
    const row = {
      ...known,
      account,
      handleHash: handleHash ?? known?.handleHash ?? '',
      stateText: isNewer ? known.stateText : text,
    }
    if (row.stateText !== known?.stateText || row.handleHash !== known.handleHash) await storage.writeAccount(row)
  })
}

/**
 * Moves the session to the newest state of its account, where another device has changed it.
 *
 * @returns The session on that state; the one that is given when there is no newer.
 * @throws LockstitchError the codes of {@link followChain}.
 */
export async function refreshAccount(context: VaultContext, session: Session): Promise<Session> {
  return context.exclusive(`account/${session.account.state.account}`, async () => {
    const current = requireSession(context)
    if (current.account.state.revision > session.account.state.revision) return current
    const newest = await newestState(context, session)
    return newest === session.account ? session : adopt(context, session, newest)
  })
}

/** The revision of a row, 0 when it is not a state that the account signed. */
async function revisionOf({ stateText }: AccountRow, signingPublic: Bytes): Promise<number> {
  try {
    return (await verifyAccountState(stateText, signingPublic)).state.revision
  } catch {
    return 0
  }
}

async function signNext(
  { account, recordKeys }: Session,
  difference: Partial<AccountState>,
): Promise<SignedAccountState> {
  const { state, hash } = account
  return signAccountState(
    { ...state, ...difference, revision: state.revision + 1, previous: hash },
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

function newestState(context: VaultContext, { account, recordKeys }: Session): Promise<SignedAccountState> {
  return followChain(context, account, recordKeys.identity.signingPublic)
}

async function adopt(
  context: VaultContext,
  session: Session,
  account: SignedAccountState,
  opened: Pick<Session, 'login' | 'slotId'> = session,
): Promise<Session> {
  const moved = await moveSession({ ...session, ...opened }, account)
  await pinAccount(context, account)
  // A vault that was locked in the meantime stays locked.
  if (context.session !== session) return moved
  if (!account.state.slots.some(({ id }) => id === opened.slotId)) {
    beginTurn(context)
    await context.storage.forgetDevice(opened.slotId)
    throw new LockstitchError('ERR_SESSION')
  }
  context.session = moved
  context.server.useLogin(opened.login, account.state.account)
  return moved
}

/** True when the account has a key to seal new values of the classification under. */
export function hasActiveKey(state: AccountState, classification: Classification): boolean {
  return state.keyring.some((entry) => entry.classification === classification && entry.state === 'active')
}
