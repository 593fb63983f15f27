/** What goes into and comes out of the five systems' formats: the shapes of keys, inputs, options and results. */
import type { Bytes } from '../assert.ts'
import type { ImportedKeys } from './primitives/aes-gcm.ts'
import type { ForeignWarning } from './warnings.ts'

/** A value of `pazpaz` is stored in one of six forms; the name of a form says what a column holds. */
export type PazpazForm = '2-part' | '3-part' | '4-part' | 'bytea' | 'bytea-legacy' | 'jsonb'

/** Digests that `openssl enc -md` can be given here. */
export type OpensslDigest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** The keys of each format. All key bytes are raw; a key of another length is `ERR_KEY_INVALID`. */
export interface ForeignKeys {
  /** AES-256 keys by the id that an envelope names in `k`. */
  readonly phase4: { readonly keys: Readonly<Record<string, Uint8Array>> }
  /**
   * AES-256 keys by version. A BYTEA value that names no version was written before there were versions: it opens with
   * `legacy` where that is given, else with `v1`.
   */
  readonly pazpaz: { readonly keys: Readonly<Record<string, Uint8Array>>; readonly legacy?: Uint8Array }
  /** The Fernet key itself (44 characters), or the master key and salt that the server derives it from. */
  readonly 'novamind-fernet': { readonly fernetKey: string } | { readonly masterKey: string; readonly salt: Uint8Array }
  /** What the page handed to `CryptoJS.AES.encrypt`: often the result of `deriveCryptoJsKey`. */
  readonly 'novamind-cryptojs': { readonly passphrase: string }
  /** What SQL handed to `pgp_sym_encrypt`. */
  readonly pgcrypto: { readonly passphrase: string }
  /** Data keys (MAC key, encryption key and IV key, 32 bytes each) by the 32 lower-case hex digits of their UUID. */
  readonly csfle: { readonly deks: Readonly<Record<string, Uint8Array>> }
  /** A passphrase and how `openssl enc` derived from it, which the file does not say; or the key and IV of `-K` and `-iv`. */
  readonly openssl:
    | {
        readonly passphrase: string
        readonly derivation: 'pbkdf2' | 'evp'
        /** Of `pbkdf2`; 10,000 is what `-pbkdf2` alone means. */
        readonly iterations?: number
        /** `sha256` is what OpenSSL uses unless told otherwise; before 1.1.0 it was `md5`. */
        readonly digest?: OpensslDigest
      }
    | { readonly key: Uint8Array; readonly iv: Uint8Array }
  /** The wrapping key, to unwrap a key; or the key, the IV and the additional data of one AES-GCM call. */
  readonly hsm:
    | { readonly kek: Uint8Array }
    | { readonly key: Uint8Array; readonly iv: Uint8Array; readonly aad?: Uint8Array }
  /** The user's data key, as KMS unwrapped it. */
  readonly surgicase: { readonly dek: Uint8Array }
}

/** The name of a format. */
export type ForeignFormat = keyof ForeignKeys

/** The formats that can be written. */
export type WritableForeignFormat = Exclude<ForeignFormat, 'novamind-cryptojs' | 'openssl'>

/**
 * What a column, a file or a document holds. Text formats take their text; binary formats take bytes, their standard base64
 * or PostgreSQL's `\x` hex; the JSON forms also take the parsed object, as a database driver hands it out.
 */
export type ForeignInput = string | Uint8Array | Readonly<Record<string, unknown>>

/** Options of `openForeign`. */
export interface OpenForeignOptions {
  /** Opens what carries no proof that it is unchanged. The result then says `authenticated: false`. */
  readonly allowUnauthenticated?: boolean
  /** `pazpaz` only: the one form that is accepted. Without it the form is told from the value. */
  readonly form?: PazpazForm
}

/** Options of `sealForeign`. */
export interface SealForeignOptions {
  /**
   * The key to write under: of `phase4` its `k`, of `pazpaz` a version, of `csfle` a UUID. Needed when there is more than one
   * key; `pazpaz` otherwise writes under the highest version.
   */
  readonly keyId?: string
  /** `pazpaz`: `3-part` (the default), `4-part` or `bytea`. `novamind-fernet`: `token` (the default) or `v1-token`. */
  readonly form?: '3-part' | '4-part' | 'bytea' | 'token' | 'v1-token'
  /** `csfle` only; `random` is the default. `deterministic` shows which values are equal. */
  readonly algorithm?: 'random' | 'deterministic'
}

/** An opened value. */
export interface OpenedForeign {
  /** The plaintext. Of a `csfle` value that is neither a string nor binary: its BSON value. */
  readonly bytes: Bytes
  /**
   * The plaintext as text, a byte order mark included.
   *
   * @throws LockstitchError `ERR_TEXT_INVALID` when it is not UTF-8.
   */
  text(): string
  /** The key that the value names: `k`, the version or the data key's UUID. */
  readonly keyId?: string
  /** False when the format could not show that the value is unchanged. */
  readonly authenticated: boolean
  /** What the format did not protect this value from. */
  readonly warnings: readonly ForeignWarning[]
  /** Of `csfle`: the BSON type of the value (2 string, 5 binary, 16 int32, 18 int64, 9 date ...). */
  readonly bsonType?: number
}

/** What `sealForeign` gives for each format. */
export interface ForeignSealed {
  readonly phase4: string
  readonly pazpaz: string | Bytes
  readonly 'novamind-fernet': string
  readonly pgcrypto: Bytes
  readonly csfle: Bytes
  readonly hsm: Bytes
  readonly surgicase: string
}

/** What a format's own code hands back. */
export interface Opened {
  readonly bytes: Bytes
  /** True for bytes that the value itself says are text, false when it says that they are not. */
  readonly isText?: boolean
  readonly keyId?: string
  readonly authenticated: boolean
  readonly warnings?: readonly ForeignWarning[]
  readonly bsonType?: number
}

/** A value to seal: its bytes, and whether it was given as text. */
export interface Plain {
  readonly bytes: Bytes
  readonly isText: boolean
}

/** The code of one format. A format that is not written has no `seal`. */
export interface ForeignCodec<F extends ForeignFormat> {
  /** Set where the system reads and writes text and nothing else; other bytes are refused both ways. */
  readonly textOnly?: true
  open(input: ForeignInput, keys: ForeignKeys[F], options: OpenForeignOptions, imported: ImportedKeys): Promise<Opened>
  readonly seal?: (value: Plain, keys: ForeignKeys[F], options: SealForeignOptions) => Promise<string | Bytes>
}
