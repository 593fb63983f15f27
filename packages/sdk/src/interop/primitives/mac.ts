/** HMAC (RFC 2104) with the hash that a format names. */
import type { Bytes } from '../../assert.ts'
import { subtle } from '../../crypto/subtle.ts'
import { NAMES } from './names.ts'

type Hash = 'sha256' | 'sha512'

/** The MAC of the input. */
export async function computeHmac(hash: Hash, key: Bytes, input: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().sign(NAMES.mac, await importKey(hash, key, 'sign'), input))
}

/** True when `mac` is the whole MAC of the input; compares in constant time inside the platform. */
export async function verifyHmac(hash: Hash, key: Bytes, mac: Bytes, input: Bytes): Promise<boolean> {
  return subtle().verify(NAMES.mac, await importKey(hash, key, 'verify'), mac, input)
}

async function importKey(hash: Hash, key: Bytes, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return subtle().importKey('raw', key, { name: NAMES.mac, hash: NAMES[hash] }, false, [usage])
}
