/** What is sealed here opens here, on every platform: each writable format with every text, and with bytes where it has them. */
import { describe, expect, test } from 'vitest'
import {
  deriveFernetKey,
  FOREIGN_FORMATS,
  FOREIGN_WARNINGS,
  openForeign,
  sealForeign,
  type WritableForeignFormat,
} from '../../../packages/sdk/src/interop/index.ts'
import { toHex, utf8 } from '../support/encoding.ts'
import { KEYS, random } from '../support/keys.ts'
import { ALL_TEXTS, TEXTS } from '../support/texts.ts'

const WRITABLE = Object.keys(KEYS) as WritableForeignFormat[]
const BINARY = ['pgcrypto', 'csfle', 'hsm'] as const

/** Tests that need no counterpart. */
export function roundTrips(): void {
  test('every format is described once', () => {
    const names = FOREIGN_FORMATS.map(({ name }) => name)
    expect(new Set(names).size).toBe(9)
    expect(
      FOREIGN_FORMATS.filter(({ writable }) => writable)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...WRITABLE].sort())
    for (const { cannotProtect, system } of FOREIGN_FORMATS)
      expect([cannotProtect.length > 0, system]).not.toContain('')
  })

  describe.each(WRITABLE)('%s', (format) => {
    test.each(ALL_TEXTS)('carries the text "%s"', async (_, text) => {
      const opened = await openForeign(format, await sealForeign(format, text, KEYS[format]), KEYS[format])
      expect(opened.text()).toBe(text)
      expect(toHex(opened.bytes)).toBe(toHex(utf8(text)))
      expect(opened.authenticated).toBe(true)
      for (const warning of opened.warnings) expect(FOREIGN_WARNINGS).toHaveProperty(warning)
    })

    test('never writes the same value twice', async () => {
      const first = await sealForeign(format, TEXTS['50 B'], KEYS[format])
      const second = await sealForeign(format, TEXTS['50 B'], KEYS[format])
      // The HSM is handed its IV, so it alone repeats itself.
      expect(String(first) === String(second)).toBe(format === 'hsm')
    })

    test('refuses a text with a lone surrogate', async () => {
      await expect(sealForeign(format, 'a\uD800', KEYS[format])).rejects.toMatchObject({ code: 'ERR_TEXT_INVALID' })
    })
  })

  test.each(BINARY)('%s carries bytes that are no text', async (format) => {
    const bytes = Uint8Array.of(0, 255, 128, 13, 10)
    const opened = await openForeign(format, await sealForeign(format, bytes, KEYS[format]), KEYS[format])
    expect(toHex(opened.bytes)).toBe(toHex(bytes))
    expect(() => opened.text()).toThrow(expect.objectContaining({ code: 'ERR_TEXT_INVALID' }))
  })

  test.each(WRITABLE.filter((format) => !BINARY.some((name) => name === format)))(
    '%s carries text only',
    async (format) => {
      const sealing = sealForeign(format, Uint8Array.of(255), KEYS[format])
      await expect(sealing).rejects.toMatchObject({ code: 'ERR_TEXT_INVALID' })
      const opened = await openForeign(format, await sealForeign(format, utf8('text'), KEYS[format]), KEYS[format])
      expect(opened.text()).toBe('text')
    },
  )

  test('hsm wraps keys', async () => {
    const [kek, dek] = [random(32), random(32)]
    const wrapped = await sealForeign('hsm', dek, { kek })
    expect(wrapped.length).toBe(40)
    expect(toHex((await openForeign('hsm', wrapped, { kek })).bytes)).toBe(toHex(dek))
  })

  test.each(['3-part', '4-part', 'bytea'] as const)('pazpaz writes the form %s', async (form) => {
    const sealed = await sealForeign('pazpaz', 'John Doe', KEYS.pazpaz, { form })
    expect(sealed.length).toBe({ '3-part': 52, '4-part': 57, bytea: 39 }[form])
    const opened = await openForeign('pazpaz', sealed, KEYS.pazpaz, { form })
    expect([opened.text(), opened.keyId]).toEqual(['John Doe', 'v1'])
  })

  test('pazpaz writes under the highest version unless told otherwise', async () => {
    const keys = { keys: { v10: random(32), v9: random(32), v2: random(32) } }
    expect(await sealForeign('pazpaz', 'x', keys)).toMatch(/^v10:/)
    expect(await sealForeign('pazpaz', 'x', keys, { keyId: 'v2' })).toMatch(/^v2:/)
  })

  test('novamind-fernet takes the derived key, and writes the prefix when asked', async () => {
    const { masterKey, salt } = KEYS['novamind-fernet']
    const fernetKey = await deriveFernetKey(masterKey, salt)
    const token = await sealForeign('novamind-fernet', 'x', { fernetKey }, { form: 'v1-token' })
    expect(token.startsWith('v1:gAAAA')).toBe(true)
    expect((await openForeign('novamind-fernet', token, KEYS['novamind-fernet'])).text()).toBe('x')
  })

  test('csfle writes deterministically only when asked, and says so', async () => {
    const options = { algorithm: 'deterministic' } as const
    const [first, second] = [
      await sealForeign('csfle', '123-45-6789', KEYS.csfle, options),
      await sealForeign('csfle', '123-45-6789', KEYS.csfle, options),
    ]
    expect(toHex(first)).toBe(toHex(second))
    expect(first.length).toBe(98)
    expect((await openForeign('csfle', first, KEYS.csfle)).warnings).toEqual(['WARN_DETERMINISTIC'])
  })
}
