import { isLockstitchError } from '../errors.ts'
import { signAuditStatement } from '../keys/audit.ts'
import { object } from '../format/reader.ts'
import { refreshAccount } from './account.ts'
import type { VaultContext } from './context.ts'
import { answer } from './server-answer.ts'
import type { Session } from './session.ts'

const NOTED = answer(object<object>({}))

/**
 * Writes into the audit log that the account was unlocked, and with which slot; once for each unlock, when the server can be
 * reached. Without the server it is tried again with the next call.
 */
export async function noteUnlock(context: VaultContext): Promise<void> {
  const { session, isUnlockNoted } = context
  if (session === undefined || isUnlockNoted) return
  context.isUnlockNoted = true
  try {
    await note(context, session).catch(async (error: unknown) => {
      if (!isLockstitchError(error) || error.code !== 'ERR_REJECTED_BY_SERVER') throw error
      // Another device may have changed the account meanwhile, and a statement is of its newest state.
      await note(context, await refreshAccount(context, session))
    })
  } catch (error) {
    if (context.session !== undefined) context.isUnlockNoted = false
    // What the user asked for has been done; that it is written down later is no failure of it.
    if (!isLockstitchError(error)) throw error
  }
}

async function note({ server }: VaultContext, { account, recordKeys, slotId }: Session): Promise<void> {
  const kind = account.state.slots.find(({ id }) => id === slotId)?.kind
  const facts = [{ event: 'account.unlocked', id: slotId, ...(kind === undefined ? {} : { kind }) }] as const
  const { signing } = recordKeys.identity
  const statement = await signAuditStatement(account, facts, signing, Date.now())
  await server.call(NOTED, 'POST', '/v1/audit', { statement }, { account: recordKeys.account, signing })
}
