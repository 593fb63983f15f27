import type { Classification } from '../format/classification.ts'
import { generateDataKey } from '../keys/data-key.ts'
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
      missing.map((classification) => {
        const version = 1 + state.keyring.filter((entry) => entry.classification === classification).length
        const place = { account: state.account, classification, version }
        return generateDataKey(accountKeys.wrapping, place, Date.now())
      }),
    )
    return added.length === 0 ? undefined : { state: { keyring: [...state.keyring, ...added] } }
  })
}
