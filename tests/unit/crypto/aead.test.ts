import { describe, expect, test, vi } from 'vitest'
import { openBytes, params, sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { deriveAeadKey, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { LockstitchError } from '../../../packages/sdk/src/errors.ts'
import { encodeUtf8 } from '../../../packages/sdk/src/bytes/utf8.ts'
import { flips, outcome, toHex } from '../support/outcome.ts'

const AAD = encodeUtf8('context')
const PLAIN = encodeUtf8('John Doe')

async function newKey(byte = 7): Promise<CryptoKey> {
  return deriveAeadKey(await importDerivationKey(new Uint8Array(32).fill(byte)), AAD, ['encrypt', 'decrypt'])
}

test('opens what it sealed: nonce, ciphertext, tag', async () => {
  const key = await newKey()
  const sealed = await sealBytes(key, AAD, PLAIN)
  expect(sealed.length).toBe(12 + PLAIN.length + 16)
  expect(await openBytes(key, AAD, sealed)).toEqual(PLAIN)
})

test('10,000 nonces are all different, and none comes from anywhere but getRandomValues', async () => {
  const key = await newKey()
  const given: string[] = []
  const getRandomValues = crypto.getRandomValues.bind(crypto)
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    const filled = getRandomValues(array as never)
    given.push(toHex(filled as unknown as Uint8Array))
    return filled
  })
  const nonces: string[] = []
  for (let i = 0; i < 100; i++) {
    const batch = await Promise.all(Array.from({ length: 100 }, () => sealBytes(key, AAD, PLAIN)))
    nonces.push(...batch.map((sealed) => toHex(sealed.subarray(0, 12))))
  }
  vi.restoreAllMocks()
  expect(new Set(nonces).size).toBe(10_000)
  expect(given.length).toBeGreaterThan(10)
  // The first ones may be of a pool that was filled before the recording began.
  const bytes = given.join('')
  expect(nonces.slice(400).every((nonce) => bytes.includes(nonce))).toBe(true)
})

test('sealing twice never gives the same bytes', async () => {
  const key = await newKey()
  const [first, second] = await Promise.all([sealBytes(key, AAD, PLAIN), sealBytes(key, AAD, PLAIN)])
  expect(toHex(first.subarray(12))).not.toBe(toHex(second.subarray(12)))
})

describe('refuses with one code', () => {
  test('any byte changed', async () => {
    const key = await newKey()
    for (const changed of flips(await sealBytes(key, AAD, PLAIN))) {
      expect(await outcome(() => openBytes(key, AAD, changed))).toBe('ERR_OPEN_FAILED')
    }
  })

  test('any byte of the additional data changed, or one more or less', async () => {
    const key = await newKey()
    const sealed = await sealBytes(key, AAD, PLAIN)
    for (const aad of [...flips(AAD), AAD.slice(1), new Uint8Array([...AAD, 0]), new Uint8Array(0)]) {
      expect(await outcome(() => openBytes(key, aad, sealed))).toBe('ERR_OPEN_FAILED')
    }
  })

  test('every length that is cut short, and one byte more', async () => {
    const key = await newKey()
    const sealed = await sealBytes(key, AAD, PLAIN)
    for (let length = 0; length < sealed.length; length++) {
      expect(await outcome(() => openBytes(key, AAD, sealed.slice(0, length)))).toBe('ERR_OPEN_FAILED')
    }
    expect(await outcome(() => openBytes(key, AAD, new Uint8Array([...sealed, 0])))).toBe('ERR_OPEN_FAILED')
  })

  test('a tag that is right but cut short, which the platform itself would take', async () => {
    const key = await newKey()
    const nonce = new Uint8Array(12)
    const short = await crypto.subtle.encrypt({ ...params(nonce, AAD), tagLength: 96 }, key, PLAIN)
    const sealed = new Uint8Array([...nonce, ...new Uint8Array(short)])
    const opened = await crypto.subtle.decrypt({ ...params(nonce, AAD), tagLength: 96 }, key, short)
    expect(new Uint8Array(opened)).toEqual(PLAIN)
    expect(await outcome(() => openBytes(key, AAD, sealed))).toBe('ERR_OPEN_FAILED')
  })

  test('another key', async () => {
    const sealed = await sealBytes(await newKey(1), AAD, PLAIN)
    const other = await newKey(2)
    const error: unknown = await openBytes(other, AAD, sealed).catch((thrown: unknown) => thrown)
    expect(error).toEqual(new LockstitchError('ERR_OPEN_FAILED'))
    expect((error as Error).cause).toBeUndefined()
  })
})
