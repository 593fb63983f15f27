/** Every kind that a value of another system can be, in clear and sealed, accepted and not. */
import { openForeign, sealForeign } from '@lockstitch/sdk/interop'
import { defineModel, phi, pii, type FieldMapping, type ConversionMapping } from '@lockstitch/sdk'
import { describe, expect, test } from 'vitest'
import { convertRecord, type OpenValue } from '../../../packages/sdk/src/records/convert-record.ts'
import { parseMapping, checkKeys } from '../../../packages/sdk/src/schema/conversion.ts'

const Model = defineModel('kinds', {
  text: phi(),
  number: phi({ type: 'number' }),
  flag: phi({ type: 'boolean' }),
  day: pii({ type: 'date' }),
  big: pii({ type: 'bigint' }),
  doc: phi({ type: 'json' }),
  scan: phi({ type: 'bytes' }),
  deep: { lines: [pii()] },
})
const bytes = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const keys = {
  phase4: { keys: { k1: bytes(1) } },
  pazpaz: { keys: { v1: bytes(2) } },
  surgicase: { dek: bytes(3) },
  'novamind-cryptojs': { passphrase: 'a passphrase' },
} as const
const phase4 = (text: string): Promise<string> => sealForeign('phase4', text, keys.phase4)
const surgicase = (text: string): Promise<string> => sealForeign('surgicase', text, keys.surgicase)

type Accept = NonNullable<FieldMapping['accept']>

/** What becomes of one value under one mapping. */
async function convertOne(
  field: string,
  format: FieldMapping['format'],
  value: unknown,
  accept: Accept = [],
): Promise<{ kind: unknown; value: unknown; problems: unknown }> {
  const mapping: ConversionMapping = { id: 'id', fields: { [field]: { from: 'value', format, accept } } }
  const plan = { model: Model, mapping: parseMapping(Model, mapping), keys, open: openForeign as OpenValue }
  const { kinds, record, problems } = await convertRecord(plan, { id: 7, value })
  // Never half a record.
  expect(problems.length > 0 && record !== undefined).toBe(false)
  return { kind: kinds[field], value: record?.[field], problems }
}

