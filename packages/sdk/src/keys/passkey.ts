import { assertBytes, type Bytes } from '../assert.ts'
import { copySecret } from '../bytes/wipe.ts'
import { PASSKEY_LABELS } from '../format/labels.ts'
import { deriveLocatorCredential, type LocatorCredential } from './credential.ts'

/** Bytes that an authenticator gives for one salt: the output of WebAuthn's `prf` extension. */
export const PASSKEY_SECRET_BYTES = 32

/** The credential of a passkey, from the secret that its authenticator derived. The caller's bytes stay as they are. */
export async function derivePasskeyCredential(secret: Bytes): Promise<LocatorCredential> {
  assertBytes(secret, 'passkey', PASSKEY_SECRET_BYTES)
  return deriveLocatorCredential('passkey', copySecret(secret), {
    locate: PASSKEY_LABELS.passkeyLocate,
    auth: PASSKEY_LABELS.passkeyAuth,
    unlock: PASSKEY_LABELS.passkeyUnlock,
  })
}
