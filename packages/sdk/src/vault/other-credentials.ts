/** Credentials of secrets that are used seldom: they come with the part that manages an account. */
import { LockstitchError } from '../errors.ts'
import type { LocatorCredential } from '../keys/credential.ts'
import { derivePasskeyCredential } from '../keys/passkey.ts'
import type { OtherCredentials, RecoveryCredentials } from './api.ts'
import type { VaultContext } from './context.ts'
import { deriveRecovery } from './recovery.ts'

/**
 * The credential of whatever is no password.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` for a typing error, `ERR_PASSWORD_INVALID` when it is no secret at all, `ERR_PASSKEY_UNSUPPORTED` when the secret of a passkey was to be asked for where there is nobody to ask.
 */
export async function deriveOtherCredential(
  context: VaultContext,
  secret: RecoveryCredentials | OtherCredentials,
): Promise<LocatorCredential> {
  if ('recoveryCode' in secret) return deriveRecovery(context, secret.recoveryCode)
  if (!('passkey' in secret)) throw new LockstitchError('ERR_PASSWORD_INVALID')
  const { passkey } = secret
  if (passkey === true) throw new LockstitchError('ERR_PASSKEY_UNSUPPORTED')
  return derivePasskeyCredential(passkey)
}
