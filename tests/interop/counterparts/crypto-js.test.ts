/** Seed 002's page: both versions of CryptoJS, whose defaults differ. What they write opens here; nothing is written back. */
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { deriveCryptoJsKey, openForeign } from '../../../packages/sdk/src/interop/index.ts'
import { ALL_TEXTS } from '../support/texts.ts'

interface Printable {
  toString(): string
}

interface CryptoJs {
  readonly AES: { encrypt(text: string, passphrase: string): Printable }
  PBKDF2(password: string, salt: string, options: { keySize: number; iterations: number }): Printable
}

const require = createRequire(import.meta.url)
const VERSIONS = [
  ['4.1', 'crypto-js-4.1', '4.1.1'],
  ['4.2', 'crypto-js', '4.2.0'],
] as const
const allow = { allowUnauthenticated: true }

describe.each(VERSIONS)('CryptoJS %s', (version, name, exact) => {
  const cryptoJs = require(name) as CryptoJs

  /** The seed's `deriveEncryptionKey`. */
  const derive = (password: string, salt: string): string =>
    cryptoJs.PBKDF2(password, salt, { keySize: 256 / 32, iterations: 10_000 }).toString()

  /** The seed's `clientEncrypt`. */
  const encrypt = (text: string, key: string): string => cryptoJs.AES.encrypt(text, key).toString()

  test('is the version that it should be', () => {
    expect((require(`${name}/package.json`) as { version: string }).version).toBe(exact)
  })

  test.each(ALL_TEXTS)('what it writes for "%s" opens', async (_, text) => {
    const passphrase = 'Tr0ub4dor&3 סיסמה 🔑'
    const opened = await openForeign('novamind-cryptojs', encrypt(text, passphrase), { passphrase }, allow)
    expect(opened.text()).toBe(text)
    expect(opened).toMatchObject({ authenticated: false, warnings: ['WARN_UNAUTHENTICATED', 'WARN_KDF_WEAK'] })
  })

  test.each(['', ' ', 'x'.repeat(300), 'a\0b'])('opens under the passphrase "%s"', async (passphrase) => {
    const opened = await openForeign('novamind-cryptojs', encrypt('x', passphrase), { passphrase }, allow)
    expect(opened.text()).toBe('x')
  })

  test.each([
    ['correct horse', 'somesalt'],
    ['סיסמה 🔑', 'zażółć'],
    ['', ''],
  ])('derives the same key from "%s" and "%s"', async (password, salt) => {
    const key = derive(password, salt)
    expect(await deriveCryptoJsKey(password, salt, version)).toBe(key)
    const opened = await openForeign('novamind-cryptojs', encrypt('note', key), { passphrase: key }, allow)
    expect(opened.text()).toBe('note')
  })

  test('is refused without the consent of the caller', async () => {
    const opening = openForeign('novamind-cryptojs', encrypt('x', 'y'), { passphrase: 'y' })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
  })
})
