/** Changes of the account state: compare-and-swap on the server, chained and signed here, remembered on the device. */
import type { Bytes } from '../assert.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import {
  checkTransition,
  type SignedAccountState,
  signAccountState,
  signingKeyOf,
  verifyAccountState,
} from '../keys/account-state.ts'
import { generateDataKey } from '../keys/data-key.ts'
import type { AccountRow } from '../storage/database.ts'
import { requireSession, type VaultContext } from './context.ts'
import { moveSession, type Session } from './session.ts'

const ATTEMPTS = 4

/**
 * Replaces the account state by a changed one. When another device was faster, the change is made again on its state.
 *
 * @param change Gives the members that differ, or `undefined` when there is nothing to change.
 * @throws LockstitchError `ERR_CONFLICT` after four lost races, and the codes of the server calls.
 */
export async function changeAccount(
  context: VaultContext,
  change: (session: Session) => Promise<Partial<AccountState> | undefined>,
): Promise<void> {
  await context.exclusive(`account/${requireSession(context).account.state.account}`, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const session = requireSession(context)
      const difference = await change(session)
      if (difference === undefined) return
      const next = await signNext(session, difference)
      if (await putState(context, session, next)) return void (await adopt(context, session, next))
      await catchUp(context, session)
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
    return added.length === 0 ? undefined : { keyring: [...state.keyring, ...added] }
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
    const newest = await followChain(context, session.account, session.recordKeys.identity.signingPublic)
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

/** False when another device was faster. */
async function putState({ server }: VaultContext, { recordKeys }: Session, next: SignedAccountState): Promise<boolean> {
  try {
    const stored = await server.putState(
      { account: recordKeys.account, signing: recordKeys.identity.signing },
      next.text,
    )
    if (stored.revision !== next.state.revision || stored.hash !== next.hash) throw new LockstitchError('ERR_PROTOCOL')
    return true
  } catch (error) {
    if (isLockstitchError(error) && error.code === 'ERR_CONFLICT') return false
    throw error
  }
}

async function catchUp(context: VaultContext, session: Session): Promise<void> {
  const newest = await followChain(context, session.account, session.recordKeys.identity.signingPublic)
  if (newest === session.account) throw new LockstitchError('ERR_PROTOCOL')
  await adopt(context, session, newest)
}

async function adopt(context: VaultContext, session: Session, account: SignedAccountState): Promise<Session> {
  const moved = await moveSession(session, account)
  await pinAccount(context, account)
  // A vault that was locked in the meantime stays locked.
  if (context.session === session) context.session = moved
  return moved
}

/** True when the account has a key to seal new values of the classification under. */
export function hasActiveKey(state: AccountState, classification: Classification): boolean {
  return state.keyring.some((entry) => entry.classification === classification && entry.state === 'active')
}
