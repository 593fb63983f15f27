import { derivePasswordCredential, type PasswordCredential } from '../keys/credential.ts'
import { rewrapSlot, unwrapSlot } from '../keys/slot.ts'
import { changeAccount } from './change-account.ts'
import { requireSession, type VaultContext } from './context.ts'
import { generateKdf } from './password-kdf.ts'

/** A password that has just unlocked an account, and what it was stretched to. */
export interface WeakPassword {
  readonly password: string
  readonly credential: PasswordCredential
}

/**
 * Stretches a password anew with the iterations of today, and puts its slot in the place of the old one. How many there are is
 * said by the app and by the account's own policy; no answer of a server has a say in it.
 *
 * @throws LockstitchError the codes of {@link changeAccount}; then everything is as it was.
 */
export async function raiseIterations(
  context: VaultContext,
  { password, credential: weak }: WeakPassword,
): Promise<void> {
  const kdf = generateKdf(context.iterations, requireSession(context).account.state.policy)
  const credential = await derivePasswordCredential(password, weak.login.handle, kdf)
  await changeAccount(context, async ({ account: { state }, slotId }) => {
    const { slot: old } = await unwrapSlot(state.slots, weak, state.account)
    if (old.kind !== 'password' || old.kdf.iterations >= kdf.iterations) return undefined
    const slot = await rewrapSlot([old], weak, credential, state.account, Date.now())
    await unwrapSlot([slot], credential, state.account)
    const kept = { ...slot, created: old.created, confirmed: old.confirmed }
    return {
      state: {
        slots: state.slots.map((one) => (one === old ? kept : one)),
        policy: { ...state.policy, minIterations: Math.max(state.policy.minIterations, kdf.iterations) },
      },
      logins: [{ slot: slot.id, login: credential.login }],
      ...(old.id === slotId ? { session: { login: credential.login, slotId: slot.id } } : {}),
    }
  })
}
