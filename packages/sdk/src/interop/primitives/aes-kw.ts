/** AES key wrap (RFC 3394), for keys of any length that it allows: whole groups of 8 bytes, at least two. */
import type { Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { subtle } from '../../crypto/subtle.ts'
import { NAMES } from './names.ts'

/** Key bytes come in groups of so many; wrapping adds one group. */
export const GROUP_BYTES = 8

/** WebCrypto wraps keys, not bytes: an HMAC key is the one that may have any length and be read back. */
const CARRIER: HmacImportParams = { name: NAMES.mac, hash: NAMES.sha256 }

/** Wraps key bytes: one group longer than they are. */
export async function wrapKeyBytes(kek: Bytes, bytes: Bytes): Promise<Bytes> {
  const wrappingKey = await subtle().importKey('raw', kek, NAMES.keyWrap, false, ['wrapKey'])
  const carrier = await subtle().importKey('raw', bytes, CARRIER, true, ['sign'])
  return new Uint8Array(await subtle().wrapKey('raw', carrier, wrappingKey, NAMES.keyWrap))
}

/**
 * Unwraps key bytes.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED`, whatever the reason.
 */
export async function unwrapKeyBytes(kek: Bytes, wrapped: Bytes): Promise<Bytes> {
  const wrappingKey = await subtle().importKey('raw', kek, NAMES.keyWrap, false, ['unwrapKey'])
  try {
    const carrier = await subtle().unwrapKey('raw', wrapped, wrappingKey, NAMES.keyWrap, CARRIER, true, ['sign'])
    return new Uint8Array(await subtle().exportKey('raw', carrier))
  } catch {
    throw new LockstitchError('ERR_OPEN_FAILED')
  }
}
