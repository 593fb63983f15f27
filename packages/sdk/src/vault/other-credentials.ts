/** Credentials of secrets that are used seldom: they come with the part that manages an account. */
import { LockstitchError } from '../errors.ts'
import type { LocatorCredential } from '../keys/credential.ts'
import { derivePasskeyCredential } from '../keys/passkey.ts'
import type { OtherCredentials } from './api.ts'

/**
 * The credential of whatever is neither a password nor a recovery code.
 *
 * @throws LockstitchError `ERR_PASSWORD_INVALID` when it is none of these either, `ERR_PASSKEY_UNSUPPORTED` when the secret of a passkey was to be asked for where there is nobody to ask.
 */
export async function deriveOtherCredential(secret: OtherCredentials): Promise<LocatorCredential> {
  if (!('passkey' in secret)) throw new LockstitchError('ERR_PASSWORD_INVALID')
  const { passkey } = secret
  if (passkey === true) throw new LockstitchError('ERR_PASSKEY_UNSUPPORTED')
  return derivePasskeyCredential(passkey)
}
