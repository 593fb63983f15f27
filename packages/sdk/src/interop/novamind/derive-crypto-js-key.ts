import { assertString } from '../../assert.ts'
import { stretch } from '../primitives/pbkdf2.ts'
import { encodePassphrase } from '../shared/keys.ts'

const ITERATIONS = 10_000
const KEY_BYTES = 32
/** The hash that `CryptoJS.PBKDF2` uses when it is not told one, which changed between the two versions. */
const DIGESTS = new Map([
  ['4.1', 'sha1'],
  ['4.2', 'sha256'],
] as const)

/**
 * The key that seed 002's page derives from a password: `CryptoJS.PBKDF2` with 10,000 iterations and the default hash of the
 * CryptoJS that the page was built with. The same password gives another key since CryptoJS 4.2, which is how an npm update
 * can lock users out of their data.
 *
 * @param password as the user typed it
 * @param salt the text that the page passed
 * @param version of CryptoJS: `4.1` stands for it and everything before, `4.2` for it and everything after
 * @returns 64 lower-case hex digits. The page uses this text as the passphrase of `novamind-cryptojs`, not the bytes.
 * @throws LockstitchError `ERR_KEY_INVALID` when the password or the salt has a lone surrogate.
 *
 * @example
 * ```ts
 * import { deriveCryptoJsKey } from '@lockstitch/sdk/interop'
 *
 * console.log((await deriveCryptoJsKey('correct horse', 'somesalt', '4.1')).slice(0, 16)) // 4ff9218c7fb18a19
 * console.log((await deriveCryptoJsKey('correct horse', 'somesalt', '4.2')).slice(0, 16)) // c8a28c2e2476a4b0
 * ```
 */
export async function deriveCryptoJsKey(password: string, salt: string, version: '4.1' | '4.2'): Promise<string> {
  assertString(version, 'version')
  const digest = DIGESTS.get(version)
  if (digest === undefined) throw new TypeError('version must be 4.1 or 4.2')
  const secret = encodePassphrase(password, 'password')
  const stretching = { digest, salt: encodePassphrase(salt, 'salt'), iterations: ITERATIONS }
  const key = await stretch(secret, stretching, KEY_BYTES)
  return Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
