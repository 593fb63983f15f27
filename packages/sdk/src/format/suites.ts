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
}

/** Suite of `ls1`: NIST SP 800-38D, FIPS 180-4, RFC 5869, RFC 8018, RFC 2104, RFC 8032, RFC 7748. */
export const LS1: Suite = {
  aead: { name: 'AES-GCM', length: 256 },
  tagLength: 128,
  hash: 'SHA-256',
  kdf: 'HKDF',
  passwordKdf: 'PBKDF2',
  mac: { name: 'HMAC', hash: 'SHA-256', length: 256 },
  signing: 'Ed25519',
  receiving: 'X25519',
}
