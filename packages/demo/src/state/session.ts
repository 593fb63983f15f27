/** Whether the records are open, and how they are opened and locked. */
import type { Credentials, EnrolRequest, RecoveryKit } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { flash } from './flash.ts'
import { outbox, refreshOutbox } from './outbox.ts'
import { forgetRecords, loadRecords } from './records.ts'
import { rememberVisit } from './returning.ts'
import { go } from './route.ts'
import { createStore, type Store } from './store.ts'

/** `confirm`: the account is open, and its recovery code must be checked before anything else. */
export type Phase = 'locked' | 'confirm' | 'open'
/** Why the records are locked. */
export type LockReason = 'start' | 'user' | 'idle' | 'ended'

interface Session {
  readonly phase: Phase
  readonly reason: LockReason
  readonly account: string
  /** The new account's recovery kit, until its code is checked; never kept anywhere else. */
  readonly kit: RecoveryKit | null
}

export const session: Store<Session> = createStore<Session>({
  phase: 'locked',
  reason: 'start',
  account: '',
  kit: null,
})

/** Makes an account. Its recovery kit must be kept and its code entered again. */
export async function enrol(request: EnrolRequest): Promise<void> {
  const { recoveryKit } = await client.enrol(request)
  rememberVisit()
  const { account = '' } = await client.status()
  session.set({ phase: 'confirm', account, kit: recoveryKit })
  // A reload from here asks for the password, not for another account.
  go({ name: 'start' })
}

/** Opens the records. */
export async function unlock(credentials: Credentials): Promise<void> {
  await client.unlock(credentials)
  rememberVisit()
  const { account = '', recoveryConfirmed = false } = await client.status()
  session.set({ phase: recoveryConfirmed ? 'open' : 'confirm', account, kit: null })
  if (recoveryConfirmed) begin()
}

/** Checks the recovery code that the user kept; after it the account takes records. */
export async function confirm(recoveryCode: string): Promise<void> {
  await client.confirmRecovery(recoveryCode)
  session.set({ phase: 'open', kit: null })
  go({ name: 'start' })
  begin()
}

/** Takes everything from the screen at once, then ends the worker and the session with the server. */
export async function lock(reason: LockReason): Promise<void> {
  session.reset()
  session.set({ reason })
  forgetRecords()
  outbox.reset()
  flash.reset()
  go({ name: 'unlock' })
  await client.lock()
}

function begin(): void {
  void refreshOutbox()
  void loadRecords()
}

client.subscribe(({ state }) => {
  if (state === 'locked' && session.get().phase !== 'locked') void lock('ended')
})
