/// <reference types="node" />
/**
 * The primitives of `./server`, on `node:crypto`: synchronous, and several times faster there than WebCrypto for many
 * small inputs. The only file of `server/` that names an algorithm; they are those of the suite in format/suites.ts.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  randomFillSync,
  verify,
} from 'node:crypto'
import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { concat } from '../bytes/concat.ts'
import { allocateSecret, moveSecret } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { NONCE_BYTES, TAG_BYTES } from '../format/constants.ts'

const CIPHER = 'aes-256-gcm'
const TAG = { authTagLength: TAG_BYTES } as const

/** A key whose bytes stay inside OpenSSL. */
export type SecretKey = KeyObject

/** Random bytes of the operating system; the caller can wipe them. */
export function randomBytes(length: number): Bytes {
  return randomFillSync(allocateSecret(length))
}

/** SHA-256. */
export function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

/** True when `signature` is an Ed25519 signature of the input by the holder of the public key. Never throws on bad keys. */
export function isSignedBy(publicKey: Uint8Array, signature: Uint8Array, input: Uint8Array): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(publicKey) }
    return verify(null, input, createPublicKey({ key: jwk, format: 'jwk' }), signature)
  } catch {
    return false
  }
}

/** A 32-byte key for {@link sealBytes}. The caller wipes its copy. */
export function importSecretKey(bytes: Bytes): SecretKey {
  return createSecretKey(bytes)
}

/** Nonce (fresh, 12 bytes), ciphertext and tag of AES-256-GCM. */
export function sealBytes(key: SecretKey, aad: Bytes, plaintext: Bytes): Bytes {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, TAG)
  cipher.setAAD(aad)
  const ciphertext = concat(cipher.update(plaintext), cipher.final())
  return concat(nonce, ciphertext, cipher.getAuthTag())
}

/**
 * The plaintext of {@link sealBytes}.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export function openBytes(key: SecretKey, aad: Bytes, sealed: Bytes): Bytes {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new LockstitchError('ERR_OPEN_FAILED')
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), TAG)
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
    decipher.final()
    return moveSecret(plaintext)
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}
