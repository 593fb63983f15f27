/** When ways in were tried out on this device: what reminds the user of it. Kept in clear and unsigned, since nothing depends on it. */
import type { AccountState } from '../format/account-state.ts'
import type { Slot } from '../format/slot.ts'
import type { VaultContext } from './context.ts'

/** A kit that nobody has looked for in 90 days may be lost. */
const DUE_MS = 90 * 86_400_000

/** Remembers that a slot has just been opened as a drill; forgets slots that are gone. */
export async function noteDrill(
  { storage, exclusive }: VaultContext,
  { account, slots }: AccountState,
  slot: string,
): Promise<void> {
  await exclusive(`pin/${account}`, async () => {
    const row = await storage.readAccount(account)
    if (row === undefined) return
    const kept = Object.entries(row.drills ?? {}).filter(([id]) => slots.some((one) => one.id === id))
    await storage.writeAccount({ ...row, drills: { ...Object.fromEntries(kept), [slot]: Date.now() } })
  })
}

/** Whether it is time to try a slot out: only a recovery code lies unused for long. */
export async function isTestDue(
  { storage }: VaultContext,
  { account }: AccountState,
  { id, kind, created, confirmed }: Slot,
): Promise<boolean> {
  if (kind !== 'recovery') return false
  const last = (await storage.readAccount(account))?.drills?.[id] ?? 0
  return Date.now() - Math.max(created, confirmed ?? 0, last) >= DUE_MS
}
