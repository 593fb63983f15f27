/** HMAC-SHA-256 (RFC 2104). The input is always a frame that begins with a namespace. */
import type { Bytes } from '../assert.ts'
import { LS1 } from '../format/suites.ts'
import { subtle } from './subtle.ts'

/** The 32-byte MAC of the input. */
export async function computeMac(key: CryptoKey, input: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().sign(LS1.mac.name, key, input))
}

/** True when `mac` is the MAC of the input; compares in constant time inside the platform. */
export async function verifyMac(key: CryptoKey, mac: Bytes, input: Bytes): Promise<boolean> {
  return subtle().verify(LS1.mac.name, key, mac, input)
}
