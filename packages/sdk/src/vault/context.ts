import { LockstitchError } from '../errors.ts'
import type { RecordHead } from '../records/keys.ts'
import { revisionText } from '../records/revision-member.ts'
import type { Storage } from '../storage/storage.ts'
import type { Link } from './link.ts'
import type { LoadPart } from './parts.ts'
import type { Second } from './second-api.ts'
import type { ServerApi } from './server-api.ts'
import { isActive, type Session } from './session.ts'

/** What the flows of a vault share. Only `session`, `link` and `turn` change. */
export interface VaultContext {
  readonly server: ServerApi
  readonly storage: Storage
  /** Loads the code that is not always used. */
  readonly part: LoadPart
  /** Runs one work at a time for a name, in all tabs of the origin. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Revisions that this vault only sealed anew: by the hash of each, those before it that say the same. */
  readonly resealed: Map<string, ReadonlySet<string>>
  /** Iterations of new passwords; one that was stretched with fewer is stretched anew when it unlocks. */
  readonly iterations: number
  /** Writes whose calls are under way, by their place in the outbox, with the head as which each was stored. */
  readonly awaited: Map<number, RecordHead | undefined>
  /** A second thread that does a part of large batches, where the app asked for one. */
  readonly second?: Second
  session: Session | undefined
  /** Whether the audit log tells of the unlock of this session. */
  isUnlockNoted: boolean
  /** A link that is under way, on either device. */
  link?: Link | undefined
  /** One more for each lock, unlock and enrolment: what began before the last of them does not unlock the vault any more. */
  turn: number
}

/** Locks the vault and gives the turn in which it may be unlocked again. */
export function beginTurn(context: VaultContext): number {
  context.session = undefined
  context.second?.end()
  context.resealed.clear()
  context.link = undefined
  context.server.useLogin(undefined)
  context.turn += 1
  return context.turn
}

/**
 * Checks that the vault is in the turn in which a work began: what it took of the session then is still to be used.
 *
 * @throws LockstitchError `ERR_LOCKED` when it was locked since, also where it was unlocked again.
 */
export function checkTurn(context: VaultContext, turn: number): void {
  if (context.turn !== turn) throw new LockstitchError('ERR_LOCKED')
}

/**
 * The unlocked account.
 *
 * @throws LockstitchError `ERR_LOCKED` when there is none.
 */
export function requireSession({ session }: VaultContext): Session {
  if (session === undefined) throw new LockstitchError('ERR_LOCKED')
  return session
}

/**
 * The unlocked account, once it accepts records.
 *
 * @throws LockstitchError `ERR_LOCKED` or `ERR_ACCOUNT_PENDING`.
 */
export function requireActiveSession(context: VaultContext): Session {
  const session = requireSession(context)
  if (!isActive(session)) throw new LockstitchError('ERR_ACCOUNT_PENDING')
  return session
}

/** One work at a time by name: through Web Locks where the platform has them, so that tabs wait for one another too. */
export function createExclusive(scope: string): VaultContext['exclusive'] {
  const tails = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager }
    if (locks !== undefined) return locks.request(`${scope}/${name}`, work)
    const previous = tails.get(name) ?? Promise.resolve()
    const current = previous.then(work, work)
    tails.set(name, current)
    return current
  }
}

/** Notes that a revision says what another one says, and was only sealed anew. */
export function noteResealed({ resealed }: VaultContext, from: RecordHead, to: RecordHead): void {
  resealed.set(to.hash, new Set(resealed.get(from.hash)).add(revisionText(from)))
}
