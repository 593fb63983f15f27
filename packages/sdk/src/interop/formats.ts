import type { ForeignFormat } from './types.ts'

/** What a format is and what it is worth. */
export interface ForeignFormatInfo {
  readonly name: ForeignFormat
  /** The system that stores it. */
  readonly system: string
  /** False when no value of the format can show that it is unchanged; such values open only with `allowUnauthenticated`. */
  readonly authenticated: boolean
  /** True when `sealForeign` writes it. */
  readonly writable: boolean
  /** What the format cannot protect from, whatever the code that reads it does. */
  readonly cannotProtect: readonly string[]
}

const NOT_BOUND =
  'moving a value to another field, record or user, or putting an old one back: nothing binds it to its place'
const UNAUTHENTICATED = 'changes: nothing shows that a value is what was stored'
const LENGTH = 'showing the length of the plaintext'
const PASSPHRASE = 'guessing the passphrase: the derivation is too cheap to hold an attacker up'

/**
 * Every format that `openForeign` reads, with what it cannot protect from. Reading a format does not make its values safe:
 * carry them over to `ls1`.
 *
 * @example
 * ```ts
 * import { FOREIGN_FORMATS } from '@lockstitch/sdk/interop'
 *
 * const readOnly = FOREIGN_FORMATS.filter(({ writable }) => !writable).map(({ name }) => name)
 * console.log(readOnly.join(' ')) // novamind-cryptojs openssl
 * ```
 */
export const FOREIGN_FORMATS: readonly ForeignFormatInfo[] = [
  {
    name: 'phase4',
    system: 'Phase 4 service (Node): JSON envelope {v,k,iv,d,t}, AES-256-GCM',
    authenticated: true,
    writable: true,
    cannotProtect: [NOT_BOUND, LENGTH, 'a server that accepts tags cut to 4 bytes, as this system does'],
  },
  {
    name: 'pazpaz',
    system: 'PazPaz (Python): versioned text, BYTEA and JSONB values, AES-256-GCM',
    authenticated: true,
    writable: true,
    cannotProtect: [NOT_BOUND, LENGTH],
  },
  {
    name: 'novamind-fernet',
    system: 'NOVAMIND server (Python): Fernet tokens',
    authenticated: true,
    writable: true,
    cannotProtect: [NOT_BOUND, 'an attacker of 128-bit keys: Fernet is AES-128', 'showing when a value was written'],
  },
  {
    name: 'novamind-cryptojs',
    system: 'NOVAMIND page (JavaScript): CryptoJS.AES under a passphrase',
    authenticated: false,
    writable: false,
    cannotProtect: [UNAUTHENTICATED, PASSPHRASE, NOT_BOUND],
  },
  {
    name: 'pgcrypto',
    system: 'MediMind PostgreSQL: pgcrypto pgp_sym_encrypt',
    authenticated: true,
    writable: true,
    cannotProtect: [
      NOT_BOUND,
      'values written with disable-mdc: nothing shows that they are unchanged',
      'SQL sessions and logs, which see the passphrase',
    ],
  },
  {
    name: 'csfle',
    system: 'MediMind MongoDB: client-side field level encryption',
    authenticated: true,
    writable: true,
    cannotProtect: [NOT_BOUND, 'showing which values are equal, where the deterministic algorithm was used'],
  },
  {
    name: 'openssl',
    system: 'MediMind backups: openssl enc -aes-256-cbc',
    authenticated: false,
    writable: false,
    cannotProtect: [UNAUTHENTICATED, PASSPHRASE],
  },
  {
    name: 'hsm',
    system: 'MediMind HSM: AES key wrap and PKCS #11 AES-GCM',
    authenticated: true,
    writable: true,
    cannotProtect: [
      'a caller that uses an IV twice with one key: the IV is handed in',
      'moving a value, unless the additional data names its place',
    ],
  },
  {
    name: 'surgicase',
    system: 'SurgiCase (Python): base64 of IV, tag and ciphertext, AES-256-GCM',
    authenticated: true,
    writable: true,
    cannotProtect: [
      NOT_BOUND,
      LENGTH,
      'a reader that takes ciphertext for the value when it cannot open it, as this system does',
    ],
  },
]
