import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import {
  type Certificate,
  certificatePayload,
  certificateSignatureInput,
  parseCertificate,
  serializeCertificate,
} from '../format/certificate.ts'
import { sign, verifySignature } from '../crypto/sign.ts'

/** Signs a certificate with the key of its account. The same one gives the same text. */
export async function signCertificate(certificate: Certificate, signingKey: CryptoKey): Promise<string> {
  const payload = certificatePayload(certificate)
  return serializeCertificate(payload, await sign(signingKey, certificateSignatureInput(payload)))
}

/**
 * Reads a certificate and checks that the given identity signed it.
 *
 * @throws LockstitchError what `parseCertificate` throws, or `ERR_SIGNATURE_INVALID` when the signature is not of that identity.
 */
export async function readSignedCertificate(text: unknown, signingPublic: Bytes): Promise<Certificate> {
  const { document, payload, signature } = parseCertificate(text)
  if (!(await verifySignature(signingPublic, signature, certificateSignatureInput(payload))))
    throw new LockstitchError('ERR_SIGNATURE_INVALID')
  return document
}
