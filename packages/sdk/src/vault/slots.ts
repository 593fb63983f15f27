/** Ways into an account: added, removed and tried out. Each is a wrap of the same account key. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { isAccountActive } from '../format/account-transition.ts'
import type { SealedNote } from '../format/note.ts'
import type { Slot } from '../format/slot.ts'
import { type Credential, derivePasswordCredential, deriveRecoveryCredential } from '../keys/credential.ts'
import { type NotePlace, openNote, sealNote } from '../keys/note.ts'
import { generateRecoveryCode } from '../keys/recovery-code.ts'
import { rewrapSlot, unwrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import { changeAccount } from './change-account.ts'
import type { OpeningCredentials } from './api.ts'
import { requireSession, type VaultContext } from './context.ts'
import { normalizeHandle } from './handle.ts'
import type { Session } from './session.ts'
import type { AddedSlot, AddSlotRequest, NewSlot, SlotInfo } from './slots-api.ts'
import { isTestDue, noteDrill } from './drills.ts'
import { generateKdf } from './password-kdf.ts'
import { recoveryWords } from './recovery.ts'
import { deriveOtherCredential } from './other-credentials.ts'
import { confirmSlot, testOpen } from './confirm.ts'

/** Every way in, oldest first. */
export async function listSlots(context: VaultContext): Promise<SlotInfo[]> {
  const session = await refreshAccount(context, requireSession(context))
  const { account, slotId } = session
  return Promise.all(
    account.state.slots.map(async (slot) => ({
      id: slot.id,
      kind: slot.kind,
      ...(slot.kind === 'passkey' && slot.name !== null ? { name: await openName(session, slot.id, slot.name) } : {}),
      created: new Date(slot.created),
      confirmed: slot.confirmed === null ? null : new Date(slot.confirmed),
      isCurrent: slot.id === slotId,
      testDue: await isTestDue(context, account.state, slot),
    })),
  )
}

/** A name that does not open is no reason not to list the others. */
async function openName(session: Session, slot: string, name: SealedNote): Promise<string | null> {
  try {
    return await openNote(session.accountKeys.notes, namePlace(session, slot), name)
  } catch (error) {
    if (isLockstitchError(error)) return null
    throw error
  }
}

function namePlace({ account }: Session, slot: string): NotePlace {
  return { account: account.state.account, slot, purpose: 'name' }
}

/**
 * Adds a way in, and takes away the one whose place it takes.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` when `with` opens no slot of this account, the codes of deriving either
 * credential, and those of {@link changeAccount}.
 */
export async function addSlot(
  context: VaultContext,
  { with: opening, slot: order }: AddSlotRequest,
  signal?: AbortSignal,
): Promise<AddedSlot> {
  const { account } = requireSession(context)
  const opener = await deriveOpening(context, account.state, opening)
  // Before anything is derived for a new slot, and before anything is shown to the user.
  await unwrapSlot(account.state.slots, opener, account.state.account)
  throwIfAborted(signal)
  const { credential, code } = await deriveNew(context, order, account.state)
  const words = code === undefined ? [] : await recoveryWords(context, code)
  throwIfAborted(signal)
  const now = Date.now()
  let added: Slot | undefined
  await changeAccount(context, async (session) => {
    const { state } = session.account
    const slot = await rewrapSlot(state.slots, opener, credential, state.account, now)
    // It opens what it was made from, which is known before anything depends on it.
    await unwrapSlot([slot], credential, state.account)
    const isReplacing = credential.kind === 'password'
    const replaced = state.slots.filter(({ kind }) => isReplacing && kind === credential.kind)
    const confirmed = isReplacing ? now : null
    const name = order.kind === 'passkey' ? order.name : undefined
    added =
      slot.kind === 'passkey' && name !== undefined
        ? { ...slot, name: await sealNote(session.accountKeys.notes, namePlace(session, slot.id), name) }
        : { ...slot, confirmed }
    const isCurrent = replaced.some(({ id }) => id === session.slotId)
    return {
      state: {
        slots: [...state.slots.filter((one) => !replaced.includes(one)), added],
        policy: tightened(state.policy, credential),
      },
      logins: [{ slot: slot.id, login: credential.login }],
      ...(isCurrent ? { session: { login: credential.login, slotId: slot.id } } : {}),
    }
  })
  const { id } = added as Slot
  if (code === undefined) return { slot: id }
  const kit = { recoveryCode: code, words, account: account.state.account, created: new Date(now) }
  return { slot: id, recoveryKit: kit }
}

/**
 * Removes a way in.
 *
 * @throws LockstitchError `ERR_SLOT_UNKNOWN`, `ERR_SLOT_NEEDED` when the account would not be left with two ways in, and
 * the codes of {@link changeAccount}: `ERR_SESSION` when it is the slot of this session, which then is locked.
 */
export async function removeSlot(context: VaultContext, id: string): Promise<void> {
  await changeAccount(context, async ({ account: { state } }) => {
    const slots = state.slots.filter((slot) => slot.id !== id)
    if (slots.length === state.slots.length) throw new LockstitchError('ERR_SLOT_UNKNOWN')
    if (!isAccountActive({ ...state, slots })) throw new LockstitchError('ERR_SLOT_NEEDED')
    return { state: { slots } }
  })
}

/** Opens a slot from the server's copy, and marks one that was never opened. */
export async function testSlot(
  context: VaultContext,
  secret: OpeningCredentials,
  signal?: AbortSignal,
): Promise<{ slot: string }> {
  const session = requireSession(context)
  const credential = await deriveOpening(context, session.account.state, secret)
  const slot = await testOpen(context, session, credential)
  throwIfAborted(signal)
  await confirmSlot(context, slot, credential.login)
  // It was opened, whether or not this device can remember when.
  await noteDrill(context, session.account.state, slot).catch(() => undefined)
  return { slot }
}

/** The credential of a secret, by the parameters that the account itself signed. */
export async function deriveOpening(
  context: VaultContext,
  { slots }: AccountState,
  secret: OpeningCredentials,
): Promise<Credential> {
  if ('recoveryCode' in secret || !('password' in secret)) return deriveOtherCredential(context, secret)
  if (typeof secret.password !== 'string') throw new LockstitchError('ERR_PASSWORD_INVALID')
  const kdf = slots.flatMap((slot) => (slot.kind === 'password' ? [slot.kdf] : []))[0]
  if (kdf === undefined) throw new LockstitchError('ERR_UNLOCK_FAILED')
  return derivePasswordCredential(secret.password, normalizeHandle(secret.handle), kdf)
}

/** The credential of a way in that is to be added. */
export async function deriveNew(
  context: VaultContext,
  order: NewSlot,
  { policy }: AccountState,
): Promise<{ credential: Credential; code?: string }> {
  if (order.kind === 'recovery') {
    const code = await generateRecoveryCode()
    return { credential: await deriveRecoveryCredential(code), code }
  }
  if (order.kind === 'passkey')
    return { credential: await deriveOtherCredential(context, { passkey: order.secret ?? true }) }
  if (typeof order.password !== 'string') throw new LockstitchError('ERR_PASSWORD_INVALID')
  const kdf = generateKdf(context.iterations, policy)
  return { credential: await derivePasswordCredential(order.password, normalizeHandle(order.handle), kdf) }
}

/** What one password was stretched with, none is stretched with less any more. */
function tightened(policy: AccountState['policy'], credential: Credential): AccountState['policy'] {
  if (credential.kind !== 'password') return policy
  return { ...policy, minIterations: Math.max(policy.minIterations, credential.kdf.iterations) }
}
