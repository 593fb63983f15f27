import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { wipe } from '../bytes/wipe.ts'
import type { KdfParams } from '../format/kdf-params.ts'
import { type Label, LABELS } from '../format/labels.ts'
import type { DeviceSlot, EscrowSlot, SlotKind } from '../format/slot.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../crypto/hkdf.ts'
import { stretchPassword } from '../crypto/password.ts'
import { parseRecoveryCode } from './recovery-code.ts'

/** What a secret of the user becomes: a login for the server and a key for a slot, neither of which tells the other. */
export type Credential = PasswordCredential | LocatorCredential | DeviceCredential | EscrowCredential

/** What opens a slot that there is. */
export type Opener = Pick<Credential, 'kind' | 'login' | 'slotKey'>

/** What the server checks; it keeps only scrypt of `secret`. */
export type Login = HandleLogin | LocatorLogin | DeviceLogin

/** A login under a handle. */
export interface HandleLogin {
  readonly handle: string
  /** 32 bytes in base64url. */
  readonly secret: string
}

/** A login that names the account by 16 bytes of the secret itself, in base64url. */
export interface LocatorLogin {
  readonly locator: string
  /** 32 bytes in base64url. */
  readonly secret: string
}

/** The login of a remembered device: the proof that its secret and its PIN are known. */
export interface DeviceLogin {
  /** Id of the slot. */
  readonly device: string
  /** 32 bytes in base64url. */
  readonly secret: string
}

/** The credential of a password. */
export interface PasswordCredential {
  readonly kind: 'password'
  readonly kdf: KdfParams
  readonly login: HandleLogin
  readonly slotKey: CryptoKey
}

/** The credential of a secret of high entropy. `locator` names the account without its handle. */
export interface LocatorCredential {
  readonly kind: Exclude<SlotKind, 'password' | 'device' | 'escrow'>
  readonly login: LocatorLogin
  readonly slotKey: CryptoKey
}

/** The credential of a remembered device. */
export interface DeviceCredential extends Pick<DeviceSlot, 'kind' | 'name' | 'idle' | 'until'> {
  /** Id of its slot: what it is derived with. */
  readonly slot: string
  readonly login: DeviceLogin
  readonly slotKey: CryptoKey
}

/** The credential of an escrow, whose secret custodians give together. */
export interface EscrowCredential extends Pick<EscrowSlot, 'kind' | 'document'> {
  readonly login: LocatorLogin
  readonly slotKey: CryptoKey
}

/** Usages of the key of a slot. `encrypt` is for raw bytes that are wrapped once, when they are generated. */
export const SLOT_USAGES: readonly KeyUsage[] = ['encrypt', 'wrapKey', 'unwrapKey']

/**
 * The credential of a password.
 *
 * @throws LockstitchError `ERR_KDF_PARAMS` or `ERR_PASSWORD_INVALID` before any work.
 */
export async function derivePasswordCredential(
  password: string,
  handle: string,
  kdf: KdfParams,
): Promise<PasswordCredential> {
  const stretched = await stretchPassword(password, handle, kdf)
  const info = (label: string): Bytes => encodeFrame([label, handle])
  const [secret, slotKey] = await Promise.all([
    deriveBytes(stretched, info(LABELS.passwordAuth)),
    deriveAeadKey(stretched, info(LABELS.passwordUnlock), SLOT_USAGES),
  ])
  return { kind: 'password', kdf, login: { handle, secret: encodeBase64url(secret) }, slotKey }
}

/**
 * The credential of a recovery code, whose 160 random bits need no stretching.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE` when it is not a complete code.
 */
export async function deriveRecoveryCredential(recoveryCode: string): Promise<LocatorCredential> {
  return deriveLocatorCredential('recovery', await parseRecoveryCode(recoveryCode), {
    locate: LABELS.recoveryLocate,
    auth: LABELS.recoveryAuth,
    unlock: LABELS.recoveryUnlock,
  })
}

/** The labels of one kind of secret: one for each thing that it becomes. */
export interface LocatorLabels {
  readonly locate: Label
  readonly auth: Label
  readonly unlock: Label
}

/** The credential of random bytes, which need no stretching. The bytes are wiped. */
export async function deriveLocatorCredential(
  kind: LocatorCredential['kind'],
  bytes: Bytes,
  labels: LocatorLabels,
): Promise<LocatorCredential> {
  const base = await importDerivationKey(bytes)
  wipe(bytes)
  const [locator, secret, slotKey] = await Promise.all([
    deriveBytes(base, encodeFrame([labels.locate]), 16),
    deriveBytes(base, encodeFrame([labels.auth])),
    deriveAeadKey(base, encodeFrame([labels.unlock]), SLOT_USAGES),
  ])
  return { kind, login: { locator: encodeBase64url(locator), secret: encodeBase64url(secret) }, slotKey }
}
