/**
 * Remembered devices. The key of a device slot needs three things: a secret on the device, which lies there in clear; a
 * PIN; and a share that the server gives out against a proof of the other two, a few times.
 */
import type { Bytes } from '../assert.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { concat } from '../bytes/concat.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { wipe } from '../bytes/wipe.ts'
import { DEVICE_LABELS } from '../format/labels.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../crypto/hkdf.ts'
import { stretchPin } from '../crypto/password.ts'
import { type DeviceLogin, SLOT_USAGES } from './credential.ts'

/** What is on the device. */
export interface DeviceSecret {
  /** Id of its slot. */
  readonly slot: string
  /** 32 random bytes. */
  readonly secret: Bytes
}

/** What a device and a PIN come to before the server has given its share. */
export interface DeviceProof {
  readonly login: DeviceLogin
  /** The key of the slot, with the server's share of 32 bytes. */
  slotKey(share: Bytes): Promise<CryptoKey>
  /** Overwrites what the key is derived from. */
  end(): void
}

/**
 * The proof of a PIN on a device. Without the device's secret no guess of the PIN can be tried.
 *
 * @throws LockstitchError `ERR_PIN_INVALID` before any work.
 */
export async function deriveDeviceProof({ slot, secret }: DeviceSecret, pin: string): Promise<DeviceProof> {
  const stretched = await stretchPin(pin, slot, secret)
  const ofPin = await deriveBytes(stretched, encodeFrame([DEVICE_LABELS.deviceStretched, slot]))
  const known = concat(secret, ofPin)
  wipe(ofPin)
  const proof = await deriveBytes(await importDerivationKey(known), encodeFrame([DEVICE_LABELS.deviceAuth, slot]))
  const login = { device: slot, secret: encodeBase64url(proof) }
  return {
    login,
    async slotKey(share) {
      const all = concat(known, share)
      const base = await importDerivationKey(all)
      wipe(all)
      return deriveAeadKey(base, encodeFrame([DEVICE_LABELS.deviceUnlock, slot]), SLOT_USAGES)
    },
    end: () => wipe(known),
  }
}
