/** JSON in which every member has one value. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictJson } from '../../packages/server-stub/src/http/strict-json.ts'

const parse = (text: string) => parseStrictJson(Buffer.from(text))
const code = (text: string | Uint8Array) => {
  try {
    parseStrictJson(Buffer.from(text))
    return 'accepted'
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('strict JSON', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
    for (const text of [
      ' {"a" : {"a":[{"a":1},{"a":2}]} } ',
      '{"":1,"a\\"b":2,"\\\\":":"}',
      '"{"',
      '{"a":"\\"a\\":1"}',
    ]) {
      expect(parse(text)).toEqual(JSON.parse(text))
    }
  })

  test('refuses a member that is named twice, wherever it stands and however it is spelled', () => {
    const texts = [
      '{"a":1,"a":1}',
      '{"a":1,"b":{"c":[{"d":1,"d" :2}]}}',
      '{"a":1,"\\u0061":2}',
      '{"\\/":1,"/":2}',
      '{"":1,"":2}',
    ]
    for (const text of texts) expect(code(text)).toBe('ERR_FORMAT_INVALID')
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, choice) => {
        const members = Object.entries(object).map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        )
        const text = `{${[...members, members[choice % members.length]].join(',')}}`
        expect(code(text)).toBe('ERR_FORMAT_INVALID')
      }),
    )
  })

  test('refuses what is not JSON, and never anything but that', () => {
    for (const text of [
      '',
      '{',
      '"',
      '{"a":1}}',
      '{"a":1,}',
      '[1,]',
      '{a:1}',
      "{'a':1}",
      'NaN',
      '01',
      '"\n"',
      '\ufeff{}',
      '{}\0',
    ]) {
      expect(code(text)).toBe('ERR_FORMAT_INVALID')
    }
    expect(code(Uint8Array.of(0x22, 0xff, 0x22))).toBe('ERR_FORMAT_INVALID')
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['accepted', 'ERR_FORMAT_INVALID']).toContain(code(text))
      }),
    )
  })

  test('goes no deeper than a record can', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(code(nested(160))).toBe('accepted')
    expect(code(nested(161))).toBe('ERR_FORMAT_LIMIT')
    expect(code('{"a":'.repeat(1_000_000))).toBe('ERR_FORMAT_LIMIT')
  })
})
