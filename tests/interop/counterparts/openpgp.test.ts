/** The other programs that speak OpenPGP: OpenPGP.js used directly, and gpg. Both read what is sealed here, and write for us. */
import * as openpgp from 'openpgp'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { openForeign, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { INSTALL_TIMEOUT, missing } from '../support/debian.ts'
import { toHex, utf8 } from '../support/encoding.ts'
import { type Gpg, startGpg } from '../support/gpg.ts'
import { KEYS } from '../support/keys.ts'
import { ALL_TEXTS } from '../support/texts.ts'

const keys = KEYS.pgcrypto
const { passphrase } = keys

describe('OpenPGP.js', () => {
  test.each(ALL_TEXTS)('reads "%s" as it was sealed here', async (_, text) => {
    const message = await openpgp.readMessage({ binaryMessage: await sealForeign('pgcrypto', text, keys) })
    const { data } = await openpgp.decrypt({ message, passwords: passphrase, format: 'binary' })
    expect(toHex(data)).toBe(toHex(utf8(text)))
  })

  test.each(ALL_TEXTS)('writes "%s" so that it opens here', async (_, text) => {
    const message = await openpgp.createMessage({ binary: utf8(text) })
    const sealed = await openpgp.encrypt({ message, passwords: passphrase, format: 'binary' })
    expect((await openForeign('pgcrypto', sealed, keys)).text()).toBe(text)
  })

  test('writes with AEAD what pgcrypto could not read, and we refuse', async () => {
    const message = await openpgp.createMessage({ binary: utf8('x') })
    const config = { aeadProtect: true }
    const sealed = await openpgp.encrypt({ message, passwords: passphrase, format: 'binary', config })
    await expect(openForeign('pgcrypto', sealed, keys)).rejects.toMatchObject({ code: 'ERR_FORMAT_VERSION' })
  })

  test('writes what would not fit into memory when unpacked, and we refuse', async () => {
    const message = await openpgp.createMessage({ binary: new Uint8Array(70_000_000) })
    const config = { preferredCompressionAlgorithm: openpgp.enums.compression.zip }
    const sealed = await openpgp.encrypt({ message, passwords: passphrase, format: 'binary', config })
    expect(sealed.length).toBeLessThan(100_000)
    await expect(openForeign('pgcrypto', sealed, keys)).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
  })
})

describe('gpg', () => {
  let gpg: Gpg | undefined

  beforeAll(async () => {
    gpg = await startGpg()
  }, INSTALL_TIMEOUT)

  afterAll(() => gpg?.close())

  const counterpart = ({ skip }: Pick<TestContext, 'skip'>): Gpg => gpg ?? skip(missing('gnupg'))

  test.for(ALL_TEXTS)('reads "%s" as it was sealed here', async ([, text], context) => {
    // As text gpg would turn CRLF into LF.
    const sealed = await sealForeign('pgcrypto', utf8(text), keys)
    expect(toHex(await counterpart(context).decrypt(passphrase, sealed))).toBe(toHex(utf8(text)))
  })

  test.for(ALL_TEXTS)('writes "%s" so that it opens here', async ([, text], context) => {
    const sealed = await counterpart(context).encrypt([], passphrase, utf8(text))
    expect((await openForeign('pgcrypto', sealed, keys)).text()).toBe(text)
  })

  test.for([
    ['--cipher-algo', 'AES256', '--s2k-digest-algo', 'SHA512', '-z', '0'],
    ['--cipher-algo', 'AES', '--compress-algo', 'zip'],
    ['--cipher-algo', '3DES', '--compress-algo', 'zlib'],
    ['--cipher-algo', 'CAST5', '--s2k-mode', '1'],
    ['--cipher-algo', 'BLOWFISH', '--s2k-mode', '0', '--s2k-digest-algo', 'RIPEMD160'],
    ['--textmode', '--s2k-count', '65011712'],
  ])('opens what it writes with %s %s %s %s', async (options, context) => {
    const sealed = await counterpart(context).encrypt(options, passphrase, utf8('John Doe'))
    expect((await openForeign('pgcrypto', sealed, keys)).text()).toBe('John Doe')
  })

  test('writes with a cipher that pgcrypto does not have, and we refuse', async (context) => {
    const sealed = await counterpart(context).encrypt(['--cipher-algo', 'TWOFISH'], passphrase, utf8('x'))
    await expect(openForeign('pgcrypto', sealed, keys)).rejects.toMatchObject({ code: 'ERR_FORMAT_INVALID' })
  })
})
