/** Mistakes of the caller: what is refused, and how. */
import { expect, test } from 'vitest'
import { openForeign, sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { KEYS } from '../../support/keys.ts'

export function strictCallers(): void {
  test.each(['nope', '__proto__', 'toString', ''])('the format "%s" is a mistake of the caller', async (format) => {
    await expect(openForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
    await expect(sealForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
  })

  test.each(['novamind-cryptojs', 'openssl'])('%s is not written', async (format) => {
    await expect(sealForeign(format as 'phase4', 'x', KEYS.phase4)).rejects.toThrow(TypeError)
  })

  test.each([undefined, null, 5, []])('an input or a value of %s is a mistake of the caller', async (value) => {
    await expect(openForeign('phase4', value as unknown as string, KEYS.phase4)).rejects.toThrow(TypeError)
    await expect(sealForeign('phase4', value as unknown as string, KEYS.phase4)).rejects.toThrow(TypeError)
  })

  test('keys of another shape are a mistake of the caller', async () => {
    const envelope = await sealForeign('phase4', 'x', KEYS.phase4)
    for (const keys of [undefined, [], { keys: new Map() }, { keys: { 'dev-key-1': 'hex' } }]) {
      await expect(openForeign('phase4', envelope, keys as unknown as typeof KEYS.phase4)).rejects.toThrow(TypeError)
    }
  })
}
