/** Whether the records are open, and how they are opened and locked. */
import type {
  ClientStatus,
  Credentials,
  EnrolRequest,
  LockOptions,
  LockReason,
  LockWarning,
  RecoveryKit,
  UnlockOptions,
} from '@lockstitch/sdk'
import { client } from '../client.ts'
import { flash } from './flash.ts'
import { askKitTest, kitTest } from './kit-test.ts'
import { outbox, refreshOutbox } from './outbox.ts'
import { forgetRecords, loadRecords } from './records.ts'
import { forgetRenewal } from './renewal.ts'
import { rememberVisit } from './returning.ts'
import { go } from './route.ts'
import { createStore, type Store } from './store.ts'

/**
 * `confirm`: the account is open, and its recovery code must be checked before anything else. `password`: the recovery code has
 * opened it, and the user is asked for a new password.
 */
export type Phase = 'locked' | 'confirm' | 'password' | 'open'

interface Session {
  readonly phase: Phase
  /** Why the records are locked. */
  readonly reason: LockReason | 'start' | 'user'
  /** So many changes were lost with the lock of a shared computer. */
  readonly lost: number
  readonly account: string
  /** What the user signed in with; empty after another way in. The server knows it too. */
  readonly handle: string
  /** Others use this computer too: nothing is kept on it. Still known after the lock. */
  readonly isShared: boolean
  /** The records lock by themselves soon. */
  readonly warning: LockWarning | null
  /** So many changes would be lost if a shared computer were locked now; the user has to choose. */
  readonly unsent: number
  /** The new account's recovery kit, until its code is checked; never kept anywhere else. */
  readonly kit: RecoveryKit | null
}

export const session: Store<Session> = createStore<Session>({
  phase: 'locked',
  reason: 'start',
  lost: 0,
  account: '',
  handle: '',
  isShared: false,
  warning: null,
  unsent: 0,
  kit: null,
})

/** The recovery code that has just opened the records, until a new password is set with it or put off. No component reads it. */
const recovered = createStore({ code: '' })

/** Makes an account. Its recovery kit must be kept and its code entered again. */
export async function enrol(request: EnrolRequest, { shared = false }: UnlockOptions): Promise<void> {
  const { recoveryKit } = await client.enrol(request, { shared })
  if (!shared) rememberVisit()
  const { account = '' } = await client.status()
  session.set({ phase: 'confirm', account, handle: request.handle, isShared: shared, kit: recoveryKit })
  // A reload from here asks for the password, not for another account.
  go({ name: 'start' })
}

/** Opens the records. */
export async function unlock(credentials: Credentials, { shared = false }: UnlockOptions): Promise<void> {
  await client.unlock(credentials, { shared })
  if (!shared) rememberVisit()
  const { account = '', recoveryConfirmed = false } = await client.status()
  const code = 'recoveryCode' in credentials ? credentials.recoveryCode : ''
  const phase = !recoveryConfirmed ? 'confirm' : code === '' ? 'open' : 'password'
  if (phase === 'password') recovered.set({ code })
  session.set({
    phase,
    account,
    handle: 'password' in credentials ? credentials.handle : '',
    isShared: shared,
    kit: null,
  })
  if (phase === 'open') begin()
}

/** Sets a new password with the recovery code that opened the records, in place of the old one. */
export async function setPassword(handle: string, password: string): Promise<void> {
  const { code } = recovered.get()
  await client.slots.add({ with: { recoveryCode: code }, slot: { kind: 'password', handle, password } })
  session.set({ handle })
  keepPassword()
}

/** Goes on to the records; from here on the recovery code is forgotten. */
export function keepPassword(): void {
  recovered.reset()
  session.set({ phase: 'open' })
  begin()
}

/** Checks the recovery code that the user kept; after it the account takes records. */
export async function confirm(recoveryCode: string): Promise<void> {
  await client.confirmRecovery(recoveryCode)
  session.set({ phase: 'open', kit: null })
  go({ name: 'start' })
  begin()
}

/** Locks, unless a shared computer holds changes that are nowhere else: then the user is asked. */
export async function lock(options: LockOptions = {}): Promise<void> {
  const { locked, unsent } = await client.lock(options)
  if (!locked) session.set({ unsent })
}

/** The user stays, with the changes that could not be sent. */
export function stay(): void {
  session.set({ unsent: 0 })
}

function begin(): void {
  void refreshOutbox()
  void loadRecords()
  void askKitTest()
}

/** Takes everything from the screen at once. */
function clear(status: ClientStatus): void {
  const { reason = 'user' as const, lost = 0 } = status
  const { isShared } = session.get()
  recovered.reset()
  kitTest.reset()
  session.reset()
  session.set({ reason, lost, isShared })
  forgetRecords()
  forgetRenewal()
  outbox.reset()
  flash.reset()
  go({ name: 'unlock' })
}

client.subscribe((status) => {
  if (session.get().phase === 'locked') return
  if (status.state === 'locked') clear(status)
  else session.set({ warning: status.warning ?? null })
})

// Closing the tab of a shared computer loses what waits there; the browser asks in its own words.
window.addEventListener('beforeunload', (event) => {
  if (session.get().isShared && outbox.get().pending.length > 0) event.preventDefault()
})
