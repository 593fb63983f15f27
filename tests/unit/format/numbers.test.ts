/** The numbers and names of the format, written down a second time: nobody changes one by accident. */
import { expect, test } from 'vitest'
import { CLASSIFICATIONS, isClassification } from '../../../packages/sdk/src/format/classification.ts'
import * as constants from '../../../packages/sdk/src/format/constants.ts'
import * as areas from '../../../packages/sdk/src/format/labels.ts'
import { LS1 } from '../../../packages/sdk/src/format/suites.ts'

test('sizes and limits', () => {
  expect({ ...constants }).toEqual({
    VERSION: 'ls1',
    KID_BYTES: 8,
    KID_CHARS: 11,
    NONCE_BYTES: 12,
    TAG_BYTES: 16,
    KEY_BYTES: 32,
    HASH_BYTES: 32,
    SIGNATURE_BYTES: 64,
    PUBLIC_KEY_BYTES: 32,
    SALT_BYTES: 16,
    MIN_ITERATIONS: 600_000,
    MAX_ITERATIONS: 10_000_000,
    MAX_SALT_BYTES: 64,
    MIN_DEVICE_MS: 60_000,
    MAX_DEVICE_MS: 31_622_400_000,
    MAX_VALUE_BYTES: 1_048_576,
    MAX_ENVELOPE_CHARS: 1_398_155,
    MAX_LEAVES: 4096,
    MAX_MODEL_DEPTH: 16,
    MAX_MANIFEST_CHARS: 2048,
    MAX_ACCOUNT_STATE_CHARS: 262_144,
    CHUNK_BYTES: 16_384,
    FILE_SALT_BYTES: 24,
    FILE_HEADER_BYTES: 56,
    MAX_CHUNKS: 2 ** 38,
    FILE_PART_BYTES: 4_194_304,
    MAX_FILE_BYTES: 2 ** 34,
    MAX_FILE_TEXT_CHARS: 1024,
    MIN_CUSTODIANS: 2,
    MAX_CUSTODIANS: 16,
    MIN_ESCROW_DELAY_MS: 60 * 60 * 1000,
    MAX_ESCROW_DELAY_MS: 30 * 24 * 60 * 60 * 1000,
    SHARE_BYTES: 33,
    SEALED_SHARE_BYTES: 81,
    MAX_ESCROW_CHARS: 16_384,
    MAX_CARD_CHARS: 1024,
  })
})

test('the suite', () => {
  expect(LS1).toEqual({
    aead: { name: 'AES-GCM', length: 256 },
    tagLength: 128,
    hash: 'SHA-256',
    kdf: 'HKDF',
    passwordKdf: 'PBKDF2',
    mac: { name: 'HMAC', hash: 'SHA-256', length: 256 },
    signing: 'Ed25519',
    receiving: 'X25519',
    chunked: { aead: 'AEAD_AES_256_GCM', mac: { name: 'HMAC', hash: 'SHA-512', length: 256 }, hashBytes: 64 },
  })
})

test('every label is of this format and says one purpose', () => {
  const labels = Object.values(areas).flatMap((area): string[] => Object.values(area))
  expect(new Set(labels).size).toBe(labels.length)
  for (const label of labels) expect(label).toMatch(/^lockstitch\/ls1\/[a-z-]+(\/[a-z-]+)?$/)
})

test('what health data demands', () => {
  expect(CLASSIFICATIONS).toEqual({
    phi: { encrypted: true, audited: true, rotationDays: 90, audience: 'user', pad: 'padme' },
    pii: { encrypted: true, audited: true, rotationDays: 90, audience: 'user', pad: 'block' },
    confidential: { encrypted: true, audited: false, rotationDays: 180, audience: 'server', pad: 'none' },
    internal: { encrypted: false, audited: false, rotationDays: 365, audience: 'server', pad: 'none' },
    pub: { encrypted: false, audited: false, rotationDays: null, audience: 'server', pad: 'none' },
  })
  expect(['phi', 'PHI', '__proto__', 'toString', 1, null].map(isClassification)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})
