/** Slots are tried out: a secret counts once it has opened its slot from the server's copy. */
import { equalBytes } from '../bytes/equal.ts'
import { LockstitchError } from '../errors.ts'
import type { Credential, Login } from '../keys/credential.ts'
import { throwIfAborted } from './abort.ts'
import { changeAccount } from './change-account.ts'
import { requireSession, type VaultContext } from './context.ts'
import { deriveRecovery } from './recovery.ts'
import { openSession, type Session } from './session.ts'

/**
 * Opens the recovery slot with the code as the user kept it, from the server's copy, and marks it as tested: from then on
 * the account accepts records.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` for a typing error, `ERR_UNLOCK_FAILED` for the code of another account,
 * `ERR_LOCKED`, and the codes of the transport.
 */
export async function confirmRecovery(
  context: VaultContext,
  recoveryCode: string,
  signal?: AbortSignal,
): Promise<void> {
  const session = requireSession(context)
  const credential = await deriveRecovery(context, recoveryCode)
  const tested = await testOpen(context, session, credential)
  throwIfAborted(signal)
  await confirmSlot(context, tested, credential.login)
}

/**
 * Marks a slot as opened. A code that was replaced opens nothing any more once the new one is known to be kept.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when the account has no such slot any more, and the codes of {@link changeAccount}.
 */
export async function confirmSlot(context: VaultContext, id: string, login: Login): Promise<void> {
  await changeAccount(context, async ({ account, slotId }) => {
    const { slots } = account.state
    const slot = slots.find((one) => one.id === id)
    // An older state of the account can have a slot that is no longer one.
    if (slot === undefined) throw new LockstitchError('ERR_UNLOCK_FAILED')
    if (slot.confirmed !== null) return undefined
    const kept = slots.filter((one) => one === slot || one.kind !== 'recovery' || slot.kind !== 'recovery')
    const isCurrent = !kept.some((one) => one.id === slotId)
    return {
      state: { slots: kept.map((one) => (one === slot ? { ...one, confirmed: Date.now() } : one)) },
      ...(isCurrent ? { session: { login, slotId: id } } : {}),
    }
  })
}

/**
 * The id of the slot that a credential opens, in this very account and from the server's copy.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when it opens none of this account, and the codes of the transport.
 */
export async function testOpen({ server }: VaultContext, session: Session, credential: Credential): Promise<string> {
  try {
    const { state } = await server.startSession(credential.login)
    const opened = await openSession(state, credential)
    if (!equalBytes(opened.accountKeys.commitment, session.accountKeys.commitment))
      throw new LockstitchError('ERR_UNLOCK_FAILED')
    return opened.slotId
  } finally {
    // The session goes on with the login it was unlocked with.
    server.useLogin(session.login, session.account.state.account)
  }
}
