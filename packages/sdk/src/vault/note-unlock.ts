import { isLockstitchError } from '../errors.ts'
import { signAuditStatement } from '../keys/audit.ts'
import { object } from '../format/reader.ts'
import type { VaultContext } from './context.ts'
import { answer } from './server-answer.ts'

const NOTED = answer(object<object>({}))

/**
 * Writes into the audit log that the account was unlocked, and with which slot; once for each unlock, when the server can be
 * reached. Without the server it is tried again with the next call.
 */
export async function noteUnlock(context: VaultContext): Promise<void> {
  const { session, isUnlockNoted } = context
  if (session === undefined || isUnlockNoted) return
  context.isUnlockNoted = true
  const { account, recordKeys, slotId } = session
  const kind = account.state.slots.find(({ id }) => id === slotId)?.kind
  const facts = [{ event: 'account.unlocked', id: slotId, ...(kind === undefined ? {} : { kind }) }] as const
  const { signing } = recordKeys.identity
  try {
    const statement = await signAuditStatement(account, facts, signing, Date.now())
    const signer = { account: recordKeys.account, signing }
    await context.server.call(NOTED, 'POST', '/v1/audit', { statement }, signer)
  } catch (error) {
    if (context.session === session) context.isUnlockNoted = false
    // What the user asked for has been done; that it is written down later is no failure of it.
    if (!isLockstitchError(error)) throw error
  }
}
