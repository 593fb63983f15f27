/** Seed 002, server and page; and openssl, whose files look like the page's texts: what is refused, and how. */
import { expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { toBase64, utf8 } from '../../support/encoding.ts'
import { random } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

/** An AES-128 key. */
const short = random(16)
const allow = { allowUnauthenticated: true }

export function strictFernet(): void {
  const fernetKey = `${toBase64(random(32)).replaceAll('+', '-').replaceAll('/', '_')}`
  const seal = async (): Promise<string> => sealForeign('novamind-fernet', 'note', { fernetKey })
  const cases: readonly [string, (token: string) => string, string][] = [
    ['another prefix', (token) => `v2:${token}`, 'ERR_FORMAT_VERSION'],
    ['the prefix twice', (token) => `v1:v1:${token}`, 'ERR_FORMAT_VERSION'],
    ['no padding', (token) => token.replace(/=+$/, ''), 'ERR_FORMAT_INVALID'],
    ['the standard alphabet', (token) => token.replace(/.(?==*$)/, '+'), 'ERR_FORMAT_INVALID'],
    ['a line end after it', (token) => `${token}\n`, 'ERR_FORMAT_INVALID'],
    ['another version', (token) => `gQ${token.slice(2)}`, 'ERR_FORMAT_VERSION'],
    ['a start alone', (token) => token.slice(0, 40), 'ERR_FORMAT_INVALID'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('novamind-fernet', change(await seal()), { fernetKey })).toBe(expected)
  })

  test('keys that are none', async () => {
    const token = await seal()
    for (const wrong of ['', 'AAAA', fernetKey.slice(0, -1), `${fernetKey}\n`, `${fernetKey.slice(0, -2)}B=`]) {
      expect(await outcome('novamind-fernet', token, { fernetKey: wrong })).toBe('ERR_KEY_INVALID')
    }
    const salt = new Uint8Array(0)
    expect(await outcome('novamind-fernet', token, { masterKey: '', salt: short })).toBe('ERR_KEY_INVALID')
    expect(await outcome('novamind-fernet', token, { masterKey: 'master', salt })).toBe('ERR_KEY_INVALID')
    expect(await outcome('novamind-fernet', token, { masterKey: 'a\uD800', salt: short })).toBe('ERR_KEY_INVALID')
  })
}

export function strictSalted(): void {
  const file = (start: string, blocks: number): Uint8Array => Uint8Array.of(...utf8(start), ...random(8 + blocks * 16))
  const cases: readonly [string, Uint8Array, string][] = [
    ['another start', file('salted__', 1), 'ERR_FORMAT_INVALID'],
    ['no block', file('Salted__', 0), 'ERR_FORMAT_INVALID'],
    ['half a block', file('Salted__', 1.5), 'ERR_FORMAT_INVALID'],
    ['a whole block that nobody wrote', file('Salted__', 1), 'ERR_OPEN_FAILED'],
  ]
  test.each(cases)('%s', async (_, bytes, expected) => {
    const text = toBase64(bytes)
    const keys = { passphrase: 'wrong', derivation: 'evp' } as const
    // One wrong passphrase in 256 leaves something that looks like padding, and one in many of these something like text.
    const outcomes = [expected, ...(expected === 'ERR_OPEN_FAILED' ? ['ok', 'ERR_TEXT_INVALID'] : [])]
    expect(outcomes).toContain(await outcome('novamind-cryptojs', text, { passphrase: 'wrong' }, allow))
    expect(outcomes).toContain(await outcome('openssl', bytes, keys, allow))
    expect(outcomes).toContain(await outcome('openssl', text, keys, allow))
    expect(await outcome('openssl', bytes, keys)).toBe(expected)
  })

  test('consent must be true, not merely something', async () => {
    const options = { allowUnauthenticated: 'yes' as unknown as boolean }
    const text = 'U2FsdGVkX19MOOflvy1PzYMpxwLRubQgHsXBvstBY6s='
    const keys = { passphrase: 'Tr0ub4dor&3-1aa5272e134a' }
    expect(await outcome('novamind-cryptojs', text, keys, options)).toBe('ERR_OPEN_FAILED')
    expect(await outcome('novamind-cryptojs', text, keys, allow)).toBe('ok')
    expect(await outcome('novamind-cryptojs', `${text}\n`, keys, allow)).toBe('ERR_FORMAT_INVALID')
  })

  test('keys of openssl that are none', async () => {
    const bytes = file('Salted__', 2)
    const pbkdf2 = { passphrase: 'x', derivation: 'pbkdf2' } as const
    for (const iterations of [0, -1, 1.5, 10_000_001, Number.NaN]) {
      expect(await outcome('openssl', bytes, { ...pbkdf2, iterations }, allow)).toBe('ERR_KEY_INVALID')
    }
    expect(await outcome('openssl', random(32), { key: short, iv: random(16) }, allow)).toBe('ERR_KEY_INVALID')
    expect(await outcome('openssl', random(32), { key: random(32), iv: random(12) }, allow)).toBe('ERR_KEY_INVALID')
    expect(await outcome('openssl', random(31), { key: random(32), iv: random(16) }, allow)).toBe('ERR_FORMAT_INVALID')
    await expect(openForeign('openssl', bytes, { ...pbkdf2, digest: 'md5' }, allow)).rejects.toThrow(TypeError)
    const lines = `${'A'.repeat(60)}\n${'A'.repeat(60)}\n`
    expect(await outcome('openssl', lines, pbkdf2, allow)).toBe('ERR_FORMAT_INVALID')
  })
}
