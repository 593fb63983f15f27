/** Sizes and limits of the format `ls1`: the only numbers of the wire. See docs/format.md. */

/** First part of every field envelope and name of the suite. */
export const VERSION = 'ls1'

/** Bytes of a key id: the first bytes of the key's commitment. */
export const KID_BYTES = 8
/** Characters of a key id in base64url. */
export const KID_CHARS = 11
/** Bytes of an AES-GCM nonce (NIST SP 800-38D section 8.2). */
export const NONCE_BYTES = 12
/** Bytes of an AES-GCM tag; a shorter one is never accepted. */
export const TAG_BYTES = 16
/** Bytes of every symmetric key. */
export const KEY_BYTES = 32
/** Bytes of a SHA-256 digest, a commitment or a MAC. */
export const HASH_BYTES = 32
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64
/** Bytes of an Ed25519 or X25519 public key. */
export const PUBLIC_KEY_BYTES = 32
/** Bytes of a salt that a client makes. */
export const SALT_BYTES = 16

/** The least PBKDF2 iterations that a client derives with (OWASP 2026 for PBKDF2-HMAC-SHA-256). */
export const MIN_ITERATIONS = 600_000
/** The most, so that a server cannot freeze a client. */
export const MAX_ITERATIONS = 10_000_000
/** The longest salt that is accepted. */
export const MAX_SALT_BYTES = 64

/** The shortest time without a use, in milliseconds, that a device slot may end after. */
export const MIN_DEVICE_MS = 60_000
/** The longest: 366 days. */
export const MAX_DEVICE_MS = 31_622_400_000

/** Bytes of one padded value. */
export const MAX_VALUE_BYTES = 1_048_576
/** Characters of one field envelope. */
export const MAX_ENVELOPE_CHARS: number =
  5 + KID_CHARS + Math.ceil(((MAX_VALUE_BYTES + NONCE_BYTES + TAG_BYTES) * 4) / 3)
/** Leaves (values and empty containers) of one record. */
export const MAX_LEAVES = 4096
/** Levels of objects and arrays of a model. */
export const MAX_MODEL_DEPTH = 16
/** Characters of a manifest token. */
export const MAX_MANIFEST_CHARS = 2048
/** Characters of an account state token. */
export const MAX_ACCOUNT_STATE_CHARS = 262_144

/** Bytes of content in each chunk of a file but the last, which has fewer. */
export const CHUNK_BYTES = 16_384
/** Bytes of a file's salt. */
export const FILE_SALT_BYTES = 24
/** Bytes before a file's first chunk: salt and commitment. */
export const FILE_HEADER_BYTES: number = FILE_SALT_BYTES + HASH_BYTES
/** Chunks of one file. */
export const MAX_CHUNKS: number = 2 ** 38
/** Bytes of the parts, but the last, in which a sealed file is stored. */
export const FILE_PART_BYTES = 4_194_304
/** Bytes of a file's content: 16 GiB. */
export const MAX_FILE_BYTES: number = 2 ** 34
/** Characters of a file's name, and of its media type. */
export const MAX_FILE_TEXT_CHARS = 1024
/** The fewest custodians of an escrow, and the least threshold: one alone would be a second owner. */
export const MIN_CUSTODIANS = 2
/** The most custodians of an escrow. */
export const MAX_CUSTODIANS = 16
/** The shortest delay between a request and its release: an hour. */
export const MIN_ESCROW_DELAY_MS = 3_600_000
/** The longest: 30 days. */
export const MAX_ESCROW_DELAY_MS = 2_592_000_000
/** Bytes of one share: as many as the secret has, and its place. */
export const SHARE_BYTES = 33
/** Bytes of a share that is sealed with HPKE: encapsulated key, ciphertext, tag. */
export const SEALED_SHARE_BYTES: number = PUBLIC_KEY_BYTES + SHARE_BYTES + TAG_BYTES
/** Characters of an escrow document token. */
export const MAX_ESCROW_CHARS = 16_384
/** Characters of a card token. */
export const MAX_CARD_CHARS = 1024
