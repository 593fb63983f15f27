/** Seed 003's HSM: SoftHSM2 unwraps and decrypts what is sealed here, and what it wraps and encrypts opens here. */
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { openForeign, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { INSTALL_TIMEOUT, missing } from '../support/debian.ts'
import { toHex, utf8 } from '../support/encoding.ts'
import { random } from '../support/keys.ts'
import { type SoftHsm, startSoftHsm } from '../support/softhsm.ts'
import { ALL_TEXTS } from '../support/texts.ts'

let hsm: SoftHsm | undefined

beforeAll(async () => {
  hsm = await startSoftHsm()
}, INSTALL_TIMEOUT)

afterAll(() => hsm?.close())

const counterpart = ({ skip }: Pick<TestContext, 'skip'>): SoftHsm => hsm ?? skip(missing('softhsm2'))

describe('AES-GCM', () => {
  const key = random(32)

  test.for(ALL_TEXTS)('it decrypts "%s" as it was sealed here', async ([, text], context) => {
    const [iv, aad] = [random(12), utf8('patient:42/note')]
    const sealed = await sealForeign('hsm', text, { key, iv, aad })
    expect(toHex(counterpart(context).decryptGcm(key, iv, aad, sealed))).toBe(toHex(utf8(text)))
  })

  test.for(ALL_TEXTS.filter(([, text]) => text !== ''))(
    'it encrypts "%s" so that it opens here',
    async ([, text], context) => {
      const [iv, aad] = [random(12), random(20)]
      const sealed = counterpart(context).encryptGcm(key, iv, aad, utf8(text))
      expect((await openForeign('hsm', sealed, { key, iv, aad })).text()).toBe(text)
      const elsewhere = openForeign('hsm', sealed, { key, iv, aad: utf8('patient:43') })
      await expect(elsewhere).rejects.toMatchObject({ code: 'ERR_OPEN_FAILED' })
    },
  )

  test('it refuses to encrypt nothing at all', (context) => {
    const token = counterpart(context)
    expect(() => token.encryptGcm(key, random(12), random(20), utf8(''))).toThrow('CKR_ARGUMENTS_BAD')
  })
})

describe('AES key wrap', () => {
  const kek = random(32)

  test('it unwraps a key that was wrapped here', async (context) => {
    const dek = random(32)
    const wrapped = await sealForeign('hsm', dek, { kek })
    expect(toHex(counterpart(context).unwrap(kek, wrapped))).toBe(toHex(dek))
    expect(toHex(counterpart(context).wrap(kek, dek))).toBe(toHex(wrapped))
  })

  test('it wraps a key that unwraps here, with a warning when it is short', async (context) => {
    for (const length of [16, 24, 32]) {
      const dek = random(length)
      const { bytes, warnings } = await openForeign('hsm', counterpart(context).wrap(kek, dek), { kek })
      expect([toHex(bytes), warnings]).toEqual([toHex(dek), length < 32 ? ['WARN_KEY_SHORT'] : []])
    }
  })
})
