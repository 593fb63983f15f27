/** Keys for one run of the tests. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'

/** Fresh bytes. */
export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length))
}

/** What each format that is written opens and seals with. */
export const KEYS = {
  phase4: { keys: { 'dev-key-1': random(32) } },
  pazpaz: { keys: { v1: random(32) } },
  'novamind-fernet': { masterKey: 'dev master key – מפתח', salt: random(16) },
  pgcrypto: { passphrase: 'pässwörd סיסמה 🔑' },
  csfle: { deks: { '9e2adfbafb774f41adf339e8bf200358': random(96) } },
  hsm: { key: random(32), iv: random(12), aad: random(20) },
  surgicase: { dek: random(32) },
} as const
