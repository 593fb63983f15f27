import { LockstitchError } from '../errors.ts'
import type { AccountState, KeyringEntry } from '../format/account-state.ts'
import type { Classification } from '../format/classification.ts'
import { type FileContext, fileKeyInfo, type RecordContext, recordKeyInfo } from '../format/context.ts'
import type { Kid } from '../format/kid.ts'
import { deriveAeadKey, deriveChunkedKey } from '../crypto/hkdf.ts'
import { unwrapDataKey } from './data-key.ts'

/** A data key of an unlocked account. */
export interface HeldKey {
  readonly entry: Pick<KeyringEntry, 'kid' | 'classification' | 'state'>
  readonly key: CryptoKey
}

/** The data keys of an unlocked account, by id. Nothing leaves it but keys of single records and files. */
export interface Keyring {
  /** Ids of the keys that nothing new is sealed under. */
  readonly inactive: ReadonlySet<string>
  /**
   * The id of the key that new values of a classification are sealed under.
   *
   * @throws LockstitchError `ERR_KEY_UNKNOWN` when the classification has no key yet.
   */
  activeKid(classification: Classification): Kid
  /**
   * The key of one record under a data key, for sealing or opening.
   *
   * @throws LockstitchError `ERR_KEY_UNKNOWN` when no such key is held, `ERR_KEY_INVALID` when it is of another
   * classification.
   */
  recordKey(kid: Kid, classification: Classification, context: RecordContext): Promise<CryptoKey>
  /**
   * The input key of one file under the data key that its context names.
   *
   * @throws LockstitchError as {@link Keyring.recordKey}.
   */
  fileKey(context: FileContext): Promise<CryptoKey>
}

/**
 * Unwraps every key of an account state that is not destroyed, and checks that each is the one its commitment names.
 *
 * @throws LockstitchError `ERR_OPEN_FAILED` or `ERR_KEY_INVALID`.
 */
export async function openKeyring(wrappingKey: CryptoKey, state: AccountState): Promise<Keyring> {
  const entries = state.keyring.filter((entry) => entry.state !== 'destroyed')
  const held = await Promise.all(
    entries.map(async (entry): Promise<HeldKey> => ({
      entry,
      key: await unwrapDataKey(wrappingKey, state.account, entry),
    })),
  )
  return keyringOf(held, state.keyring)
}

/**
 * The keyring that has these keys.
 *
 * @param entries All that are known, those of destroyed keys included.
 */
export function keyringOf(held: readonly HeldKey[], entries: readonly Pick<KeyringEntry, 'kid' | 'state'>[]): Keyring {
  const byKid = new Map(held.map((item) => [item.entry.kid, item]))
  const active = new Map(
    held.filter(({ entry }) => entry.state === 'active').map(({ entry }) => [entry.classification, entry.kid]),
  )
  const dataKey = (kid: Kid, classification: Classification): CryptoKey => {
    const item = byKid.get(kid)
    if (item === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
    if (item.entry.classification !== classification) throw new LockstitchError('ERR_KEY_INVALID')
    return item.key
  }
  return {
    inactive: new Set(entries.filter(({ state }) => state !== 'active').map(({ kid }) => kid)),
    activeKid(classification) {
      const kid = active.get(classification)
      if (kid === undefined) throw new LockstitchError('ERR_KEY_UNKNOWN')
      return kid
    },
    recordKey: async (kid, classification, context) =>
      deriveAeadKey(dataKey(kid, classification), recordKeyInfo(context), ['encrypt', 'decrypt']),
    fileKey: async (context) => deriveChunkedKey(dataKey(context.kid, context.classification), fileKeyInfo(context)),
  }
}
