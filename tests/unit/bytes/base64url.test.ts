import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { outcome } from '../support/outcome.ts'

test('agrees with the platform for every length and every byte', () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255)
    const text = Buffer.from(bytes).toString('base64url')
    expect(encodeBase64url(bytes)).toBe(text)
    expect(decodeBase64url(text)).toEqual(bytes)
  }
})

test('reads a part of a longer text', () => {
  expect(decodeBase64url('ls1.AAEC', 4)).toEqual(Uint8Array.of(0, 1, 2))
  expect(decodeBase64url('ls1.AAEC.x', 4, 8)).toEqual(Uint8Array.of(0, 1, 2))
  expect(decodeBase64url('ls1.', 4)).toEqual(new Uint8Array(0))
})

test('a character that no text should have is refused wherever it stands', async () => {
  for (const character of ['=', '+', '/', ' ', '\n', '\0', '.', '\u0080', '\u0141', '\uff21', '\ud800']) {
    for (let index = 0; index < 8; index++) {
      const text = 'AAAAAAAA'.slice(0, index) + character + 'AAAAAAAA'.slice(index + 1)
      expect(await outcome(() => decodeBase64url(text))).toBe('ERR_FORMAT_INVALID')
    }
  }
})

test('of the 4,096 texts of two characters exactly 256 are read: one for each byte', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
  const readable = alphabet.flatMap((a) => alphabet.map((b) => a + b)).filter((text) => isReadable(text))
  expect(readable.length).toBe(256)
})

function isReadable(text: string): boolean {
  try {
    return encodeBase64url(decodeBase64url(text)) === text
  } catch {
    return false
  }
}
