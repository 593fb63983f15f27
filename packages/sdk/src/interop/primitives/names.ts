/** The only place of this folder that names algorithms: what WebCrypto calls them. */
export const NAMES = {
  gcm: 'AES-GCM',
  cbc: 'AES-CBC',
  keyWrap: 'AES-KW',
  mac: 'HMAC',
  pbkdf2: 'PBKDF2',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
} as const
