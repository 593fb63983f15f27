/** Vectors that the systems' own code made once. They are never made anew to let a test pass. */
import { describe, expect, test } from 'vitest'
import {
  deriveCryptoJsKey,
  type ForeignFormat,
  type ForeignInput,
  type ForeignKeys,
  openForeign,
  type OpenForeignOptions,
} from '../../../packages/sdk/src/interop/index.ts'
import { fromHex, toHex, utf8 } from '../support/encoding.ts'
import { outcome } from '../support/outcome.ts'
import csfle from '../vectors/csfle.json' with { type: 'json' }
import hsm from '../vectors/hsm.json' with { type: 'json' }
import novamind from '../vectors/novamind.json' with { type: 'json' }
import openssl from '../vectors/openssl.json' with { type: 'json' }
import pazpaz from '../vectors/pazpaz.json' with { type: 'json' }
import pgcrypto from '../vectors/pgcrypto.json' with { type: 'json' }
import phase4 from '../vectors/phase4.json' with { type: 'json' }
import surgicase from '../vectors/surgicase.json' with { type: 'json' }

/** Bytes in a vector. */
interface Hex {
  readonly hex: string
}

interface Vector {
  readonly id: string
  readonly comment: string
  readonly format: ForeignFormat
  readonly keys: unknown
  readonly input: unknown
  readonly options?: OpenForeignOptions
  /** `ok`, or the code that the value is refused with. */
  readonly expect: string
  readonly text?: string
  readonly bytes?: Hex
  readonly keyId?: string
  readonly authenticated?: boolean
  readonly derive?: { readonly password: string; readonly salt: string; readonly version: '4.1' | '4.2' }
}

interface VectorFile {
  readonly source: string
  readonly generatedBy: string
  readonly date: string
  readonly note: string
  readonly cases: readonly Vector[]
}

const FILES = [
  ['phase4', phase4, 10],
  ['pazpaz', pazpaz, 24],
  ['novamind', novamind, 24],
  ['pgcrypto', pgcrypto, 26],
  ['csfle', csfle, 13],
  ['openssl', openssl, 12],
  ['hsm', hsm, 10],
  ['surgicase', surgicase, 9],
] as unknown as readonly (readonly [string, VectorFile, number])[]

/** One test a vector, and one that its file is whole. */
export function ownVectors(): void {
  describe.each(FILES)('%s', (_, file, count) => {
    test('has its cases and its source', () => {
      expect(new Set(file.cases.map(({ id }) => id)).size).toBe(count)
      expect([file.source, file.generatedBy, file.date, file.note]).not.toContain('')
    })

    test.each(file.cases)('$id: $comment', async (vector) => {
      const keys = decode(vector.keys) as ForeignKeys[ForeignFormat]
      const input = decode(vector.input) as ForeignInput
      expect(await outcome(vector.format, input, keys, vector.options)).toBe(vector.expect)
      if (vector.expect === 'ok') await check(vector, input, keys)
    })
  })
}

async function check(vector: Vector, input: ForeignInput, keys: ForeignKeys[ForeignFormat]): Promise<void> {
  const { format, options, text, bytes, keyId, authenticated = format !== 'novamind-cryptojs', derive } = vector
  const opened = await openForeign(format, input, keys, options)
  expect({
    bytes: toHex(opened.bytes),
    text: text === undefined ? undefined : opened.text(),
    keyId: opened.keyId,
    authenticated: opened.authenticated,
  }).toEqual({ bytes: bytes?.hex ?? toHex(utf8(text ?? '')), text, keyId, authenticated })
  const derived = derive && { passphrase: await deriveCryptoJsKey(derive.password, derive.salt, derive.version) }
  expect(derived ?? keys).toEqual(keys)
}

/** Puts bytes where a vector has their hex. */
function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('hex' in value) return fromHex(String(value.hex))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(member)]))
}
