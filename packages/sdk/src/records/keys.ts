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
  /** Signs and proves manifests of models with `signed: true`; a second thread signs nothing. `writer` stands in all. */
  readonly identity: Pick<Identity, 'signingPublic' | 'writer'> & Partial<Pick<Identity, 'signing'>>
}

/** The newest manifest of a record that is known: what the next one follows. */
export interface RecordHead {
  readonly revision: number
  /** Hash of the manifest, base64url. */
  readonly hash: string
  readonly state: 'live' | 'tombstone'
}
