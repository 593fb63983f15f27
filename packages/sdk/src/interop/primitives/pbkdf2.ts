/** PBKDF2 (RFC 8018) with whatever cost a system chose: these are read, never offered for new data. */
import type { Bytes } from '../../assert.ts'
import { subtle } from '../../crypto/subtle.ts'
import { MIN_ITERATIONS } from '../../format/constants.ts'
import type { ForeignWarning } from '../warnings.ts'
import { NAMES } from './names.ts'

/** How a key was stretched. */
export interface Stretching {
  readonly digest: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly salt: Bytes
  readonly iterations: number
}

/** `length` bytes from the password. */
export async function stretch(password: Bytes, stretching: Stretching, length: number): Promise<Bytes> {
  const { digest, salt, iterations } = stretching
  const key = await subtle().importKey('raw', password, NAMES.pbkdf2, false, ['deriveBits'])
  const params: Pbkdf2Params = { name: NAMES.pbkdf2, hash: NAMES[digest], salt, iterations }
  return new Uint8Array(await subtle().deriveBits(params, key, length * 8))
}

/** What is to be said of a cost below the one that this project asks for. */
export function warnOfCost(iterations: number): readonly ForeignWarning[] {
  return iterations < MIN_ITERATIONS ? ['WARN_KDF_WEAK'] : []
}
