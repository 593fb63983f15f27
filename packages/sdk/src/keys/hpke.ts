/**
 * HPKE (RFC 9180) in base mode, single-shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Who sealed is not
 * proved; what was sealed is checked against a signed commitment by the caller.
 */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import type { Bytes } from '../assert.ts'
import { concat } from '../bytes/concat.ts'
import { LockstitchError } from '../errors.ts'
import { PUBLIC_KEY_BYTES, TAG_BYTES } from '../format/constants.ts'

/** A pair to receive with. The private half may be non-extractable. */
export interface ReceivingPair {
  readonly privateKey: CryptoKey
  /** 32 bytes. */
  readonly publicKey: Bytes
}

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})
const EMPTY = new Uint8Array(0)

/**
 * Seals for the holder of a public key: the encapsulated key, and the ciphertext with its tag behind it.
 *
 * @param info What is sealed for what; a frame that begins with a label.
 * @throws LockstitchError `ERR_KEY_INVALID` when the public key is none, a point of small order included.
 */
export async function sealTo(publicKey: Bytes, info: Bytes, plaintext: Bytes): Promise<Bytes> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey)
    const { enc, ct } = await suite.seal({ recipientPublicKey, info }, plaintext, EMPTY)
    return concat(new Uint8Array(enc), new Uint8Array(ct))
  } catch {
    throw new LockstitchError('ERR_KEY_INVALID')
  }
}

/**
 * Opens what {@link sealTo} sealed for the pair and the same info.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function openFrom({ privateKey, publicKey }: ReceivingPair, info: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < PUBLIC_KEY_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  try {
    // Both halves are given: the public one cannot be had from a private key that is not extractable.
    const recipientKey = { privateKey, publicKey: await suite.kem.deserializePublicKey(publicKey) }
    const enc = sealed.slice(0, PUBLIC_KEY_BYTES)
    return new Uint8Array(await suite.open({ recipientKey, info, enc }, sealed.slice(PUBLIC_KEY_BYTES), EMPTY))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** The pair that 32 strong bytes stand for: `DeriveKeyPair` of RFC 9180. The caller wipes the bytes. */
export async function deriveReceivingPair(bytes: Bytes): Promise<ReceivingPair> {
  const { privateKey, publicKey } = await suite.kem.deriveKeyPair(bytes)
  return { privateKey, publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)) }
}
