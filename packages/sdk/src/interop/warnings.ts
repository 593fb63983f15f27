/** What a format did not protect a value from: a stable code and a constant sentence for each. */
export const FOREIGN_WARNINGS = {
  WARN_BSON_TYPE: 'the bytes are a BSON value that is neither a string nor binary data',
  WARN_CIPHER_LEGACY: 'the value is under a cipher older than AES, with blocks of 64 bits',
  WARN_DETERMINISTIC: 'equal values have equal ciphertexts, so whoever reads the database sees which are equal',
  WARN_KDF_WEAK: 'the key is derived so cheaply that passphrases can be guessed fast',
  WARN_KEY_SHORT: 'the key has fewer than 256 bits',
  WARN_KEY_UNNAMED: 'the value does not say which key it is under',
  WARN_UNAUTHENTICATED: 'nothing shows that the value is unchanged: it may have been altered without a trace',
} as const

/** The code of a warning. */
export type ForeignWarning = keyof typeof FOREIGN_WARNINGS
