/** pgcrypto, in PGlite and in PostgreSQL: it reads what is sealed here, and all that it can write opens here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { toHex, utf8 } from '../support/encoding.ts'
import { KEYS } from '../support/keys.ts'
import { type Database, startPglite, startPostgres } from '../support/postgres.ts'
import { ALL_TEXTS } from '../support/texts.ts'

const keys = KEYS.pgcrypto
const { passphrase } = keys

/** Options of `pgp_sym_encrypt`, each with the warnings that a value written with it deserves. */
const OPTIONS: readonly (readonly [options: string, ...warnings: string[]])[] = [
  ['', 'WARN_KEY_SHORT'],
  ['cipher-algo=aes128', 'WARN_KEY_SHORT'],
  ['cipher-algo=aes192', 'WARN_KEY_SHORT'],
  ['cipher-algo=aes256'],
  ['cipher-algo=3des', 'WARN_CIPHER_LEGACY'],
  ['cipher-algo=aes256,compress-algo=1'],
  ['cipher-algo=aes256,compress-algo=2,compress-level=9'],
  ['cipher-algo=aes256,convert-crlf=1'],
  ['cipher-algo=aes256,unicode-mode=1'],
  ['cipher-algo=aes256,sess-key=1'],
  ['cipher-algo=aes256,sess-key=1,s2k-cipher-algo=3des'],
  ['cipher-algo=aes256,s2k-mode=0'],
  ['cipher-algo=aes256,s2k-mode=1'],
  ['cipher-algo=aes256,s2k-count=1024'],
  ['cipher-algo=aes256,s2k-count=65011712'],
  ...['md5', 'sha1', 'sha256', 'sha512'].map((digest) => [`cipher-algo=aes256,s2k-digest-algo=${digest}`] as const),
  ['cipher-algo=aes256,disable-mdc=1', 'WARN_UNAUTHENTICATED'],
  ['cipher-algo=3des,disable-mdc=1,sess-key=1,compress-algo=2', 'WARN_UNAUTHENTICATED', 'WARN_CIPHER_LEGACY'],
]

/** Ciphers that PGlite's OpenSSL leaves out. */
const OLD_CIPHERS: typeof OPTIONS = [
  ['cipher-algo=bf', 'WARN_CIPHER_LEGACY'],
  ['cipher-algo=cast5', 'WARN_CIPHER_LEGACY'],
  ['cipher-algo=cast5,sess-key=1,s2k-cipher-algo=bf', 'WARN_CIPHER_LEGACY'],
]

const DATABASES = [
  { name: 'PGlite', start: startPglite, options: OPTIONS },
  { name: 'PostgreSQL', start: startPostgres, options: [...OPTIONS, ...OLD_CIPHERS] },
]

describe.each(DATABASES)('$name', ({ start, options }) => {
  let database: Database

  beforeAll(async () => {
    database = await start()
  }, 120_000)

  afterAll(() => database.close())

  test.each(ALL_TEXTS)('reads "%s" as it was sealed here', async (_, text) => {
    const sealed = await sealForeign('pgcrypto', text, keys)
    // In PostgreSQL a NUL cannot stand in a text; with a driver that drops the BOM, hex shows what is there.
    const sql = text.includes('\0')
      ? `SELECT encode(pgp_sym_decrypt_bytea($1, $2), 'hex')`
      : `SELECT encode(convert_to(pgp_sym_decrypt($1, $2), 'UTF8'), 'hex')`
    expect(await database.column(sql, [sealed, passphrase])).toEqual([toHex(utf8(text))])
  })

  test('reads bytes as they were sealed here', async () => {
    const bytes = Uint8Array.of(0, 255, 13, 10, 128)
    const sealed = await sealForeign('pgcrypto', bytes, keys)
    const sql = `SELECT encode(pgp_sym_decrypt_bytea($1, $2), 'hex')`
    expect(await database.column(sql, [sealed, passphrase])).toEqual([toHex(bytes)])
  })

  test.each(ALL_TEXTS)('writes "%s" so that it opens here', async (_, text) => {
    const sql = 'SELECT pgp_sym_encrypt_bytea($1::bytea, $2)'
    const textSql = "SELECT pgp_sym_encrypt(convert_from($1::bytea, 'UTF8'), $2)"
    const [sealed] = await database.column(text.includes('\0') ? sql : textSql, [utf8(text), passphrase])
    const opened = await openForeign('pgcrypto', sealed as Uint8Array, keys)
    expect(opened.text()).toBe(text)
    expect(opened).toMatchObject({ authenticated: true, warnings: ['WARN_KDF_WEAK', 'WARN_KEY_SHORT'] })
  })

  test.each(options)('opens what it writes with "%s"', async (option, ...warnings) => {
    const text = 'line1\nZoë 💊 '.repeat(20)
    const [sealed] = await database.column('SELECT pgp_sym_encrypt($1, $2, $3)', [text, passphrase, option])
    const isProven = !warnings.includes('WARN_UNAUTHENTICATED')
    const opening = openForeign('pgcrypto', sealed as Uint8Array, keys, isProven ? {} : { allowUnauthenticated: true })
    const opened = await opening
    expect(opened.text()).toBe(option.includes('convert-crlf') ? text.replaceAll('\n', '\r\n') : text)
    expect(opened.authenticated).toBe(isProven)
    const isStretched = option.includes('s2k-count=65011712')
    expect([...opened.warnings].sort()).toEqual([...(isStretched ? [] : ['WARN_KDF_WEAK']), ...warnings].sort())
    const hex = `\\x${toHex(sealed as Uint8Array)}`
    const careful = openForeign('pgcrypto', hex, keys).then(
      (value) => value.authenticated,
      (error: { code?: string }) => error.code,
    )
    expect(await careful).toBe(isProven ? true : 'ERR_OPEN_FAILED')
  })

  test('refuses the empty passphrase, as we do', async () => {
    await expect(database.column('SELECT pgp_sym_encrypt($1, $2)', ['x', ''])).rejects.toThrow('Illegal argument')
    await expect(sealForeign('pgcrypto', 'x', { passphrase: '' })).rejects.toMatchObject({ code: 'ERR_KEY_INVALID' })
  })
})
