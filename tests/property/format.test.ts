import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../packages/sdk/src/bytes/base64url.ts'
import { equalBytes } from '../../packages/sdk/src/bytes/equal.ts'
import type { ErrorCode } from '../../packages/sdk/src/errors.ts'
import { MAX_ITERATIONS, MIN_ITERATIONS } from '../../packages/sdk/src/format/constants.ts'
import { fieldAad, type FieldContext, recordKeyInfo } from '../../packages/sdk/src/format/context.ts'
import { parseEnvelope, serializeEnvelope } from '../../packages/sdk/src/format/envelope.ts'
import { parseKdfParams } from '../../packages/sdk/src/format/kdf-params.ts'
import { kidOf, parseKid } from '../../packages/sdk/src/format/kid.ts'
import {
  type Manifest,
  manifestPayload,
  type ParsedManifest,
  parseManifest,
  serializeManifest,
} from '../../packages/sdk/src/format/manifest.ts'
import { pad, paddedLength, unpad } from '../../packages/sdk/src/format/padding.ts'
import { parseRecordId } from '../../packages/sdk/src/format/record-id.ts'
import { parseUuid } from '../../packages/sdk/src/format/uuid.ts'
import { decodeValue, encodeValue, valueFromJson, valueToJson } from '../../packages/sdk/src/format/value.ts'
import { parseJson, stringifyJson } from '../../packages/sdk/src/bytes/json.ts'
import {
  anyText,
  anything,
  bytes,
  formatText,
  padding,
  recordId,
  typedValue,
  uuid,
  valueType,
} from './support/arbitraries.ts'
import { check, expectRead, expectSame } from './support/check.ts'

const kid = bytes({ minLength: 8, maxLength: 8 }).map(kidOf)
const hash = bytes({ minLength: 32, maxLength: 32 })
const FORMAT_CODES: ErrorCode[] = ['ERR_FORMAT_INVALID', 'ERR_FORMAT_VERSION', 'ERR_FORMAT_LIMIT']

test('value: every value of every type comes back equal, sealed and in clear', () => {
  check(
    fc.property(typedValue, ({ type, value }) => {
      expectSame(decodeValue(type, encodeValue(type, value)), value)
      const clear = stringifyJson(valueToJson(type, value))
      expectSame(valueFromJson(type, parseJson(clear)), value)
    }),
  )
})

test('value: anything at all is of the type and comes back equal, or refused with a code', () => {
  check(
    fc.property(valueType, anything, (type, value) => {
      const codes = ['ERR_VALUE_INVALID', 'ERR_TEXT_INVALID', 'ERR_FORMAT_LIMIT'] as const
      expectRead(
        () => encodeValue(type, value),
        codes,
        (encoded) => decodeValue(type, encoded),
        value,
      )
    }),
  )
})

test('value: any bytes are the one value that gives them, or refused with a code', () => {
  const random = fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8), bytes({ maxLength: 12 }))
    .map(([first, rest]) => Uint8Array.from([first, ...rest]))
  const changed = fc.tuple(typedValue, fc.nat(), fc.nat(7)).map(([{ type, value }, at, bit]) => {
    const encoded = encodeValue(type, value)
    encoded[at % encoded.length] = (encoded[at % encoded.length] as number) ^ (1 << bit)
    return encoded
  })
  check(
    fc.property(valueType, fc.oneof(bytes(), random, changed), (type, value) => {
      const codes = ['ERR_FORMAT_INVALID', 'ERR_TEXT_INVALID', 'ERR_VALUE_INVALID', 'ERR_FORMAT_LIMIT'] as const
      expectRead(
        () => decodeValue(type, value),
        codes,
        (decoded) => encodeValue(type, decoded),
        value,
      )
    }),
  )
})

test('value: any JSON is the one clear form of a value, or refused with a code', () => {
  check(
    fc.property(valueType, fc.jsonValue(), (type, value) => {
      const read = (): unknown => valueFromJson(type, value as never)
      expectRead(read, ['ERR_FORMAT_INVALID'], (decoded) => valueToJson(type, decoded), value)
    }),
  )
})

test('padding: bytes come back, and their length says only their class', () => {
  check(
    fc.property(bytes({ maxLength: 500 }), padding, (value, way) => {
      const padded = pad(value, way)
      expect(unpad(padded)).toEqual(value)
      expect(padded.length).toBe(paddedLength(value.length + 1, way))
      expect(padded.length).toBeGreaterThan(value.length)
      const most = { none: 1, block: 16, padme: Math.max(32, value.length * 0.12 + 2) }
      expect(padded.length - value.length).toBeLessThanOrEqual(most[way])
      expect(way === 'block' ? padded.length % 16 : 12).toBe(12)
    }),
  )
})

test('padding: any bytes are unpadded or refused', () => {
  check(
    fc.property(
      fc.oneof(
        bytes(),
        bytes().map((value) => new Uint8Array(value.length)),
      ),
      (value) => {
        const again = (unpadded: Uint8Array): Uint8Array => {
          const padded = new Uint8Array(value.length)
          padded.set([...unpadded, 0x80])
          return padded
        }
        expectRead(() => unpad(value), ['ERR_FORMAT_INVALID'], again, value)
      },
    ),
  )
})

