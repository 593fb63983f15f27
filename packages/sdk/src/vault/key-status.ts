import { CLASSIFICATIONS } from '../format/classification.ts'
import { refreshAccount } from './account.ts'
import { requireSession, type VaultContext } from './context.ts'
import type { KeyInfo } from './keys-api.ts'
import { countRecords, filesUnder, sumOf } from './record-counts.ts'

const DAY_MS = 86_400_000

/** Every key, by classification and version. */
export async function keyStatus(context: VaultContext): Promise<KeyInfo[]> {
  const { account } = await refreshAccount(context, requireSession(context))
  const counts = await countRecords(context.server)
  const now = Date.now()
  return account.state.keyring
    .map(({ kid, classification, version, state, created }) => {
      const days = CLASSIFICATIONS[classification].rotationDays
      const dueAt = state === 'active' && days !== null ? created + days * DAY_MS : null
      return {
        kid,
        classification,
        version,
        state,
        created: new Date(created),
        ageDays: Math.max(0, Math.floor((now - created) / DAY_MS)),
        dueAt: dueAt === null ? null : new Date(dueAt),
        isDue: dueAt !== null && dueAt <= now,
        records: sumOf(counts.keys.filter((count) => count.kid === kid)),
        files: filesUnder(counts, kid),
      }
    })
    .toSorted((a, b) => a.classification.localeCompare(b.classification) || a.version - b.version)
}
