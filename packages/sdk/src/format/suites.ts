/**
 * The registry of algorithms: the only place that names one. The version of the format selects the suite; nothing is
 * negotiated, and a new suite is a new version.
 */
export interface Suite {
  readonly aead: { readonly name: 'AES-GCM'; readonly length: 256 }
  readonly tagLength: 128
  readonly hash: 'SHA-256'
  readonly kdf: 'HKDF'
  readonly passwordKdf: 'PBKDF2'
  readonly mac: { readonly name: 'HMAC'; readonly hash: 'SHA-256'; readonly length: 256 }
  readonly signing: 'Ed25519'
  readonly receiving: 'X25519'
  /** c2sp.org/chunked-encryption as Cobblestone-256: the name of its AEAD, and the HMAC of its HKDF-Expand. */
  readonly chunked: {
    readonly aead: 'AEAD_AES_256_GCM'
    readonly mac: { readonly name: 'HMAC'; readonly hash: 'SHA-512'; readonly length: 256 }
    readonly hashBytes: 64
  }
}

/** Suite of `ls1`: NIST SP 800-38D, FIPS 180-4, RFC 5869, RFC 8018, RFC 2104, RFC 8032, RFC 7748, RFC 5116. */
export const LS1: Suite = {
  aead: { name: 'AES-GCM', length: 256 },
  tagLength: 128,
  hash: 'SHA-256',
  kdf: 'HKDF',
  passwordKdf: 'PBKDF2',
  mac: { name: 'HMAC', hash: 'SHA-256', length: 256 },
  signing: 'Ed25519',
  receiving: 'X25519',
  chunked: { aead: 'AEAD_AES_256_GCM', mac: { name: 'HMAC', hash: 'SHA-512', length: 256 }, hashBytes: 64 },
}
