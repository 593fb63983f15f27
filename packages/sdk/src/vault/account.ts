/** The account state as the server shows it: followed along its chain, adopted by the session, remembered on the device. */
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import { checkTransition, type SignedAccountState, signingKeyOf, verifyAccountState } from '../keys/account-state.ts'
import type { AccountRow } from '../storage/database.ts'
import { beginTurn, requireSession, type VaultContext } from './context.ts'
import { moveSession, type Session } from './session.ts'

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
    const isOther = known !== undefined && known.stateText !== text
    const isNewer = isOther && (await revisionOf(known, signingKeyOf(state))) > state.revision
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

/**
 * Makes sure that every one of the classifications has a key to seal under.
 *
 * @throws LockstitchError the codes of `addDataKeys`.
 */
export async function ensureDataKeys(
  context: VaultContext,
  classifications: ReadonlySet<Classification>,
): Promise<void> {
  const { state } = requireSession(context).account
  if ([...classifications].every((one) => hasActiveKey(state, one))) return
  await (await context.part('manage')).addDataKeys(context, classifications)
}

/** True when the account has a key to seal new values of the classification under. */
export function hasActiveKey(state: AccountState, classification: Classification): boolean {
  return state.keyring.some((entry) => entry.classification === classification && entry.state === 'active')
}

/** The newest state of the session's account, as {@link followChain} leads to it. */
export function newestState(context: VaultContext, { account, recordKeys }: Session): Promise<SignedAccountState> {
  return followChain(context, account, recordKeys.identity.signingPublic)
}

/**
 * Moves the session to a state, and remembers it on this device.
 *
 * @throws LockstitchError `ERR_SESSION` when the slot of this session is none of the state, which locks the vault.
 */
export async function adopt(
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

/** The revision of a row, 0 when it is not a state that the account signed. */
async function revisionOf({ stateText }: AccountRow, signingPublic: Bytes): Promise<number> {
  try {
    return (await verifyAccountState(stateText, signingPublic)).state.revision
  } catch {
    return 0
  }
}
