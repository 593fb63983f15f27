/** Seed 004: what is refused, and how. */
import { expect, test } from 'vitest'
import { sealForeign } from '../../../../packages/sdk/src/interop/index.ts'
import { fromBase64, toBase64 } from '../../support/encoding.ts'
import { KEYS, random } from '../../support/keys.ts'
import { outcome } from '../../support/outcome.ts'

/** An AES-128 key. */
const short = random(16)

export function strictSurgicase(): void {
  const keys = KEYS.surgicase
  const cases: readonly [string, (text: string) => string, string][] = [
    ['base64 with other trailing bits', (text) => `${text.slice(0, 38)}B=`, 'ERR_FORMAT_INVALID'],
    ['less than IV and tag', () => toBase64(random(27)), 'ERR_FORMAT_INVALID'],
    ['IV and tag alone', () => toBase64(random(28)), 'ERR_OPEN_FAILED'],
    ['a line end after it', (text) => `${text}\n`, 'ERR_FORMAT_INVALID'],
    ['a name', () => 'John', 'ERR_FORMAT_INVALID'],
    ['nothing', () => '', 'ERR_FORMAT_INVALID'],
  ]
  test.each(cases)('%s', async (_, change, expected) => {
    expect(await outcome('surgicase', change(await sealForeign('surgicase', 'John Doe', keys)), keys)).toBe(expected)
  })

  test('another user, AES-128, and the tag behind the ciphertext', async () => {
    const text = await sealForeign('surgicase', 'John Doe', keys)
    expect(await outcome('surgicase', text, { dek: random(32) })).toBe('ERR_OPEN_FAILED')
    expect(await outcome('surgicase', text, { dek: short })).toBe('ERR_KEY_INVALID')
    const bytes = fromBase64(text)
    const swapped = toBase64(Uint8Array.of(...bytes.slice(0, 12), ...bytes.slice(28), ...bytes.slice(12, 28)))
    expect(await outcome('surgicase', swapped, keys)).toBe('ERR_OPEN_FAILED')
  })
}
