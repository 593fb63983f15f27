import type { CallOptions, LongCallOptions, OpeningCredentials } from './api.ts'

/** Order of {@link Devices.add}. */
export interface AddDeviceRequest extends NewDevice {
  /** What opens the account now: the account key is unwrapped for a moment, and that takes more than an unlocked session. */
  readonly with: OpeningCredentials
}

/** A device to be remembered. */
export interface NewDevice {
  /** 4 to 12 characters. Five wrong ones in a row, and the server destroys what they would open. */
  readonly pin: string
  /** How the user calls it, 1 to 127 bytes of UTF-8; sealed, so that the server does not learn it. */
  readonly name: string
  /** Milliseconds without an unlock after which the device is forgotten; 14 days unless said, a minute to 366 days. */
  readonly idleMs?: number
  /** Milliseconds after which it is forgotten, whatever happens; 90 days unless said, a minute to 366 days. */
  readonly lifeMs?: number
}

/** A device that an account remembers. */
export interface DeviceInfo {
  /** Id of its slot. */
  readonly slot: string
  /** `null` when it cannot be opened. */
  readonly name: string | null
  readonly created: Date
  /** When it was last unlocked, as the server says. */
  readonly lastUsed: Date
  /** When it is forgotten if it is not used before. */
  readonly expires: Date
  /** True for this device. */
  readonly isCurrent: boolean
  /** `blocked`: too many wrong PINs, or the server lost its share. `expired`: past one of its limits. Neither unlocks any more. */
  readonly state: 'active' | 'blocked' | 'expired'
}

/** An account that this device can be unlocked for with a PIN. */
export interface RememberedDevice {
  /** Account id. */
  readonly account: string
  /** Id of the slot. */
  readonly slot: string
  readonly lastUsed: Date
  /** How many PINs may be tried, as the server last said; 5 after a right one. */
  readonly triesLeft: number
}

/** Order of {@link Devices.link}. */
export interface LinkRequest {
  /** The code that {@link Devices.inspectLink} was called with. */
  readonly code: string
  /** What opens the account now. */
  readonly with: OpeningCredentials
}

/** Devices that are remembered: unlocked with a short PIN, since the server counts the tries. */
export interface Devices {
  /**
   * Remembers this device, in the place of an earlier time. The PIN then unlocks it with `unlock({ device: { pin } })`, as
   * long as the server can be reached.
   *
   * Throws `ERR_UNLOCK_FAILED` when `with` does not open this account, `ERR_PIN_INVALID`, `ERR_NAME_INVALID`, `ERR_DEVICE_SHARED` on a
   * shared computer, `ERR_VALUE_INVALID` for other limits, `ERR_CONFLICT` after four lost races with other devices.
   */
  add(request: AddDeviceRequest, options?: CallOptions): Promise<{ readonly slot: string }>
  /** Every device of the account, oldest first. */
  list(options?: CallOptions): Promise<DeviceInfo[]>
  /** What this very device remembers, used last first. Also while it is locked: that is how an app knows to ask for a PIN. */
  remembered(options?: CallOptions): Promise<RememberedDevice[]>
  /** Gives a device another name. Throws `ERR_SLOT_UNKNOWN`, `ERR_NAME_INVALID`. */
  rename(slot: string, name: string, options?: CallOptions): Promise<void>
  /**
   * Revokes a device: the server destroys its share and its sessions, and a device that is unlocked is out at its next call
   * and forgets its secret. Throws `ERR_SLOT_UNKNOWN`.
   */
  revoke(slot: string, options?: CallOptions): Promise<void>

  /**
   * On a new device: begins to link it, and locks it if it was not. Show `code` as a QR code; it holds no secret.
   *
   * Then, on the old device: {@link Devices.inspectLink} with the code. On both: show the words; the user compares them. On
   * the old one, when they are the same: {@link Devices.link}. On this one: {@link Devices.finishLink}.
   */
  requestLink(options?: CallOptions): Promise<{ readonly code: string }>
  /**
   * On the new device: six words, once the old one has read the code. Another device's words are other words, but for a
   * chance of 1 in 2^48, and whoever is in between has one try.
   *
   * Throws `ERR_LINK_FAILED` when nothing came for ten minutes or {@link Devices.requestLink} was not called.
   */
  linkWords(options?: LongCallOptions): Promise<{ readonly words: readonly string[] }>
  /**
   * On the new device: waits until the old one has linked it, unlocks it, and remembers it as {@link Devices.add} does.
   *
   * Throws `ERR_LINK_FAILED` when what came was not sealed by the device whose words were shown, or nothing came for ten minutes,
   * `ERR_UNLOCK_FAILED` when it was used or revoked in the meantime, and what {@link Devices.add} throws; then this device is locked.
   */
  finishLink(device: NewDevice, options?: LongCallOptions): Promise<{ readonly slot: string }>
  /**
   * On the old device: reads the code of a new one, and gives the words to compare.
   *
   * Throws `ERR_LINK_CODE` when the text is no such code, `ERR_LINK_FAILED` when the new device's key is not the one of its code or
   * nothing came for ten minutes.
   */
  inspectLink(code: string, options?: LongCallOptions): Promise<{ readonly words: readonly string[] }>
  /**
   * On the old device, once the user has said that the words are the same: lets the new one in, once, within ten minutes.
   *
   * Throws `ERR_LINK_FAILED` when {@link Devices.inspectLink} was not called with this code, `ERR_UNLOCK_FAILED` when `with` does not open
   * this account.
   */
  link(request: LinkRequest, options?: CallOptions): Promise<void>
}
