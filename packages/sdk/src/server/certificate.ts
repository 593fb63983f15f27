import { decodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
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
