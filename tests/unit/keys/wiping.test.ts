/** What a key was made of is overwritten: every array that the platform was given or gave. */
import { afterEach, expect, test, vi } from 'vitest'
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { deriveDeviceProof } from '../../../packages/sdk/src/keys/device.ts'
import { derivePasskeyCredential } from '../../../packages/sdk/src/keys/passkey.ts'

const ZEROS = encodeBase64url(new Uint8Array(32))

afterEach(() => vi.restoreAllMocks())

/** The bytes that keys are imported from and derived to, as they are when all is over. */
function watchPlatform(): () => string[] {
  const seen: Uint8Array[] = []
  const importKey = crypto.subtle.importKey.bind(crypto.subtle)
  const deriveBits = crypto.subtle.deriveBits.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, 'importKey').mockImplementation(((...args: Parameters<SubtleCrypto['importKey']>) => {
    seen.push(args[1] as Uint8Array)
    return importKey(...args)
  }) as SubtleCrypto['importKey'])
  vi.spyOn(crypto.subtle, 'deriveBits').mockImplementation(async (...args) => {
    const bits = await deriveBits(...args)
    seen.push(new Uint8Array(bits))
    return bits
  })
  return () => seen.map((bytes) => encodeBase64url(bytes))
}

test('of a PIN and the key that it opens nothing is left, once the proof has ended', async () => {
  const seen = watchPlatform()
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const proof = await deriveDeviceProof({ slot: 'slot', secret }, '2580')
  await proof.slotKey(crypto.getRandomValues(new Uint8Array(32)))
  proof.end()
  const left = seen().filter((text) => !/^A+$/.test(text))
  // The login is what the server is told.
  expect(left).toEqual([proof.login.secret])
  expect(seen().length).toBeGreaterThan(5)
})

test('of a passkey nothing is left but what its caller has', async () => {
  const seen = watchPlatform()
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const before = encodeBase64url(secret)
  const { login } = await derivePasskeyCredential(secret)
  expect(seen()).toEqual(expect.arrayContaining([ZEROS, login.locator, login.secret]))
  expect(seen()).toHaveLength(3)
  expect(encodeBase64url(secret)).toBe(before)
})
