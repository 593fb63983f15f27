import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../packages/sdk/src/bytes/base64url.ts'
import { equalBytes } from '../../packages/sdk/src/bytes/equal.ts'
import {
  decodeFrame,
  decodeUint64,
  encodeFrame,
  encodeUint64,
  type FramePart,
} from '../../packages/sdk/src/bytes/frame.ts'
import { canonicalJson, parseJson, stringifyJson } from '../../packages/sdk/src/bytes/json.ts'
import { decodeUtf8, encodeUtf8, isWellFormed } from '../../packages/sdk/src/bytes/utf8.ts'
import { anyText, anything, bytes, formatText, json, text } from './support/arbitraries.ts'
import { check, expectRead, expectSame, result } from './support/check.ts'

test('base64url: bytes come back, in the only text that gives them', () => {
  check(
    fc.property(bytes(), (value) => {
      const encoded = encodeBase64url(value)
      expect(decodeBase64url(encoded)).toEqual(value)
      expect(encoded).toBe(Buffer.from(value).toString('base64url'))
    }),
  )
})

test('base64url: any text is read and written back the same, or refused with the code', () => {
  check(
    fc.property(formatText, (value) => {
      expectRead(() => decodeBase64url(value), ['ERR_FORMAT_INVALID'], encodeBase64url, value)
    }),
  )
})

test('base64url: reading from the middle of a text is reading that part of it', () => {
  check(
    fc.property(formatText, fc.nat(20), fc.nat(20), (value, start, length) => {
      const from = Math.min(start, value.length)
      const to = Math.min(from + length, value.length)
      expect(result(() => decodeBase64url(value, from, to))).toEqual(
        result(() => decodeBase64url(value.slice(from, to))),
      )
    }),
  )
})

test('UTF-8: well-formed text comes back, any other is refused', () => {
  check(
    fc.property(anyText, (value) => {
      expectRead(() => encodeUtf8(value), isWellFormed(value) ? [] : ['ERR_TEXT_INVALID'], decodeUtf8, value)
    }),
  )
})

test('UTF-8: any bytes are the text that gives them, or refused', () => {
  check(
    fc.property(fc.oneof(bytes(), text.map(encodeUtf8)), (value) => {
      expectRead(() => decodeUtf8(value), ['ERR_TEXT_INVALID'], encodeUtf8, value)
    }),
  )
})

const part: fc.Arbitrary<FramePart> = fc.oneof(text, bytes({ maxLength: 20 }))
const asBytes = (value: FramePart): Uint8Array => (typeof value === 'string' ? encodeUtf8(value) : value)

test('frame: the parts come back', () => {
  check(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      expect(decodeFrame(encodeFrame(parts), parts.length)).toEqual(parts.map(asBytes))
    }),
  )
})

test('frame: two lists with the same bytes are the same list', () => {
  const tiny = fc.array(bytes({ maxLength: 3 }), { maxLength: 4 })
  check(
    fc.property(tiny, tiny, (a, b) => {
      const isSame = a.length === b.length && a.every((value, index) => equalBytes(value, b[index] as Uint8Array))
      expect(equalBytes(encodeFrame(a), encodeFrame(b))).toBe(isSame)
    }),
  )
})

test('frame: where a text is cut is part of the bytes', () => {
  check(
    fc.property(text, fc.nat(), fc.nat(), (value, a, b) => {
      const at = (cut: number): string[] => [
        value.slice(0, cut % (value.length + 1)),
        value.slice(cut % (value.length + 1)),
      ]
      const [first, second] = [at(a), at(b)]
      fc.pre([...first, ...second].every(isWellFormed))
      expect(equalBytes(encodeFrame(first), encodeFrame(second))).toBe(first[0] === second[0])
    }),
  )
})

test('frame: any bytes are the frame that gives them, or refused', () => {
  const framed = fc.array(bytes({ maxLength: 9 }), { maxLength: 4 }).map(encodeFrame)
  const cut = fc
    .tuple(framed, fc.integer({ min: -3, max: 3 }))
    .map(([value, by]) => (by < 0 ? value.slice(0, by) : new Uint8Array(value.length + by)))
  check(
    fc.property(fc.oneof(bytes({ maxLength: 40 }), framed, cut), fc.nat(4), (value, count) => {
      expectRead(() => decodeFrame(value, count), ['ERR_FORMAT_INVALID'], encodeFrame, value)
    }),
  )
})

test('u64: safe integers come back, any 8 bytes are one or refused', () => {
  check(
    fc.property(fc.maxSafeNat(), bytes({ maxLength: 10 }), (value, random) => {
      expect(decodeUint64(encodeUint64(value))).toBe(value)
      expectRead(() => decodeUint64(random), ['ERR_FORMAT_INVALID'], encodeUint64, random)
    }),
  )
})

test('JSON: a value comes back equal, and its text to the byte', () => {
  check(
    fc.property(json, (value) => {
      const written = stringifyJson(value)
      expectSame(parseJson(written), value)
      expect(stringifyJson(parseJson(written))).toBe(written)
    }),
  )
})

test('JSON: equal values have one canonical text, whatever the order of their members', () => {
  check(
    fc.property(json, (value) => {
      const canonical = canonicalJson(value)
      expect(canonicalJson(reversed(value))).toBe(canonical)
      expect(canonicalJson(parseJson(canonical))).toBe(canonical)
      expectSame(parseJson(canonical), value)
    }),
  )
})

test('JSON: anything at all is written so that it comes back equal, or refused with a code', () => {
  check(
    fc.property(anything, (value) => {
      const codes = ['ERR_VALUE_INVALID', 'ERR_TEXT_INVALID', 'ERR_FORMAT_LIMIT'] as const
      expectRead(() => stringifyJson(value), codes, parseJson, value)
    }),
  )
})

test('JSON: any text is read, or refused with the code', () => {
  check(
    fc.property(fc.oneof(anyText, fc.json()), (value) => {
      expectRead(
        () => parseJson(value),
        ['ERR_FORMAT_INVALID'],
        () => value,
        value,
      )
    }),
  )
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const object = {}
  for (const [name, member] of Object.entries(value).reverse()) {
    Object.defineProperty(object, name, { value: reversed(member), enumerable: true })
  }
  return object
}
