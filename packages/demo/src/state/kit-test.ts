/** Whether it is time to try the recovery code out. */
import { client } from '../client.ts'
import { createStore, type Store } from './store.ts'

interface KitTest {
  readonly isDue: boolean
}

export const kitTest: Store<KitTest> = createStore<KitTest>({ isDue: false })

/** Asks once, when the records are opened. Without an answer there is no reminder: it can wait for the next time. */
export async function askKitTest(): Promise<void> {
  const slots = await client.slots.list().catch(() => [])
  kitTest.set({ isDue: slots.some(({ kind, testDue }) => kind === 'recovery' && testDue) })
}
