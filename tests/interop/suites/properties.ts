/** Properties of all formats: parsers are total, and no changed bit of an authenticated value goes unnoticed. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FOREIGN_FORMATS,
  type ForeignFormat,
  type ForeignKeys,
  openForeign,
  sealForeign,
  type WritableForeignFormat,
} from '../../../packages/sdk/src/interop/index.ts'
import { KEYS, random } from '../support/keys.ts'
import { outcome } from '../support/outcome.ts'

const CODES = [
  'ok',
  'ERR_OPEN_FAILED',
  'ERR_FORMAT_INVALID',
  'ERR_FORMAT_VERSION',
  'ERR_KEY_UNKNOWN',
  'ERR_KEY_INVALID',
  'ERR_TEXT_INVALID',
]

const ALL_KEYS: ForeignKeys = {
  ...KEYS,
  'novamind-fernet': { fernetKey: 'RXo-Cg2jmDpD5YDFJFIVJwh4EazZhClSsg0gCscUpGg=' },
  'novamind-cryptojs': { passphrase: 'pass' },
  openssl: { passphrase: 'pass', derivation: 'evp' },
}
const FORMATS = FOREIGN_FORMATS.map(({ name }) => name)
const WRITABLE = FOREIGN_FORMATS.filter(({ writable }) => writable).map(({ name }) => name as WritableForeignFormat)
/** Beginnings that lead a parser further in than chance would. */
const STARTS = [
  '',
  'v1:',
  'v1:AAAA:',
  'gAAAAAB',
  'U2FsdGVkX1',
  '{"v":1,"k":"x",',
  '{"version":"v1",',
  '\\x',
  '\\xc30d0409',
]

const base64Like = fc.array(fc.constantFrom(...'ABZabz059+/-_=:.\n "{}'.split('')), { maxLength: 120 })
const texts = fc
  .tuple(
    fc.constantFrom(...STARTS),
    fc.oneof(
      base64Like.map((c) => c.join('')),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map(([start, rest]) => start + rest)
const binary = fc
  .tuple(
    fc.constantFrom(
      [],
      [0xc3, 13, 4, 9, 3, 8],
      [1],
      [2],
      [0x53, 0x61, 0x6c, 0x74, 0x65, 0x64, 0x5f, 0x5f],
      [0x76, 0x31, 0x3a],
    ),
    fc.uint8Array({ maxLength: 150 }),
  )
  .map(([start, rest]) => Uint8Array.of(...start, ...rest))

/** The properties: how often each is tried, and which bits are changed, all of them or every so many. */
export function properties({ runs, bitStep }: { readonly runs: number; readonly bitStep: number }): void {
  describe.each(FORMATS)('%s', (format: ForeignFormat) => {
    test('any text and any bytes open or give one of the codes', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(texts, binary), async (input) => {
          expect(CODES).toContain(await outcome(format, input, ALL_KEYS[format], { allowUnauthenticated: true }))
        }),
        { numRuns: runs },
      )
    })
  })

  describe.each(WRITABLE)('%s', (format) => {
    test('any text comes back', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 80 }), async (text) => {
          const sealed = await sealForeign(format, text, ALL_KEYS[format])
          expect((await openForeign(format, sealed, ALL_KEYS[format])).text()).toBe(text)
        }),
        { numRuns: Math.ceil(runs / 4) },
      )
    })

    test('a value that is cut anywhere does not open', async () => {
      const sealed = await sealForeign(format, 'patient 42', ALL_KEYS[format])
      for (let length = 0; length < sealed.length; length++) {
        expect(await outcome(format, sealed.slice(0, length), ALL_KEYS[format])).not.toBe('ok')
      }
    })

    test('a value with any one bit changed does not open', { timeout: 120_000 }, async () => {
      const sealed = await sealForeign(format, 'patient 42', ALL_KEYS[format])
      const opened: number[] = []
      for (let bit = 0; bit < sealed.length * 8; bit += bitStep) {
        if ((await outcome(format, flip(sealed, bit), ALL_KEYS[format])) === 'ok') opened.push(bit)
      }
      expect(opened).toEqual([])
    })
  })

  test('a wrapped key with any one bit changed does not unwrap', async () => {
    const kek = random(32)
    const wrapped = await sealForeign('hsm', random(32), { kek })
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      expect(await outcome('hsm', flip(wrapped, bit), { kek })).toBe('ERR_OPEN_FAILED')
    }
  })
}

/** The value with one bit changed: of a text one of a character, of bytes one of a byte. */
function flip<T extends string | Uint8Array<ArrayBuffer>>(value: T, bit: number): T {
  const [index, mask] = [bit >> 3, 1 << (bit & 7)]
  if (typeof value !== 'string') return value.with(index, (value[index] as number) ^ mask) as T
  const changed = String.fromCharCode(value.charCodeAt(index) ^ mask)
  return `${value.slice(0, index)}${changed}${value.slice(index + 1)}` as T
}
