import { afterEach, expect, test, vi } from 'vitest'
import { deriveBytes } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { stretchPassword } from '../../../packages/sdk/src/crypto/password.ts'
import type { KdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import { outcome, toHex } from '../support/outcome.ts'

const KDF: KdfParams = { hash: 'SHA-256', iterations: 600_000, salt: 'AAECAwQFBgcICQoLDA0ODw' }
const INFO = new Uint8Array(1)

async function stretched(password: string, handle = 'zoe', kdf: KdfParams = KDF): Promise<string> {
  return toHex(await deriveBytes(await stretchPassword(password, handle, kdf), INFO))
}

afterEach(() => {
  vi.restoreAllMocks()
})

test.each([
  ['one below the floor', { ...KDF, iterations: 599_999 }],
  ['one above the ceiling', { ...KDF, iterations: 10_000_001 }],
  ['a text', { ...KDF, iterations: '600000' as never }],
  ['another hash', { ...KDF, hash: 'SHA-1' as never }],
  ['a short salt', { ...KDF, salt: 'AAAA' }],
])('no secret is touched when the parameters are not acceptable: %s', async (_, kdf) => {
  const spies = (['importKey', 'deriveBits', 'deriveKey', 'digest'] as const).map((name) =>
    vi.spyOn(crypto.subtle, name),
  )
  expect(await outcome(() => stretchPassword('password', 'zoe', kdf))).toBe('ERR_KDF_PARAMS')
  expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([])
})

test('an empty password and one with a lone surrogate are refused before any work', async () => {
  const derive = vi.spyOn(crypto.subtle, 'deriveBits')
  for (const password of ['', '\ud800', 'a\udc00b']) {
    expect(await outcome(() => stretchPassword(password, 'zoe', KDF))).toBe('ERR_PASSWORD_INVALID')
  }
  expect(derive).not.toHaveBeenCalled()
})

test('the same letters typed on two keyboards are one password; the case and spaces count', async () => {
  const expected = await stretched('Ze\u0301ro \ufb01')
  expect(await stretched('Z\u00e9ro fi')).toBe(expected)
  const others = await Promise.all([stretched('z\u00e9ro fi'), stretched('Z\u00e9ro fi '), stretched('Zero fi')])
  expect(new Set([expected, ...others]).size).toBe(4)
})

test('handle, salt and iterations are all part of what comes out', async () => {
  const outputs = await Promise.all([
    stretched('password'),
    stretched('password', 'zoe2'),
    stretched('password', 'zoe', { ...KDF, salt: 'AAECAwQFBgcICQoLDA0OEA' }),
    stretched('password', 'zoe', { ...KDF, iterations: 600_001 }),
  ])
  expect(new Set(outputs).size).toBe(4)
})

test('the bytes of the password and of what it becomes are wiped', async () => {
  const imported: Uint8Array[] = []
  const importKey = crypto.subtle.importKey.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, 'importKey').mockImplementation(((...args: Parameters<SubtleCrypto['importKey']>) => {
    imported.push(args[1] as Uint8Array)
    return importKey(...args)
  }) as SubtleCrypto['importKey'])
  await stretchPassword('password', 'zoe', KDF)
  expect(imported.map((bytes) => bytes.length)).toEqual([8, 32])
  expect(imported.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true)
})

test('the bytes of the password are wiped when the platform fails, too', async () => {
  const imported: Uint8Array[] = []
  vi.spyOn(crypto.subtle, 'importKey').mockImplementation((async (_: string, bytes: Uint8Array) => {
    imported.push(bytes)
    throw new Error('no')
  }) as never)
  await expect(stretchPassword('password', 'zoe', KDF)).rejects.toThrow('no')
  expect(imported.map((bytes) => [...bytes])).toEqual([[0, 0, 0, 0, 0, 0, 0, 0]])
})
