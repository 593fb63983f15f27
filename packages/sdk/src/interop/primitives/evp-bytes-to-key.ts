/**
 * OpenSSL's `EVP_BytesToKey` with one round, the derivation of `openssl enc` without `-pbkdf2` and of CryptoJS: each block
 * is the digest of the block before it, the passphrase and the salt. It costs an attacker one or three digests a guess.
 */
import type { Bytes } from '../../assert.ts'
import { concat } from '../../bytes/concat.ts'
import { subtle } from '../../crypto/subtle.ts'
import type { OpensslDigest } from '../types.ts'
import { NAMES } from './names.ts'

/** `length` bytes from the passphrase and the salt. */
export async function evpBytesToKey(
  digest: OpensslDigest,
  passphrase: Bytes,
  salt: Bytes,
  length: number,
): Promise<Bytes> {
  let block = new Uint8Array(0)
  let bytes = new Uint8Array(0)
  while (bytes.length < length) {
    block = await hash(digest, concat(block, passphrase, salt))
    bytes = concat(bytes, block)
  }
  return bytes.slice(0, length)
}

/** MD5 is the one digest of theirs that WebCrypto lacks; its code is loaded by those who need it. */
async function hash(digest: OpensslDigest, input: Bytes): Promise<Bytes> {
  if (digest !== 'md5') return new Uint8Array(await subtle().digest(NAMES[digest], input))
  const { md5 } = await import('@noble/hashes/legacy.js')
  return new Uint8Array(md5(input))
}
