import type { Bytes } from '../assert.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { encodeUtf8, isWellFormed } from '../bytes/utf8.ts'
import { wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import { KEY_BYTES, MIN_ITERATIONS } from '../format/constants.ts'
import { type KdfParams, parseKdfParams } from '../format/kdf-params.ts'
import { DEVICE_LABELS, LABELS } from '../format/labels.ts'
import { LS1 } from '../format/suites.ts'
import { digest } from './digest.ts'
import { importDerivationKey } from './hkdf.ts'
import { subtle } from './subtle.ts'

/**
 * Stretches a password with PBKDF2-HMAC-SHA-256 (RFC 8018) into a key to derive from.
 *
 * The password is normalized with NFKC, so that the same letters typed on two keyboards are one password. The salt that
 * is used is the hash of the stored salt and the handle: a server that hands the same salt to everybody cannot make one
 * table for all of them.
 *
 * @throws LockstitchError `ERR_PASSWORD_INVALID` for an empty password or one with a lone surrogate; `ERR_KDF_PARAMS`
 * before any work when the parameters are not acceptable.
 */
export async function stretchPassword(password: string, handle: string, kdf: KdfParams): Promise<CryptoKey> {
  const { iterations, salt } = parseKdfParams(kdf)
  if (password === '' || !isWellFormed(password)) throw new LockstitchError('ERR_PASSWORD_INVALID')
  const boundSalt = await digest(encodeFrame([LABELS.passwordSalt, handle, decodeBase64url(salt)]))
  return stretch(password, boundSalt, iterations)
}

const MIN_PIN_CHARS = 4
const MAX_PIN_CHARS = 12

/**
 * Stretches the PIN of a remembered device, with a salt that only this device knows.
 *
 * @throws LockstitchError `ERR_PIN_INVALID` before any work when it has not 4 to 12 characters.
 */
export async function stretchPin(pin: string, slot: string, secret: Bytes): Promise<CryptoKey> {
  checkPin(pin)
  return stretch(pin, await digest(encodeFrame([DEVICE_LABELS.deviceSalt, slot, secret])), MIN_ITERATIONS)
}

/**
 * Checks that a text can be a PIN.
 *
 * @throws LockstitchError `ERR_PIN_INVALID`
 */
export function checkPin(pin: unknown): void {
  const isText = typeof pin === 'string' && isWellFormed(pin)
  const length = isText ? [...pin.normalize('NFKC')].length : 0
  if (length < MIN_PIN_CHARS || length > MAX_PIN_CHARS) throw new LockstitchError('ERR_PIN_INVALID')
}

async function stretch(text: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const secret = encodeUtf8(text.normalize('NFKC'))
  let stretched: Bytes | undefined
  try {
    const base = await subtle().importKey('raw', secret, LS1.passwordKdf, false, ['deriveBits'])
    const params: Pbkdf2Params = { name: LS1.passwordKdf, hash: LS1.hash, salt, iterations }
    stretched = new Uint8Array(await subtle().deriveBits(params, base, KEY_BYTES * 8))
    return await importDerivationKey(stretched)
  } finally {
    wipe(secret)
    if (stretched) wipe(stretched)
  }
}