test('envelope: what is written is read back, and any text is the only one of its bytes or refused', () => {
  check(
    fc.property(kid, bytes({ minLength: 29 }), formatText, (key, sealed, random) => {
      const written = serializeEnvelope({ kid: key, sealed })
      const { kid: readKid, sealed: bytes, nonce } = parseEnvelope(written)
      expect([readKid, bytes, nonce]).toEqual([key, sealed, encodeBase64url(sealed.subarray(0, 12))])
      for (const value of [random, `ls1.${key}.${random}`, written + random, `ls1.${random}`]) {
        expectRead(() => parseEnvelope(value), FORMAT_CODES, serializeEnvelope, value)
      }
    }),
  )
})

test('AAD and record key info: different places have different bytes', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 3 })
  const context: fc.Arbitrary<FieldContext> = fc.record({
    owner: letters,
    model: letters,
    id: letters,
    path: letters,
    classification: fc.constantFrom('phi', 'pii'),
    kid: fc.constantFrom('AAAAAAAAAAA', 'AAAAAAAAAAE').map(parseKid),
  })
  check(
    fc.property(context, context, (a, b) => {
      const isSamePlace = a.owner === b.owner && a.model === b.model && a.id === b.id
      const isSame = isSamePlace && a.path === b.path && a.classification === b.classification && a.kid === b.kid
      expect(equalBytes(fieldAad(a), fieldAad(b))).toBe(isSame)
      expect(equalBytes(recordKeyInfo(a), recordKeyInfo(b))).toBe(isSamePlace)
    }),
  )
})

const manifest: fc.Arbitrary<Manifest> = fc.record({
  owner: uuid,
  model: fc.constantFrom('intake', 'M', 'a-b_9'),
  id: recordId,
  revision: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  previous: hash,
  kid,
  writer: bytes({ minLength: 16, maxLength: 16 }),
  state: fc.constantFrom('live', 'tombstone'),
  digest: hash,
})

test('manifest: what is written is read back, and any change of it is another text or refused', () => {
  const signature = fc.option(bytes({ minLength: 64, maxLength: 64 }), { nil: undefined })
  check(
    fc.property(manifest, hash, signature, fc.nat(), formatText, (value, mac, signed, at, random) => {
      const payload = manifestPayload(value)
      const written = serializeManifest(payload, mac, signed)
      expect(parseManifest(written)).toEqual({
        ...value,
        payload,
        mac,
        ...(signed === undefined ? {} : { signature: signed }),
      })
      const index = at % written.length
      for (const other of [random, `ls1m.${random}`, written.slice(0, index) + random + written.slice(index + 1)]) {
        const write = (read: ParsedManifest): string =>
          serializeManifest(manifestPayload(read), read.mac, read.signature)
        expectRead(() => parseManifest(other), [...FORMAT_CODES, 'ERR_TEXT_INVALID', 'ERR_RECORD_ID'], write, other)
      }
    }),
  )
})

test('kid, record id, UUID: a text is itself or refused', () => {
  check(
    fc.property(fc.oneof(anyText, recordId, uuid, anything), (value) => {
      expectRead(
        () => parseKid(value),
        ['ERR_FORMAT_INVALID'],
        (read) => kidOf(decodeBase64url(read)),
        value,
      )
      const isRecordId = typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)
      expectRead(
        () => parseRecordId(value),
        isRecordId ? [] : ['ERR_RECORD_ID'],
        (read) => read,
        value,
      )
      expectRead(
        () => parseUuid(value),
        ['ERR_FORMAT_INVALID'],
        (read) => read.toLowerCase(),
        value,
      )
    }),
  )
})

/** The bounds, written down a second time. */
function isWithinBounds(value: unknown): boolean {
  const { hash: name, iterations, salt, ...rest } = (value ?? {}) as Record<string, unknown>
  if (name !== 'SHA-256' || typeof iterations !== 'number' || typeof salt !== 'string') return false
  const salted = Buffer.from(salt, 'base64url')
  const isSalt = salted.toString('base64url') === salt && salted.length >= 16 && salted.length <= 64
  const isCount = Number.isInteger(iterations) && iterations >= 600_000 && iterations <= 10_000_000
  return isSalt && isCount && Object.keys(rest).length === 0
}

test('KDF parameters: exactly the range is accepted, and everything else has the one code', () => {
  const salt = bytes({ minLength: 0, maxLength: 80 }).map(encodeBase64url)
  const iterations = fc.oneof(
    fc.integer({ min: MIN_ITERATIONS - 10, max: MIN_ITERATIONS + 10 }),
    fc.integer(),
    fc.double(),
    anything,
  )
  const params = fc.record({
    hash: fc.oneof(fc.constant('SHA-256'), anything),
    iterations,
    salt: fc.oneof(salt, anything),
  })
  check(
    fc.property(fc.oneof(params, anything), (value) => {
      const codes = isWithinBounds(value) ? [] : (['ERR_KDF_PARAMS'] as const)
      expectRead(
        () => parseKdfParams(value),
        codes,
        (read) => isWithinBounds(read) && read,
        value,
      )
    }),
  )
  check(
    fc.property(
      fc.integer({ min: MIN_ITERATIONS, max: MAX_ITERATIONS }),
      bytes({ minLength: 16, maxLength: 64 }),
      (count, salted) => {
        const value = { hash: 'SHA-256', iterations: count, salt: encodeBase64url(salted) }
        expect(parseKdfParams(value)).toEqual(value)
      },
    ),
  )
})
