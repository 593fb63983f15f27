/** Destroying the account: first every key, so that whatever the server does afterwards, nothing of it opens. */
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { Kid } from '../format/kid.ts'
import type { ModelSpec } from '../format/model.ts'
import type { Erasure } from '../format/erasure.ts'
import { object } from '../format/reader.ts'
import { parseUuid } from '../format/uuid.ts'
import type { SignedAccountState } from '../keys/account-state.ts'
import type { Credential } from '../keys/credential.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { CallOptions } from './api.ts'
import { beginTurn, requireSession, type VaultContext } from './context.ts'
import type { AccountDestructionReport, DestructionProof } from './destroy-api.ts'
import { certify, destroyKeys, keptStates, livingKeys, openSamples, proveUnreadable } from './destroy-keys.ts'
import { forgetWhole, type ProvedDestruction, shownDestruction } from './destroyed-account.ts'
import { answer } from './server-answer.ts'
import type { Session } from './session.ts'

const ATTEMPTS = 4
const DELETED = answer(object<{ account: string }>({ account: parseUuid }), 'ERR_CONFLICT')

/**
 * Destroys the account that is unlocked.
 *
 * @throws LockstitchError the codes of `Keys.destroy` for an account.
 */
export async function destroyAccount(
  context: VaultContext,
  models: readonly ModelSpec[],
  opener: Credential,
  { signal }: CallOptions,
): Promise<AccountDestructionReport> {
  const begun = requireSession(context)
  const { account } = begun.recordKeys
  return context.exclusive(`keys/${account}`, async () => {
    const proofs: DestructionProof[] = []
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        proofs.push(...(await destroyAll(context, models, opener, signal)))
        const did = await checkpointOf(context)
        const session = requireSession(context)
        const text = await certify(session, did, { whole: true }, kidsOf(did))
        const isDeleted = await deleteAccount(context, session, text)
        if (isDeleted !== undefined) return await ended(context, did, { text, proofs, isDeleted })
      } catch (error) {
        // Whoever has no session any more may have ended it so: by this call before, or from another device.
        const shown = isSessionEnd(error) ? await shownBy(context, begun) : undefined
        if (shown === undefined) throw error
        return await endedBefore(context, shown, proofs)
      }
    }
    throw new LockstitchError('ERR_CONFLICT')
  })
}

/** Destroys every key, if one is left. */
async function destroyAll(
  context: VaultContext,
  models: readonly ModelSpec[],
  opener: Credential,
  signal: AbortSignal | undefined,
): Promise<DestructionProof[]> {
  const { state } = (await refreshAccount(context, requireSession(context))).account
  const living = livingKeys(state)
  const samples = await openSamples(context, models, living)
  throwIfAborted(signal)
  // What waits goes with the account, so that nothing is asked of it.
  await destroyKeys(context, opener, { keys: livingKeys, check: async () => undefined })
  const kids = living.map(({ kid }) => kid)
  return proveUnreadable(context, kids, samples)
}

/** The state in which the last key was destroyed. Later ones may only have changed other things. */
async function checkpointOf(context: VaultContext): Promise<SignedAccountState> {
  const session = requireSession(context)
  if (session.account.state.erased !== undefined) return session.account
  const did = (await keptStates(context, session)).findLast(({ state }) => state.erased !== undefined)
  if (did === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
  return did
}

function kidsOf({ state }: SignedAccountState): Kid[] {
  return state.keyring.map(({ kid }) => kid)
}

/**
 * Asks the server to delete the account.
 *
 * @returns Whether it says that it has done so; `undefined` when another device made a new key meanwhile.
 */
async function deleteAccount(
  context: VaultContext,
  session: Session,
  certificate: string,
): Promise<boolean | undefined> {
  const { account, identity } = session.recordKeys
  const signer = { account, signing: identity.signing }
  try {
    const deleted = await context.server.call(DELETED, 'DELETE', '/v1/account', { certificate }, signer)
    return deleted.account === account
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    if (error.code === 'ERR_CONFLICT') return undefined
    // No answer, or none to believe: the keys are gone and the certificate is the user's, whatever became of the rest.
    return (await shownBy(context, session))?.text === certificate
  }
}

/** What the server shows of the destruction; `undefined` when it shows none or cannot be asked. */
async function shownBy(context: VaultContext, { account }: Session): Promise<ProvedDestruction | undefined> {
  try {
    return await shownDestruction(context, account.state)
  } catch (error) {
    if (isLockstitchError(error)) return undefined
    throw error
  }
}

interface Ending {
  readonly text: string
  readonly proofs: readonly DestructionProof[]
  readonly isDeleted: boolean
}

async function ended(
  context: VaultContext,
  did: SignedAccountState,
  { text, proofs, isDeleted }: Ending,
): Promise<AccountDestructionReport> {
  const { account, erased } = did.state
  const { time } = erased as Erasure
  const isForgotten = isDeleted && (await leave(context, account))
  return { account, kids: kidsOf(did), destroyedAt: new Date(time), proofs, isDeleted, isForgotten, certificate: text }
}

async function endedBefore(
  context: VaultContext,
  { text, certificate: { account, kids, destroyedAt } }: ProvedDestruction,
  proofs: readonly DestructionProof[],
): Promise<AccountDestructionReport> {
  const isForgotten = await leave(context, account)
  return { account, kids, destroyedAt: new Date(destroyedAt), proofs, isDeleted: true, isForgotten, certificate: text }
}

/** Locks, and forgets the account on this device; false when the storage failed. */
async function leave(context: VaultContext, account: string): Promise<boolean> {
  beginTurn(context)
  try {
    await forgetWhole(context, account)
    return true
  } catch (error) {
    if (isLockstitchError(error)) return false
    throw error
  }
}

function isSessionEnd(error: unknown): boolean {
  return isLockstitchError(error) && error.code === 'ERR_SESSION'
}
