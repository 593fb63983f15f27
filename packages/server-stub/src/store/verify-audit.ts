import { isLockstitchError } from '@lockstitch/sdk'
import type { AccountState } from '@lockstitch/sdk/format'
import { CHANGE_EVENT, hashAuditLink, NOTE_EVENT, verifyAccountState, verifyStatement } from '@lockstitch/sdk/server'
import { statesAfter } from './accounts.ts'
import { type AuditEntry, readAudit } from './audit.ts'
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
  readonly fault: AuditFault | null
}

const NO_PREVIOUS = 'A'.repeat(43)
const PAGE = 100

/**
 * Checks an account's whole log: an unbroken chain; signed by the account where it speaks for itself; telling of every
 * revision of the account state what that revision did; and no shorter than the head that was noted down before.
 */
export async function verifyAudit(scope: Scope, account: string, noted?: AuditHead): Promise<AuditReport> {
  const entries = await readAudit(scope, account)
  const { seq = 0, hash = NO_PREVIOUS } = entries.at(-1) ?? {}
  return { account, head: { seq, hash }, fault: await faultOf(scope, account, entries, noted) }
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
  let revision = 0
  for (const { event, details } of entries) {
    if (event !== CHANGE_EVENT && event !== NOTE_EVENT) continue
    if (event === CHANGE_EVENT) revision += 1
    const current = states[revision - 1]
    if (current === undefined) return 'states'
    const change = event === CHANGE_EVENT ? { from: states[revision - 2]?.state ?? null } : undefined
    if (!isTrue(details, current, change)) return 'statement'
  }
  return revision === states.length ? null : 'states'
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

/** Every state of the account; undefined when they are not one signed chain. */
async function readStates(
  scope: Scope,
  account: string,
): Promise<readonly ReturnType<typeof verifyAccountState>[] | undefined> {
  const states: ReturnType<typeof verifyAccountState>[] = []
  for (;;) {
    const texts = await statesAfter(scope, account, states.length, PAGE)
    if (texts.length === 0) return states
    for (const text of texts) {
      try {
        states.push(verifyAccountState(text, states.at(-1)?.text ?? null))
      } catch (error) {
        if (isLockstitchError(error)) return undefined
        throw error
      }
    }
  }
}

function isTrue(
  details: string,
  current: { readonly state: AccountState; readonly hash: string },
  change: { readonly from: AccountState | null } | undefined,
): boolean {
  try {
    verifyStatement((JSON.parse(details) as { statement?: unknown }).statement, current, change)
    return true
  } catch (error) {
    if (isLockstitchError(error)) return false
    throw error
  }
}
