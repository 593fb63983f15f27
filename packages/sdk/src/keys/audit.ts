import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import {
  type AuditFact,
  auditHashInput,
  type AuditLink,
  auditPayload,
  auditSignatureInput,
  type AuditStatement,
  serializeAuditStatement,
} from '../format/audit.ts'
import { VERSION } from '../format/constants.ts'
import { parseAuditStatement } from '../format/parse-audit-statement.ts'
import { digest } from '../crypto/digest.ts'
import { sign, verifySignature } from '../crypto/sign.ts'
import type { SignedAccountState } from './account-state.ts'

/** Signs what an account says of itself in one of its states. */
export async function signAuditStatement(
  { state, hash }: SignedAccountState,
  facts: readonly AuditFact[],
  signingKey: CryptoKey,
  now: number,
): Promise<string> {
  const { account, revision } = state
  const payload = auditPayload({ format: VERSION, account, revision, state: hash, time: now, facts })
  return serializeAuditStatement(payload, await sign(signingKey, auditSignatureInput(payload)))
}

/**
 * Reads a statement and checks that the given identity signed it.
 *
 * @throws LockstitchError what `parseAuditStatement` throws, or `ERR_AUDIT_BROKEN` when the signature is not of that identity.
 */
export async function verifyAuditStatement(text: unknown, signingPublic: Bytes): Promise<AuditStatement> {
  const { document, payload, signature } = parseAuditStatement(text)
  if (!(await verifySignature(signingPublic, signature, auditSignatureInput(payload))))
    throw new LockstitchError('ERR_AUDIT_BROKEN')
  return document
}

/** The hash of an entry of the chain, base64url. */
export async function hashAuditLink(account: string, link: AuditLink): Promise<string> {
  return encodeBase64url(await digest(auditHashInput(account, link)))
}
