/** The acceptance cases that lie beside the repository, not in it. Under CI they must be at hand. */

/** Names of the files, each with the number of its cases. */
export const SHARED_FILES = {
  '000.json': 22,
  '001.json': 27,
  '002-cryptojs.json': 19,
  '002-fernet.json': 18,
  '003-backup.json': 8,
  '003-csfle.json': 17,
  '003-hsm.json': 12,
  '003-pgcrypto.json': 19,
  '004.json': 15,
} as const

export type SharedFile = keyof typeof SHARED_FILES

/** The text of each file that is at hand. */
export type SharedTexts = Partial<Record<SharedFile, string>>

/** One case of a file, as far as this suite reads it. */
export interface SharedCase {
  readonly id: string
  readonly group: string
  readonly name: string
  readonly op: 'decrypt' | 'encrypt' | 'derive' | 'unwrap'
  readonly key?: string
  readonly passphrase?: string
  readonly input?: string | null
  readonly inputB64?: string
  readonly form?: '3-part' | '4-part'
  readonly options?: string
  readonly ivB64?: string
  readonly aadB64?: string
  readonly bsonB64?: string
  readonly password?: string
  readonly salt?: string
  readonly counterpart: { readonly ok: boolean; readonly plaintextB64?: string; readonly [name: string]: unknown }
  readonly sdk: { readonly verdict: 'accept' | 'reject' | 'policy' | 'undetectable'; readonly class?: string }
}

export interface SharedVectors {
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly cases: readonly SharedCase[]
}
