import type { Classification } from '../format/classification.ts'
import { generateNextDataKey } from '../keys/data-key.ts'
import { hasActiveKey } from './account.ts'
import { changeAccount } from './change-account.ts'
import type { VaultContext } from './context.ts'

/**
 * Adds a key for every one of the classifications that has none to seal under.
 *
 * @throws LockstitchError the codes of {@link changeAccount}.
 */
export async function addDataKeys(context: VaultContext, classifications: ReadonlySet<Classification>): Promise<void> {
  await changeAccount(context, async ({ account: { state }, accountKeys }) => {
    const missing = [...classifications].filter((one) => !hasActiveKey(state, one))
    const added = await Promise.all(
      missing.map((classification) => generateNextDataKey(accountKeys.wrapping, state, classification, Date.now())),
    )
    return added.length === 0 ? undefined : { state: { keyring: [...state.keyring, ...added] } }
  })
}
