/** How passwords are stretched: by the wish of the app and the policy of the account, and never by a wish of the server. */
import { encodeBase64url } from '../bytes/base64url.ts'
import type { AccountState } from '../format/account-state.ts'
import { SALT_BYTES } from '../format/constants.ts'
import type { KdfParams } from '../format/kdf-params.ts'
import { randomBytes } from '../crypto/random.ts'

/** Parameters for a new password, with a salt of its own. */
export function generateKdf(wished: number, policy?: AccountState['policy']): KdfParams {
  const iterations = Math.max(wished, policy?.minIterations ?? 0)
  return { hash: 'SHA-256', iterations, salt: encodeBase64url(randomBytes(SALT_BYTES)) }
}
