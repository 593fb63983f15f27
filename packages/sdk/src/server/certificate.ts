import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { type Certificate, certificateSignatureInput, parseCertificate } from '../format/certificate.ts'
import { isSignedBy } from './primitives.ts'

/**
 * Checks the certificate of a destruction.
 *
 * @param signing The account's public key, 32 bytes in base64url: `identity.signing` of its state.
 * @throws LockstitchError what `parseCertificate` throws for a malformed one, `ERR_SIGNATURE_INVALID` when that key did not sign it.
 */
export function verifyCertificate(text: unknown, signing: string): Certificate {
  const { document, payload, signature } = parseCertificate(text)
  if (!isSignedBy(decodeBase64url(signing), signature, certificateSignatureInput(payload)))
    throw new LockstitchError('ERR_SIGNATURE_INVALID')
  return document
}

/** An account state with its hash. */
interface HashedState {
  readonly state: AccountState
  readonly hash: string
}

/**
 * Checks the certificate of an account that is to be deleted, before anything of it is: no key of it is left, and the certificate says
 * so of every one.
 *
 * @param states The oldest state that is stored, which must be the checkpoint that the certificate names, and the newest.
 * @throws LockstitchError what {@link verifyCertificate} throws; `ERR_CONFLICT` when it is not of these states, or when one of them has
 * a key that is not destroyed or that it does not name; `ERR_ACCOUNT_STATE` when it is not of the whole account, or contradicts them.
 */
export function verifyAccountDestruction(
  text: unknown,
  { oldest, newest }: { readonly oldest: HashedState; readonly newest: HashedState },
): Certificate {
  const certificate = verifyCertificate(text, newest.state.identity.signing)
  const { account, whole, kids, revision, state, destroyedAt, method } = certificate
  if (whole !== true || account !== newest.state.account) throw new LockstitchError('ERR_ACCOUNT_STATE')
  const { erased } = oldest.state
  const isOf = revision === oldest.state.revision && state === oldest.hash
  const isLeft = [oldest, newest].some(({ state: { keyring } }) => keyring.some((key) => key.state !== 'destroyed'))
  if (!isOf || erased === undefined || isLeft) throw new LockstitchError('ERR_CONFLICT')
  const named = new Set(kids)
  const isAll = [oldest, newest].every(
    ({ state: { keyring } }) => keyring.length === kids.length && keyring.every(({ kid }) => named.has(kid)),
  )
  if (!isAll || destroyedAt !== erased.time || method !== erased.method) throw new LockstitchError('ERR_ACCOUNT_STATE')
  return certificate
}
