import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeFrame, encodeUint32 } from '../bytes/frame.ts'
import { wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import { KEY_BYTES } from '../format/constants.ts'
import { type Kid, kidOf } from '../format/kid.ts'
import { LABELS } from '../format/labels.ts'
import { importDerivationKey } from '../crypto/hkdf.ts'
import { randomBytes } from '../crypto/random.ts'
import { unwrapDerivationKey, wrapBytes } from '../crypto/wrap.ts'
import { deriveCommitment } from './account-key.ts'

interface DataKeyPlace {
  readonly account: string
  readonly classification: Classification
  readonly version: number
}

/** A new data key, wrapped under the account's wrapping key, as an entry of the keyring. */
export async function generateDataKey(wrappingKey: CryptoKey, place: DataKeyPlace, now: number): Promise<KeyringEntry> {
  const bytes = randomBytes(KEY_BYTES)
  try {
    const commitment = await deriveCommitment(await importDerivationKey(bytes))
    const wrapped = await wrapBytes(wrappingKey, dataKeyAad(place, kidOf(commitment)), bytes)
    return {
      kid: kidOf(commitment),
      classification: place.classification,
      version: place.version,
      state: 'active',
      created: now,
      commitment: encodeBase64url(commitment),
      wrapped: encodeBase64url(wrapped),
    }
  } finally {
    wipe(bytes)
  }
}

/** The data key after the newest one that an account has of a classification. */
export async function generateNextDataKey(
  wrappingKey: CryptoKey,
  { account, keyring }: Pick<AccountState, 'account' | 'keyring'>,
  classification: Classification,
  now: number,
): Promise<KeyringEntry> {
  const version = 1 + keyring.filter((entry) => entry.classification === classification).length
  return generateDataKey(wrappingKey, { account, classification, version }, now)
}

/**
 * The data key of a keyring entry, as a non-extractable key that only derives.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` when the wrap does not open in this place, `ERR_KEY_INVALID` when the key is
 * not the one that the commitment names.
 */
export async function unwrapDataKey(wrappingKey: CryptoKey, account: string, entry: KeyringEntry): Promise<CryptoKey> {
  if (entry.wrapped === null) throw new LockstitchError('ERR_OPEN_FAILED')
  const aad = dataKeyAad({ account, ...entry }, entry.kid)
  const key = await unwrapDerivationKey(wrappingKey, aad, decodeBase64url(entry.wrapped))
  const commitment = await deriveCommitment(key)
  if (!equalBytes(commitment, decodeBase64url(entry.commitment))) throw new LockstitchError('ERR_KEY_INVALID')
  return key
}

/** Associated data of a wrapped data key. */
export function dataKeyAad({ account, classification, version }: DataKeyPlace, kid: Kid): Bytes {
  return encodeFrame([LABELS.dataKeyAad, account, classification, encodeUint32(version), kid])
}
