/**
 * HPKE (RFC 9180), single-shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. In base mode who sealed is not proved,
 * and what was sealed is checked against a signed commitment by the caller; in mode auth the sender's key is proved.
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

/** What a message is bound to, on both sides. */
interface Binding<Sender> {
  readonly info: Bytes
  /** The sender, who is proved by it (mode auth); nobody in base mode. */
  readonly sender?: Sender
  readonly aad: Bytes
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
export function sealTo(publicKey: Bytes, info: Bytes, plaintext: Bytes): Promise<Bytes> {
  return seal(publicKey, { info, aad: EMPTY }, plaintext)
}

/**
 * Opens what {@link sealTo} sealed for the pair and the same info.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export function openFrom(pair: ReceivingPair, info: Bytes, sealed: Bytes): Promise<Bytes> {
  return open(pair, { info, aad: EMPTY }, sealed)
}

/**
 * Seals in mode auth: only the holder of the sender's private key makes what opens as the sender's.
 *
 * @param info As for {@link sealTo}; it is the associated data too.
 * @throws LockstitchError `ERR_KEY_INVALID` as {@link sealTo}.
 */
export function sealAuthTo(sender: ReceivingPair, publicKey: Bytes, info: Bytes, plaintext: Bytes): Promise<Bytes> {
  return seal(publicKey, { info, sender, aad: info }, plaintext)
}

/**
 * Opens what {@link sealAuthTo} sealed for the pair, by the sender and with the same info.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export function openAuthFrom(pair: ReceivingPair, sender: Bytes, info: Bytes, sealed: Bytes): Promise<Bytes> {
  return open(pair, { info, sender, aad: info }, sealed)
}

/** The pair that 32 strong bytes stand for: `DeriveKeyPair` of RFC 9180. The caller wipes the bytes. */
export async function deriveReceivingPair(bytes: Bytes): Promise<ReceivingPair> {
  const { privateKey, publicKey } = await suite.kem.deriveKeyPair(bytes)
  return { privateKey, publicKey: new Uint8Array(await suite.kem.serializePublicKey(publicKey)) }
}

async function seal(publicKey: Bytes, { info, sender, aad }: Binding<ReceivingPair>, plaintext: Bytes): Promise<Bytes> {
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey)
    const from = sender === undefined ? {} : { senderKey: await keyPair(sender) }
    const { enc, ct } = await suite.seal({ recipientPublicKey, info, ...from }, plaintext, aad)
    return concat(new Uint8Array(enc), new Uint8Array(ct))
  } catch {
    throw new LockstitchError('ERR_KEY_INVALID')
  }
}

async function open(pair: ReceivingPair, { info, sender, aad }: Binding<Bytes>, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < PUBLIC_KEY_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  try {
    const recipientKey = await keyPair(pair)
    const enc = sealed.slice(0, PUBLIC_KEY_BYTES)
    const from = sender === undefined ? {} : { senderPublicKey: await suite.kem.deserializePublicKey(sender) }
    return new Uint8Array(await suite.open({ recipientKey, info, enc, ...from }, sealed.slice(PUBLIC_KEY_BYTES), aad))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}

/** Both halves are given: the public one cannot be had from a private key that is not extractable. */
async function keyPair({ privateKey, publicKey }: ReceivingPair): Promise<CryptoKeyPair> {
  return { privateKey, publicKey: await suite.kem.deserializePublicKey(publicKey) }
}
