import { assertBytes, assertString, type Bytes } from '../../assert.ts'
import { LockstitchError } from '../../errors.ts'
import { KEY_BYTES } from '../../format/constants.ts'
import { stretch } from '../primitives/pbkdf2.ts'
import { decodeBase64urlPadded, encodeBase64urlPadded } from '../shared/base64.ts'
import { encodePassphrase } from '../shared/keys.ts'

/** What that server derives with. */
export const ITERATIONS = 100_000

/**
 * The Fernet key that seed 002's server derives from its master key and salt. The derivation takes tens of milliseconds: who
 * opens many tokens derives once and passes `{ fernetKey }`.
 *
 * @param masterKey `ENCRYPTION_MASTER_KEY`
 * @param salt the bytes of `ENCRYPTION_SALT`, which the server keeps in base64
 * @returns the key as the 44 characters that the Fernet specification writes
 * @throws LockstitchError `ERR_KEY_INVALID` when one of the two is empty, as both are by default: the key of that
 * installation is known to everybody.
 *
 * @example
 * ```ts
 * import { deriveFernetKey, openForeign } from '@lockstitch/sdk/interop'
 *
 * const salt = new TextEncoder().encode('saltsaltsaltsalt')
 * const fernetKey = await deriveFernetKey('password', salt)
 * console.log(fernetKey) // T78tEi_mr8Yageny_jk6s5-Qanjd3ceXdjwOeEhX6bQ=
 * ```
 */
export async function deriveFernetKey(masterKey: string, salt: Uint8Array): Promise<string> {
  const password = encodePassphrase(masterKey, 'masterKey')
  assertBytes(salt, 'salt')
  if (password.length === 0 || salt.length === 0) throw new LockstitchError('ERR_KEY_INVALID')
  const stretching = { digest: 'sha256', salt, iterations: ITERATIONS } as const
  return encodeBase64urlPadded(await stretch(password, stretching, KEY_BYTES))
}

/**
 * The 32 bytes of a Fernet key.
 *
 * @throws LockstitchError `ERR_KEY_INVALID` when it is not their canonical base64.
 */
export function parseFernetKey(fernetKey: unknown): Bytes {
  assertString(fernetKey, 'keys.fernetKey')
  try {
    const bytes = decodeBase64urlPadded(fernetKey)
    if (bytes.length === KEY_BYTES) return bytes
  } catch {
    // Below, with the wrong length.
  }
  throw new LockstitchError('ERR_KEY_INVALID')
}
