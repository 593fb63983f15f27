/** Seeds 001, 002 (the server) and 004: Python's `cryptography` reads what is sealed here, and what it writes opens here. */
import { beforeAll, describe, expect, test, type TestContext } from 'vitest'
import {
  deriveFernetKey,
  type ForeignInput,
  openForeign,
  sealForeign,
} from '../../../packages/sdk/src/interop/index.ts'
import { INSTALL_TIMEOUT, missing } from '../support/debian.ts'
import { fromBase64, toBase64, toHex, utf8 } from '../support/encoding.ts'
import { KEYS, random } from '../support/keys.ts'
import { ask, hasPython, type Request } from '../support/python.ts'
import { ALL_TEXTS } from '../support/texts.ts'

const REASON = missing('python3-cryptography')
let isThere = false

beforeAll(async () => {
  isThere = await hasPython()
}, INSTALL_TIMEOUT)

/** The answers, or a skip that says what is missing. */
async function counterpart(requests: readonly Request[], { skip }: Pick<TestContext, 'skip'>): Promise<unknown[]> {
  return isThere ? ask(requests) : skip(REASON)
}

const texts = ALL_TEXTS.map(([, text]) => text)

describe('seed 001', () => {
  const keys = KEYS.pazpaz
  const request = (verb: 'seal' | 'open', form: string, value: string): Request => ({
    system: 'pazpaz',
    verb,
    form,
    key: keys.keys.v1,
    value,
  })

  test.for(['3-part', '4-part', 'bytea'] as const)('reads what is sealed here as %s', async (form, context) => {
    const sealed = await Promise.all(texts.map((text) => sealForeign('pazpaz', text, keys, { form })))
    const values = sealed.map((value) => (typeof value === 'string' ? value : toBase64(value)))
    expect(
      await counterpart(
        values.map((value) => request('open', form, value)),
        context,
      ),
    ).toEqual(texts)
  })

  test.for(['2-part', '3-part', '4-part', 'jsonb', 'bytea', 'bytea-legacy'] as const)(
    'writes as %s what opens here',
    async (form, context) => {
      const values = await counterpart(
        texts.map((text) => request('seal', form, text)),
        context,
      )
      const isBinary = form.startsWith('bytea')
      const inputs = values.map((value) => (isBinary ? fromBase64(String(value)) : (value as ForeignInput)))
      const opened = await Promise.all(inputs.map((input) => openForeign('pazpaz', input, keys, { form })))
      expect(opened.map((value) => value.text())).toEqual(texts)
      const isNamed = form !== 'bytea-legacy'
      for (const { keyId, warnings } of opened) {
        expect([keyId, warnings]).toEqual(isNamed ? ['v1', []] : [undefined, ['WARN_KEY_UNNAMED']])
      }
      const told = await Promise.all(inputs.map((input) => openForeign('pazpaz', input, keys)))
      expect(told.map((value) => value.text())).toEqual(texts)
    },
  )

  test('opens BYTEA values and JSONB documents as their text, too', async (context) => {
    const [bytea, jsonb] = await counterpart([request('seal', 'bytea', 'x'), request('seal', 'jsonb', 'y')], context)
    const hex = `\\x${toHex(fromBase64(String(bytea)))}`
    expect((await openForeign('pazpaz', hex, keys)).text()).toBe('x')
    expect((await openForeign('pazpaz', JSON.stringify(jsonb), keys)).text()).toBe('y')
  })
})

describe('seed 004', () => {
  const { dek } = KEYS.surgicase
  const request = (verb: 'seal' | 'open', value: string): Request => ({ system: 'surgicase', verb, key: dek, value })

  test('reads what is sealed here', async (context) => {
    const values = await Promise.all(texts.map((text) => sealForeign('surgicase', text, { dek })))
    expect(
      await counterpart(
        values.map((value) => request('open', value)),
        context,
      ),
    ).toEqual(texts)
  })

  test('writes what opens here', async (context) => {
    const values = await counterpart(
      texts.map((text) => request('seal', text)),
      context,
    )
    const opened = await Promise.all(values.map((value) => openForeign('surgicase', String(value), { dek })))
    expect(opened.map((value) => value.text())).toEqual(texts)
  })
})

describe("seed 002's server", () => {
  const { masterKey, salt } = KEYS['novamind-fernet']
  const request = (verb: 'seal' | 'open', fernetKey: string, value: string): Request => ({
    system: 'fernet',
    verb,
    key: utf8(fernetKey),
    value,
  })

  test('derives the same keys', async (context) => {
    const inputs: readonly (readonly [string, Uint8Array])[] = [
      [masterKey, salt],
      ['password', utf8('saltsaltsaltsalt')],
      ['🔑'.repeat(100), random(64)],
    ]
    const requests = inputs.map(([value, key]) => ({ system: 'fernet', verb: 'key', key, value }) as const)
    const derived = await Promise.all(inputs.map(([password, bytes]) => deriveFernetKey(password, bytes)))
    expect(await counterpart(requests, context)).toEqual(derived)
  })

  test('reads what is sealed here', async (context) => {
    const fernetKey = await deriveFernetKey(masterKey, salt)
    const tokens = await Promise.all(texts.map((text) => sealForeign('novamind-fernet', text, { fernetKey })))
    expect(
      await counterpart(
        tokens.map((token) => request('open', fernetKey, token)),
        context,
      ),
    ).toEqual(texts)
  })

  test('writes what opens here, also behind the prefix of its later versions', async (context) => {
    const fernetKey = await deriveFernetKey(masterKey, salt)
    const tokens = await counterpart(
      texts.map((text) => request('seal', fernetKey, text)),
      context,
    )
    for (const prefix of ['', 'v1:']) {
      const inputs = tokens.map((token) => prefix + String(token))
      const opened = await Promise.all(inputs.map((input) => openForeign('novamind-fernet', input, { fernetKey })))
      expect(opened.map((value) => value.text())).toEqual(texts)
    }
    const [first] = tokens
    const derived = await openForeign('novamind-fernet', String(first), { masterKey, salt })
    expect([derived.text(), derived.warnings]).toEqual([texts[0], ['WARN_KEY_SHORT', 'WARN_KDF_WEAK']])
  })
})
