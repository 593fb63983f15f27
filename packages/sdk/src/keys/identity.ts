import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import type { IdentityState } from '../format/account-state.ts'
import { LABELS } from '../format/labels.ts'
import { WRITER_BYTES } from '../format/manifest.ts'
import { digest } from '../crypto/digest.ts'
import { exportPublicKey, generateReceivingPair, generateSigningPair } from '../crypto/sign.ts'
import { unwrapReceivingKey, unwrapSigningKey, wrapPrivateKey } from '../crypto/wrap.ts'

/** The unlocked identity of an account. */
export interface Identity {
  /** Ed25519 public key. */
  readonly signingPublic: Bytes
  /** Ed25519 private key, non-extractable. */
  readonly signing: CryptoKey
  /** X25519 private key, non-extractable. */
  readonly receiving: CryptoKey
  /** What manifests name as their writer. */
  readonly writer: Bytes
}

/** A new identity: both pairs, with the private halves wrapped and bound to both public halves. */
export async function generateIdentity(wrappingKey: CryptoKey, account: string): Promise<IdentityState> {
  const [signingPair, receivingPair] = await Promise.all([generateSigningPair(), generateReceivingPair()])
  const [signing, receiving] = await Promise.all([
    exportPublicKey(signingPair.publicKey),
    exportPublicKey(receivingPair.publicKey),
  ])
  const [wrappedSigning, wrappedReceiving] = await Promise.all([
    wrapPrivateKey(wrappingKey, identityAad(LABELS.signingKeyAad, account, signing, receiving), signingPair.privateKey),
    wrapPrivateKey(
      wrappingKey,
      identityAad(LABELS.receivingKeyAad, account, signing, receiving),
      receivingPair.privateKey,
    ),
  ])
  return {
    signing: encodeBase64url(signing),
    receiving: encodeBase64url(receiving),
    wrappedSigning: encodeBase64url(wrappedSigning),
    wrappedReceiving: encodeBase64url(wrappedReceiving),
  }
}

/**
 * Unwraps an identity. That it opens proves that both public keys are the ones this account made.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapIdentity(wrappingKey: CryptoKey, account: string, state: IdentityState): Promise<Identity> {
  const signingPublic = decodeBase64url(state.signing)
  const receivingPublic = decodeBase64url(state.receiving)
  const aad = (label: string): Bytes => identityAad(label, account, signingPublic, receivingPublic)
  const [signing, receiving, writer] = await Promise.all([
    unwrapSigningKey(wrappingKey, aad(LABELS.signingKeyAad), decodeBase64url(state.wrappedSigning)),
    unwrapReceivingKey(wrappingKey, aad(LABELS.receivingKeyAad), decodeBase64url(state.wrappedReceiving)),
    writerId(signingPublic),
  ])
  return { signingPublic, signing, receiving, writer }
}

/** The writer id of a signing key. */
export async function writerId(signingPublic: Bytes): Promise<Bytes> {
  return (await digest(encodeFrame([LABELS.writer, signingPublic]))).subarray(0, WRITER_BYTES)
}

function identityAad(label: string, account: string, signing: Bytes, receiving: Bytes): Bytes {
  return encodeFrame([label, account, signing, receiving])
}
