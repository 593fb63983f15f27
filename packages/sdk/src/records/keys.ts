import type { Identity } from '../keys/identity.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Kid } from '../format/kid.ts'

/** The keys of an unlocked account, as far as records need them. */
export interface RecordKeys {
  /** Account id of the owner. */
  readonly account: string
  /** Id of the account key, which manifests name. */
  readonly accountKid: Kid
  /** MACs manifests. */
  readonly manifestKey: CryptoKey
  readonly keyring: Keyring
  readonly identity: Identity
}

/** The newest manifest of a record that is known: what the next one follows. */
export interface RecordHead {
  readonly revision: number
  /** Hash of the manifest, base64url. */
  readonly hash: string
  readonly state: 'live' | 'tombstone'
}
