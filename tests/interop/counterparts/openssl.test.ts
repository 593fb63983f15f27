/** `openssl enc`: everything it writes with AES-256-CBC opens here, whichever way it derived its key. */
import { execFile } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type ForeignKeys, openForeign } from '../../../packages/sdk/src/interop/index.ts'
import { toHex, utf8 } from '../support/encoding.ts'
import { random } from '../support/keys.ts'
import { ALL_TEXTS } from '../support/texts.ts'

const PASSPHRASE = 'bäckup סיסמה'
const allow = { allowUnauthenticated: true }

/** What `openssl enc` writes for an input. */
async function encrypt(options: readonly string[], input: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const args = ['enc', '-aes-256-cbc', ...options]
    const child = execFile('openssl', args, { encoding: 'buffer', maxBuffer: 1_048_576 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
    child.stdin?.end(input)
  })
}

const pass = ['-pass', `pass:${PASSPHRASE}`]
const key = random(32)
const iv = random(16)

const WAYS: readonly [string, readonly string[], ForeignKeys['openssl']][] = [
  ['-pbkdf2', [...pass, '-pbkdf2'], { passphrase: PASSPHRASE, derivation: 'pbkdf2' }],
  [
    '-pbkdf2 -iter 600000 -md sha512',
    [...pass, '-pbkdf2', '-iter', '600000', '-md', 'sha512'],
    { passphrase: PASSPHRASE, derivation: 'pbkdf2', iterations: 600_000, digest: 'sha512' },
  ],
  [
    '-pbkdf2 -md sha1',
    [...pass, '-pbkdf2', '-md', 'sha1'],
    { passphrase: PASSPHRASE, derivation: 'pbkdf2', digest: 'sha1' },
  ],
  ['without -pbkdf2', pass, { passphrase: PASSPHRASE, derivation: 'evp' }],
  ['-md md5', [...pass, '-md', 'md5'], { passphrase: PASSPHRASE, derivation: 'evp', digest: 'md5' }],
  ['-md sha384', [...pass, '-md', 'sha384'], { passphrase: PASSPHRASE, derivation: 'evp', digest: 'sha384' }],
  ['-K -iv', ['-K', toHex(key), '-iv', toHex(iv)], { key, iv }],
]

describe.each(WAYS)('%s', (_, options, keys) => {
  test('opens', async () => {
    const opened = await openForeign('openssl', await encrypt(options, utf8('INSERT INTO patients')), keys, allow)
    expect(opened.text()).toBe('INSERT INTO patients')
    expect(opened.authenticated).toBe(false)
    expect(opened.warnings).toContain('WARN_UNAUTHENTICATED')
  })

  test('is refused without the consent of the caller, and with another key', async () => {
    const file = await encrypt(options, utf8('INSERT INTO patients'))
    await expect(openForeign('openssl', file, keys)).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
    const wrong = 'key' in keys ? { key, iv: key.slice(0, 16) } : { ...keys, passphrase: 'wrong' }
    const text = await openForeign('openssl', file, wrong, allow).then(
      ({ bytes }) => toHex(bytes),
      () => 'refused',
    )
    expect(text).not.toBe(toHex(utf8('INSERT INTO patients')))
  })
})

test.each(ALL_TEXTS)('the text "%s" opens, as bytes, as -a and as -A', async (_, text) => {
  const keys = { passphrase: PASSPHRASE, derivation: 'pbkdf2' } as const
  const options = [...pass, '-pbkdf2']
  const inputs = [
    await encrypt(options, utf8(text)),
    String(await encrypt([...options, '-a'], utf8(text))),
    String(await encrypt([...options, '-a', '-A'], utf8(text))),
  ]
  for (const input of inputs) expect((await openForeign('openssl', input, keys, allow)).text()).toBe(text)
})
