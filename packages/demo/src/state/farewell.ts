/** Leaving for good: the account is destroyed, this browser forgets it, and what proves it stays on the screen. */
import type { AccountDestructionReport, OpeningCredentials } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { MODELS } from '../models.ts'
import { dropDrafts } from './drafts.ts'
import { forgetVisit } from './returning.ts'
import { session } from './session.ts'
import { createStore, type Store } from './store.ts'

interface Farewell {
  /** Empty: nobody has left. */
  readonly certificate: string
  readonly destroyedAt: Date
}

/** What is shown to who has left, until they close it; never kept anywhere else. */
export const farewell: Store<Farewell> = createStore<Farewell>({ certificate: '', destroyedAt: new Date(0) })

/** Destroys the account that is open. Unless the server says that it has deleted it, the app stays as it is. */
export async function leave(opening: OpeningCredentials): Promise<AccountDestructionReport> {
  const { account } = session.get()
  const report = await client.keys.destroy({ account: true, models: MODELS, with: opening })
  if (!report.isDeleted) return report
  farewell.set({ certificate: report.certificate, destroyedAt: report.destroyedAt })
  dropDrafts(account)
  // Somebody else may open records here with a PIN.
  const others = await client.devices.remembered().catch(() => [])
  if (others.length === 0) forgetVisit()
  return report
}
