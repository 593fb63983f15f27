import { canonicalJson, type JsonValue } from '../bytes/json.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import {
  type AuditFact,
  auditHashInput,
  type AuditLink,
  auditSignatureInput,
  type AuditStatement,
  factsOf,
  isNote,
} from '../format/audit.ts'
import { parseAuditStatement } from '../format/parse-audit-statement.ts'
import { isSignedBy, sha256 } from './primitives.ts'

/**
 * Checks what an account says of itself before it is stored in its audit log: of a change of its state exactly what the
 * change did, and otherwise only that it was unlocked.
 *
 * @param change `from` is the state before, `null` for the first; leave `change` out for a statement beside a change.
 * @throws LockstitchError what `parseAuditStatement` throws for a malformed one; `ERR_AUDIT_BROKEN` when it is not signed by the
 * account, is of another state, or says anything else.
 *
 * @example
 * ```ts
 * import { verifyAccountState, verifyStatement } from '@lockstitch/sdk/server'
 *
 * export function checkEnrolment(state: unknown, statement: unknown): void {
 *   const first = verifyAccountState(state, null)
 *   verifyStatement(statement, first, { from: null })
 * }
 * ```
 */
export function verifyStatement(
  text: unknown,
  current: { readonly state: AccountState; readonly hash: string },
  change?: { readonly from: AccountState | null },
): AuditStatement {
  const { document, payload, signature } = parseAuditStatement(text)
  const { state, hash } = current
  const isSigned = isSignedBy(decodeBase64url(state.identity.signing), signature, auditSignatureInput(payload))
  const isOfState =
    document.account === state.account && document.revision === state.revision && document.state === hash
  const isTrue = change === undefined ? isNote(document.facts) : isSame(document.facts, factsOf(change.from, state))
  if (!isSigned || !isOfState || !isTrue) throw new LockstitchError('ERR_AUDIT_BROKEN')
  return document
}

/**
 * Checks a statement of a state that was erased: only its hash is known, or not even that once the account was destroyed, so that what
 * the statement says of a change is the account's word.
 *
 * @param later A later state of the same account, or what of it is left.
 * @throws LockstitchError as {@link verifyStatement}.
 */
export function verifyErasedStatement(
  text: unknown,
  later: { readonly account: string; readonly identity: Pick<AccountState['identity'], 'signing'> },
  { revision, hash, isChange }: { readonly revision: number; readonly hash?: string; readonly isChange: boolean },
): void {
  const { document, payload, signature } = parseAuditStatement(text)
  const isSigned = isSignedBy(decodeBase64url(later.identity.signing), signature, auditSignatureInput(payload))
  const isOfState =
    document.account === later.account &&
    document.revision === revision &&
    (hash === undefined || document.state === hash)
  if (!isSigned || !isOfState || (!isChange && !isNote(document.facts))) throw new LockstitchError('ERR_AUDIT_BROKEN')
}

/** The hash of an entry of an account's audit log, base64url; the next entry names it as its `previous`. */
export function hashAuditLink(account: string, link: AuditLink): string {
  return encodeBase64url(sha256(auditHashInput(account, link)))
}

function isSame(a: readonly AuditFact[], b: readonly AuditFact[]): boolean {
  return canonicalJson(a as unknown as JsonValue) === canonicalJson(b as unknown as JsonValue)
}
