import type { Bytes } from '../assert.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { KEY_BYTES } from '../format/constants.ts'
import { LABELS } from '../format/labels.ts'
import { deriveAeadKey, deriveBytes, deriveMacKey } from '../crypto/hkdf.ts'
import { randomBytes } from '../crypto/random.ts'
import { wrapDerived, WRAPPING_USAGES } from '../crypto/wrap.ts'

/** What an account key is used as. The key itself only derives these. */
export interface AccountKeys {
  /** Wraps data keys and identity keys. */
  readonly wrapping: CryptoKey
  /** MACs manifests. */
  readonly manifest: CryptoKey
  /** Seals what a device keeps in its own storage. */
  readonly local: CryptoKey
  /** Seals short texts about the account that the server stores, such as the names of devices. */
  readonly notes: CryptoKey
  /** The manifest key under the wrapping key, to be handed to a second thread. */
  readonly wrappedManifest: Bytes
  readonly commitment: Bytes
}

/** Raw bytes for a new account key. The caller wraps them under every slot and wipes them. */
export function generateAccountKey(): Bytes {
  return randomBytes(KEY_BYTES)
}

/** The keys that an account key stands for. */
export async function deriveAccountKeys(accountKey: CryptoKey, account: string): Promise<AccountKeys> {
  const info = (label: string): Bytes => encodeFrame([label, account])
  const [wrapping, manifest, local, notes, commitment] = await Promise.all([
    deriveAeadKey(accountKey, info(LABELS.wrappingKey), WRAPPING_USAGES),
    deriveMacKey(accountKey, info(LABELS.manifestKey)),
    deriveAeadKey(accountKey, info(LABELS.localKey), ['encrypt', 'decrypt']),
    deriveAeadKey(accountKey, info(LABELS.notesKey), ['encrypt', 'decrypt']),
    deriveCommitment(accountKey),
  ])
  const passing = await deriveMacKey(accountKey, info(LABELS.manifestKey), true)
  const wrappedManifest = await wrapDerived(wrapping, manifestKeyAad(account), passing)
  return { wrapping, manifest, local, notes, wrappedManifest, commitment }
}

/** Associated data of a wrapped manifest key. */
export function manifestKeyAad(account: string): Bytes {
  return encodeFrame([LABELS.manifestKeyAad, account])
}

/** The commitment of a key to derive from: AES-GCM alone does not commit to its key, this does. */
export async function deriveCommitment(key: CryptoKey): Promise<Bytes> {
  return deriveBytes(key, encodeFrame([LABELS.commitment]))
}
