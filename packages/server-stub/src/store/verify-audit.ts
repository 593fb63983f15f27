import { isLockstitchError } from '@lockstitch/sdk'
import { parseAccountState } from '@lockstitch/sdk/format'
import {
  CHANGE_EVENT,
  DESTROYED_EVENT,
  hashAuditLink,
  NOTE_EVENT,
  readCheckpoint,
  type VerifiedAccountState,
  verifyAccountState,
  verifyCertificate,
  verifyErasedStatement,
  verifyStatement,
} from '@lockstitch/sdk/server'
import { statesAfter } from './accounts.ts'
import { type AuditEntry, readAudit } from './audit.ts'
import type { Remains } from './delete-account.ts'
import type { Scope } from './tables.ts'

/** What is wrong with an account's log. */
export type AuditFault =
  /** An entry was changed, moved, added, or taken from within. */
  | 'chain'
  /** A statement is not the account's, or says of a change what it did not do. */
  | 'statement'
  /** The account states are no signed chain, or the log does not tell of exactly them. */
  | 'states'
  /** The log does not contain the entry that was noted down earlier. */
  | 'head'

/** The newest entry of a log. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

/** What the check of one account found. */
export interface AuditReport {
  readonly account: string
  readonly head: AuditHead
  /** True when the account was destroyed: its log is all that is left, and it says so. */
  readonly isDestroyed: boolean
  readonly fault: AuditFault | null
}

const NO_PREVIOUS = 'A'.repeat(43)
const PAGE = 100

/**
 * Checks an account's whole log: an unbroken chain; signed by the account where it speaks for itself; telling of every
 * revision of the account state what that revision did, as far as it was not erased; and no shorter than the head that was noted down before.
 * Of an account that was destroyed no state is left: its certificate says which was the last with a key.
 */
export async function verifyAudit(scope: Scope, account: string, noted?: AuditHead): Promise<AuditReport> {
  const entries = await readAudit(scope, account)
  const { seq = 0, hash = NO_PREVIOUS } = entries.at(-1) ?? {}
  const isDestroyed = entries.some(({ event }) => event === DESTROYED_EVENT)
  return { account, head: { seq, hash }, isDestroyed, fault: await faultOf(scope, account, entries, noted) }
}

async function faultOf(
  scope: Scope,
  account: string,
  entries: readonly AuditEntry[],
  noted: AuditHead | undefined,
): Promise<AuditFault | null> {
  if (!isChain(account, entries)) return 'chain'
  if (noted !== undefined && noted.seq > 0 && entries[noted.seq - 1]?.hash !== noted.hash) return 'head'
  const states = await readStates(scope, account)
  if (states === undefined) return 'states'
  const end = entries.find(({ event }) => event === DESTROYED_EVENT)
  if (end !== undefined) return states.kept.length > 0 ? 'states' : faultOfDestroyed(account, entries, end)
  let revision = 0
  for (const { event, details } of entries) {
    if (event !== CHANGE_EVENT && event !== NOTE_EVENT) continue
    if (event === CHANGE_EVENT) revision += 1
    if (!isTold(states, revision)) return 'states'
    if (!isTrue(details, states, revision, event === CHANGE_EVENT)) return 'statement'
  }
  return revision === states.erased.length + states.kept.length ? null : 'states'
}

/** What is left of a destroyed account must be signed by it, tell of every revision, and of the state that destroyed the last key. */
function faultOfDestroyed(account: string, entries: readonly AuditEntry[], end: AuditEntry): AuditFault | null {
  const { certificate: text, signing } = JSON.parse(end.details) as Remains
  let revision = 0
  try {
    const certificate = verifyCertificate(text, signing)
    if (certificate.whole !== true || certificate.account !== account) return 'statement'
    for (const { seq, event, details } of entries) {
      const isChange = event === CHANGE_EVENT
      if (!isChange && event !== NOTE_EVENT) continue
      if (seq > end.seq) return 'states'
      if (isChange) revision += 1
      const hash = revision === certificate.revision ? { hash: certificate.state } : {}
      const { statement } = JSON.parse(details) as { statement?: unknown }
      verifyErasedStatement(statement, { account, identity: { signing } }, { revision, ...hash, isChange })
    }
    return revision < certificate.revision ? 'states' : null
  } catch (error) {
    if (isLockstitchError(error)) return 'statement'
    throw error
  }
}

function isChain(account: string, entries: readonly AuditEntry[]): boolean {
  let previous = NO_PREVIOUS
  return entries.every((entry, index) => {
    const isNext =
      entry.seq === index + 1 && entry.previous === previous && entry.hash === hashAuditLink(account, entry)
    previous = entry.hash
    return isNext
  })
}

/** The states of an account: the hashes of those that were erased, then the others. */
interface States {
  readonly erased: readonly string[]
  readonly kept: readonly VerifiedAccountState[]
}

/** Every state of the account; undefined when they are not one signed chain. */
async function readStates(scope: Scope, account: string): Promise<States | undefined> {
  const kept: VerifiedAccountState[] = []
  for (;;) {
    const texts = await statesAfter(scope, account, kept.at(-1)?.state.revision ?? 0, PAGE)
    if (texts.length === 0) return { erased: kept[0]?.state.erased?.ancestors ?? [], kept }
    for (const text of texts) {
      try {
        const isErased = kept.length === 0 && parseAccountState(text).state.erased !== undefined
        kept.push(isErased ? readCheckpoint(text) : verifyAccountState(text, kept.at(-1)?.text ?? null))
      } catch (error) {
        if (isLockstitchError(error)) return undefined
        throw error
      }
    }
  }
}

function isTold({ erased, kept }: States, revision: number): boolean {
  return revision > 0 && revision <= erased.length + kept.length
}

function isTrue(details: string, { erased, kept }: States, revision: number, isChange: boolean): boolean {
  const { statement } = JSON.parse(details) as { statement?: unknown }
  const at = revision - erased.length - 1
  const current = kept[at]
  const before = kept[at - 1]
  try {
    if (current !== undefined && (before !== undefined || erased.length === 0 || !isChange)) {
      verifyStatement(statement, current, isChange ? { from: before?.state ?? null } : undefined)
    } else {
      const { state } = kept[0] as VerifiedAccountState
      verifyErasedStatement(statement, state, {
        revision,
        hash: current?.hash ?? (erased[revision - 1] as string),
        isChange,
      })
    }
    return true
  } catch (error) {
    if (isLockstitchError(error)) return false
    throw error
  }
}