describe('a value that is sealed', () => {
  test.each(['phase4', 'surgicase', 'pazpaz'] as const)('opens from %s', async (format) => {
    const sealed = (await sealForeign(format, 'J45.909', keys[format] as never)) as string
    expect(await convertOne('text', format, sealed)).toEqual({ kind: 'sealed', value: 'J45.909', problems: [] })
  })

  test.each([
    ['number', '-12.50e1', -125],
    ['flag', 'false', false],
    ['day', '1971-02-28', new Date('1971-02-28T00:00:00Z')],
    ['day', '2026-01-02T03:04:05.678+02:30', new Date('2026-01-02T00:34:05.678Z')],
    ['big', '-123456789012345678901234567890', -123456789012345678901234567890n],
    ['doc', '{"a":[1,null,{"b":""}]}', { a: [1, null, { b: '' }] }],
    ['scan', 'ab', Uint8Array.of(97, 98)],
    ['text', '', ''],
    ['text', '﻿a\0é\r\n', '﻿a\0é\r\n'],
  ])('becomes a value of the type of %s: %s', async (field, text, value) => {
    const sealed = await surgicase(text)
    expect(await convertOne(field, 'surgicase', sealed)).toEqual({ kind: 'sealed', value, problems: [] })
  })

  test.each([
    ...[
      '',
      '12,5',
      '0x10',
      '01',
      '1e999',
      'NaN',
      ' 1',
      '1 ',
      '12345678901234567891',
      '0.1000000000000000000001',
      '1e-400',
    ].map((text) => ['number', text] as const),
    ...['True', '1', 'yes', ''].map((text) => ['flag', text] as const),
    ...[
      '28.02.1971',
      '1971-02-30',
      '1971-02-28T10:00:00',
      '1971-02-28 10:00:00Z',
      '1971-02-28T24:00:00Z',
      '2026-01-02T03:04:05.6781Z',
      'Sun Feb 28 1971 01:00:00 GMT+0100',
    ].map((text) => ['day', text] as const),
    ...['1.0', '+1', '-0', '0b1', ''].map((text) => ['big', text] as const),
    ...['', '{a:1}', '{"a":1,"a":2}', '{"a":12345678901234567891}', '[1e999]', '"\\ud800"'].map(
      (text) => ['doc', text] as const,
    ),
  ])('is mistyped when it is no %s: %s', async (field, text) => {
    const problems = [{ path: field, kind: 'mistyped' }]
    const sealed = await surgicase(text)
    expect(await convertOne(field, 'surgicase', sealed)).toMatchObject({ kind: 'mistyped', problems })
  })

  test('is unreadable when it was changed, cut, or sealed under another key or in another format', async () => {
    const sealed = await phase4('J45.909')
    const tampered = sealed.replace(/"d":"(.)/, (_, first) => `"d":"${first === 'A' ? 'B' : 'A'}`)
    const others = await sealForeign('phase4', 'x', { keys: { k9: bytes(1) } })
    const wrong = await sealForeign('phase4', 'x', { keys: { k1: bytes(9) } })
    const cases: [unknown, string][] = [
      [tampered, 'ERR_OPEN_FAILED'],
      [wrong, 'ERR_OPEN_FAILED'],
      [others, 'ERR_KEY_UNKNOWN'],
      [sealed.slice(0, -9), 'ERR_FORMAT_INVALID'],
      [await surgicase('J45.909 and more text of a note'), 'ERR_FORMAT_INVALID'],
      ['v1:QUJD', 'ERR_FORMAT_INVALID'],
      ['gAAAAABh', 'ERR_FORMAT_INVALID'],
    ]
    for (const [value, code] of cases) {
      const problems = [{ path: 'text', kind: 'unreadable', code }]
      // Not even a mapping that accepts text in clear takes ciphertext for it.
      expect(await convertOne('text', 'phase4', value, ['plain'])).toMatchObject({ kind: 'unreadable', problems })
    }
    const cut = (await surgicase('J45.909 and more text of a note')).slice(0, -3)
    expect(await convertOne('text', 'surgicase', cut, ['plain'])).toMatchObject({ kind: 'unreadable' })
  })
})

test('an absent value is no problem and no value', async () => {
  for (const value of [undefined, null])
    expect(await convertOne('text', 'phase4', value)).toEqual({ kind: 'absent', value: undefined, problems: [] })
})

test('a value in clear is a problem, unless the mapping accepts it', async () => {
  expect(await convertOne('text', 'phase4', 'Ada')).toMatchObject({
    kind: 'plain',
    problems: [{ path: 'text', kind: 'plain' }],
  })
  expect(await convertOne('text', 'phase4', 'Ada', ['plain'])).toMatchObject({ kind: 'plain', value: 'Ada' })
  expect(await convertOne('flag', 'phase4', false, ['plain'])).toMatchObject({ kind: 'plain', value: false })
  expect(await convertOne('text', 'phase4', 5, ['plain'])).toMatchObject({ kind: 'mistyped' })
})

test('an empty text is a problem, unless the mapping accepts it', async () => {
  expect(await convertOne('text', 'pazpaz', '')).toMatchObject({ problems: [{ path: 'text', kind: 'empty' }] })
  expect(await convertOne('text', 'pazpaz', '', ['empty'])).toMatchObject({ kind: 'empty', value: '', problems: [] })
  expect(await convertOne('day', 'pazpaz', '', ['empty'])).toMatchObject({
    kind: 'empty',
    value: undefined,
    problems: [],
  })
})

test.each(['phase4', 'surgicase'] as const)(
  'what is sealed twice in %s is opened twice only on demand',
  async (format) => {
    const seal = format === 'phase4' ? phase4 : surgicase
    const twice = await seal(await seal('short'))
    expect(await convertOne('text', format, twice)).toMatchObject({
      problems: [{ path: 'text', kind: 'sealed-twice' }],
    })
    const accepted = { kind: 'sealed-twice', value: 'short', problems: [] }
    expect(await convertOne('text', format, twice, ['sealed-twice'])).toEqual(accepted)
    expect(await convertOne('text', format, await seal(twice), ['sealed-twice'])).toEqual(accepted)
  },
)

test('an inner seal that does not open is unreadable, and a long word that looks sealed is a word', async () => {
  const inner = await sealForeign('phase4', 'x', { keys: { k1: bytes(9) } })
  expect(await convertOne('text', 'phase4', await phase4(inner), ['sealed-twice'])).toMatchObject({
    kind: 'unreadable',
  })
  const word = 'Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz'
  expect(await convertOne('text', 'phase4', await phase4(word))).toMatchObject({ kind: 'sealed', value: word })
})

test('a value that was destroyed before is never accepted', async () => {
  const all: Accept = ['plain', 'empty', 'sealed-twice', 'unauthenticated']
  for (const text of ['[object Object]', '[object Object],[object Object]']) {
    for (const value of [text, await phase4(text), await phase4(await phase4(text))]) {
      const problems = [{ path: 'text', kind: 'object-object' }]
      expect(await convertOne('text', 'phase4', value, all)).toMatchObject({ kind: 'object-object', problems })
    }
  }
})

test('an unauthenticated value is a problem, unless the mapping accepts it', async () => {
  // `openssl enc -aes-256-cbc -md md5 -a` of "John Doe", which is what CryptoJS writes.
  const stored = 'U2FsdGVkX19MOOflvy1PzYMpxwLRubQgHsXBvstBY6s='
  const passphrase = { 'novamind-cryptojs': { passphrase: 'Tr0ub4dor&3-1aa5272e134a' } }
  const convert = async (accept: Accept): Promise<unknown> => {
    const field = { from: 'value', format: 'novamind-cryptojs', accept } as const
    const mapping = parseMapping(Model, { id: 'id', fields: { text: field } })
    const plan = { model: Model, mapping, keys: passphrase, open: openForeign as OpenValue }
    return convertRecord(plan, { id: 'a', value: stored })
  }
  expect(await convert([])).toMatchObject({ problems: [{ path: 'text', kind: 'unauthenticated' }] })
  expect(await convert(['unauthenticated'])).toMatchObject({ record: { text: 'John Doe' }, problems: [] })
})

test('a member that the mapping says stands in clear is not taken for it when it is sealed', async () => {
  expect(await convertOne('text', 'plain', 'Ada')).toMatchObject({ kind: 'plain', value: 'Ada' })
  expect(await convertOne('text', 'plain', '')).toMatchObject({ kind: 'empty', value: '' })
  expect(await convertOne('number', 'plain', '')).toMatchObject({ kind: 'mistyped' })
  expect(await convertOne('doc', 'plain', { a: 1 })).toMatchObject({ kind: 'plain', value: { a: 1 } })
  for (const sealed of [await phase4('x'), JSON.parse(await phase4('x')) as object])
    expect(await convertOne('text', 'plain', sealed)).toMatchObject({ problems: [{ path: 'text', kind: 'sealed' }] })
})

describe('a record', () => {
  const fields = { 'deep.lines.0': { from: 'a.b', format: 'plain' }, text: { from: 'a.c', format: 'phase4' } } as const
  const convert = async (source: unknown, ignore: string[] = []): Promise<unknown> => {
    const mapping = parseMapping(Model, { id: 'key.id', fields, ignore })
    return convertRecord({ model: Model, mapping, keys, open: openForeign as OpenValue }, source)
  }

  test('is made of members at any depth', async () => {
    const source = { key: { id: 'r-1' }, a: { b: 'Main St', c: await phase4('J45') } }
    expect(await convert(source)).toEqual({
      id: 'r-1',
      record: { id: 'r-1', text: 'J45', deep: { lines: ['Main St'] } },
      kinds: { 'deep.lines.0': 'plain', text: 'sealed' },
      problems: [],
    })
  })

  test('with a member that nobody mentioned is not converted', async () => {
    const source = { key: { id: 1, old: 2 }, a: { b: 'x', d: 3 }, rest: null }
    const unmapped = ['key.old', 'a.d', 'rest'].map((path) => ({ path, kind: 'unmapped' }))
    expect(await convert(source)).toMatchObject({ problems: unmapped })
    expect(await convert(source, ['key.old', 'a.d', 'rest'])).toMatchObject({ problems: [] })
  })

  test.each([[undefined], [null], [1.5], ['a b'], ['x'.repeat(65)], ['']])(
    'needs an id that a record can have: %s',
    async (id) => {
      expect(await convert({ key: { id }, a: {} })).toMatchObject({ problems: [{ path: '', code: 'ERR_RECORD_ID' }] })
    },
  )

  test.each([[null], ['text'], [[]], [5]])('is an object: %s', async (source) => {
    expect(await convert(source)).toMatchObject({ problems: [{ path: '', code: 'ERR_VALUE_INVALID' }] })
  })
})

test.each([
  [null, 'the mapping must be a plain object'],
  [{ id: '', fields: {} }, 'mapping.id must name a member'],
  [{ id: 'id', fields: {} }, 'mapping.fields must have'],
  [{ id: 'id', fields: { nothing: { from: 'a', format: 'plain' } } }, 'the model has no field nothing'],
  [{ id: 'id', fields: { deep: { from: 'a', format: 'plain' } } }, 'the model has no field deep'],
  [{ id: 'id', fields: { text: { from: 'a', format: 'rot13' } } }, 'must have one of the formats'],
  [{ id: 'id', fields: { text: { from: 'a', format: 'plain', accept: ['object-object'] } } }, 'may accept plain'],
  [{ id: 'id', fields: { text: { from: 'a', format: 'plain', acept: [] } } }, 'unknown member acept'],
])('a mapping that does not fit is refused before anything is opened: %j', (mapping, message) => {
  expect(() => parseMapping(Model, mapping)).toThrow(message)
})

test('a format without keys is refused before anything is opened', () => {
  const mapping = parseMapping(Model, { id: 'id', fields: { text: { from: 'a', format: 'csfle' } } })
  expect(() => checkKeys(mapping, keys)).toThrow(expect.objectContaining({ code: 'ERR_KEY_UNKNOWN' }))
})
