/** Where the platform decodes, it is laxer than the format: what it would let through is refused all the same. */
import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'

const FOREIGN = [' ', '\t', '\n', '\f', '\r', '=', '+', '/', '.', '\0', '\u0141']

test('every byte string has one text, which comes back', () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255)
    expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
  }
})

test('no text with a foreign character is read, wherever and however many', () => {
  const read: string[] = []
  for (const character of FOREIGN) {
    for (let length = 1; length <= 9; length++) {
      for (let places = 1; places < 2 ** length; places++) {
        const text = Array.from({ length }, (_, index) => ((places >> index) & 1 ? character : 'A')).join('')
        if (isReadable(text)) read.push(text)
      }
    }
  }
  expect(read).toEqual([])
})

test('of the 4,096 texts of two characters exactly 256 are read, of the 262,144 of three 65,536', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
  const two = alphabet.flatMap((a) => alphabet.map((b) => a + b))
  expect(two.filter((text) => isReadable(text)).length).toBe(256)
  const three = two.flatMap((text) => alphabet.map((c) => text + c))
  expect(three.filter((text) => isReadable(text)).length).toBe(65_536)
})

function isReadable(text: string): boolean {
  try {
    decodeBase64url(text)
    return true
  } catch {
    return false
  }
}
