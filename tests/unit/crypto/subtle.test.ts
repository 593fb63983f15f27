import { afterEach, expect, test, vi } from 'vitest'
import { subtle } from '../../../packages/sdk/src/crypto/subtle.ts'
import { sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { verifySignature } from '../../../packages/sdk/src/crypto/sign.ts'
import { outcome } from '../support/outcome.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

test('a page that is not a secure context has a code of its own', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
  expect(await outcome(() => subtle())).toBe('ERR_ENVIRONMENT')
  expect(await outcome(() => digest(new Uint8Array(1)))).toBe('ERR_ENVIRONMENT')
  expect(await outcome(() => sealBytes({} as CryptoKey, new Uint8Array(1), new Uint8Array(1)))).toBe('ERR_ENVIRONMENT')
  vi.stubGlobal('crypto', undefined)
  expect(await outcome(() => subtle())).toBe('ERR_ENVIRONMENT')
})

test('a signature under something that is no key is wrong, not an error', async () => {
  const [signature, input] = [new Uint8Array(64), new Uint8Array(1)]
  for (const key of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(255)]) {
    expect(await verifySignature(key, signature, input)).toBe(false)
  }
  expect(await verifySignature(new Uint8Array(32), new Uint8Array(63), input)).toBe(false)
})
