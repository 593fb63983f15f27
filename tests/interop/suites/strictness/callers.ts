/** Mistakes of the caller: what is refused, and how. */
import { expect, test } from 'vitest'
import {
  FOREIGN_FORMATS,
  type ForeignKeys,
  openForeign,
  sealForeign,
} from '../../../../packages/sdk/src/interop/index.ts'
import { KEYS } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

export function strictCallers(): void {
  test.each(['nope', '__proto__', 'toString', ''])('the format "%s" is a mistake of the caller', async (format) => {
    await expect(openForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
    await expect(sealForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
  })

  test.each(['novamind-cryptojs', 'openssl'])('%s is not written', async (format) => {
    await expect(sealForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
  })

  const formats = FOREIGN_FORMATS.map(({ name }) => name)
  test.each(formats)('%s opens nothing that is neither text nor bytes, and seals nothing else', async (format) => {
    const keys: ForeignKeys = {
      ...KEYS,
      'novamind-cryptojs': { passphrase: 'x' },
      openssl: { passphrase: 'x', derivation: 'evp' },
    }
    for (const value of [undefined, null, 5, true, [], [1], {}, new Date(0)]) {
      const input = value as unknown as string
      expect(await outcome(format, input, keys[format], { allowUnauthenticated: true })).toBe('ERR_FORMAT_INVALID')
      await expect(sealForeign('phase4', input, KEYS.phase4)).rejects.toMatchObject({ code: 'ERR_VALUE_INVALID' })
    }
  })

  test('keys of another shape are a mistake of the caller', async () => {
    const envelope = await sealForeign('phase4', 'x', KEYS.phase4)
    for (const keys of [undefined, [], { keys: new Map() }, { keys: { 'dev-key-1': 'hex' } }]) {
      await expect(openForeign('phase4', envelope, keys as unknown as typeof KEYS.phase4)).rejects.toThrow(TypeError)
    }
  })
}
