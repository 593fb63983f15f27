/**
 * The acceptance cases beside the repository: every case must get the verdict that its file gives it. Where the file leaves
 * the decision to us (`policy`), what we decided is in POLICY below and in docs/interop.md.
 */
import { describe, expect, test } from 'vitest'
import { isLockstitchError } from '../../../packages/sdk/src/errors.ts'
import { deriveCryptoJsKey, sealForeign } from '../../../packages/sdk/src/interop/index.ts'
import { fromBase64, toHex } from '../support/encoding.ts'
import {
  SHARED_FILES,
  type SharedCase,
  type SharedFile,
  type SharedTexts,
  type SharedVectors,
} from '../support/shared-files.ts'
import { openCase } from './open-case.ts'

const CODES: Readonly<Record<string, string>> = {
  auth: 'ERR_OPEN_FAILED',
  format: 'ERR_FORMAT_INVALID',
  version: 'ERR_FORMAT_VERSION',
  'unknown-key': 'ERR_KEY_UNKNOWN',
  key: 'ERR_KEY_INVALID',
  utf8: 'ERR_TEXT_INVALID',
}

/** What we do where a file says that it is ours to decide: open it right, or refuse it with this code. */
const POLICY: Readonly<Record<string, string>> = {
  // A member that the envelope does not have.
  '000-065': 'ERR_FORMAT_INVALID',
  // NULL is not sealed: there is nothing to seal.
  '001-105': 'ERR_VALUE_INVALID',
  // Any time of making is accepted; an empty text is no token.
  '002f-029': 'ok',
  '002f-065': 'ERR_FORMAT_INVALID',
  // The old derivation of `openssl enc` is read when it is asked for. Without padding a block is read as padding.
  '003b-013': 'ok',
  '003b-017': 'other bytes',
  // BSON values that are neither text nor binary come as they are.
  '003m-037': 'bson',
  '003m-041': 'ok',
  // Only text and bytes are written.
  '003m-045': 'ERR_VALUE_INVALID',
  '003m-049': 'ERR_VALUE_INVALID',
  // Ciphers and derivations that pgcrypto offers are read, with warnings. It does not offer AEAD.
  '003p-033': 'ok',
  '003p-041': 'ok',
  '003p-053': 'ERR_FORMAT_VERSION',
  // Layouts that this system never had.
  '004-029': 'ERR_OPEN_FAILED',
  '004-033': 'ERR_OPEN_FAILED',
  '004-037': 'ERR_OPEN_FAILED',
}

/** One test a case, and one that the file is there whole. */
export function sharedVectors(texts: SharedTexts, required: boolean): void {
  describe.each(Object.keys(SHARED_FILES) as SharedFile[])('%s', (file) => {
    const { [file]: text = '{"keys":{},"cases":[]}' } = texts
    const vectors = JSON.parse(text) as SharedVectors
    test('has all its cases', ({ skip }) => {
      const isAtHand = texts[file] !== undefined
      skip(!isAtHand && !required, `${file} is not beside the repository, in ../shared/vectors`)
      expect(new Set(vectors.cases.map(({ id }) => id)).size).toBe(SHARED_FILES[file])
    })
    test.each(vectors.cases)('$id $group: $name', async (vector) => {
      expect(await outcome(file, vectors, vector)).toBe(expected(vector))
    })
  })
}

function expected({ id, op, sdk, counterpart }: SharedCase): string {
  const { verdict, class: kind = '' } = sdk
  if (verdict === 'policy') return POLICY[id] ?? 'not decided'
  if (verdict === 'undetectable') return 'ok'
  if (verdict === 'accept')
    return op === 'derive' || counterpart.plaintextB64 !== undefined ? 'ok' : 'no plaintext given'
  return kind === 'any' ? 'refused' : (CODES[kind] ?? 'no such class')
}

/** `ok` when it came out as the counterpart did, else the code, else what was wrong. */
async function outcome(file: SharedFile, vectors: SharedVectors, vector: SharedCase): Promise<string> {
  try {
    if (vector.op === 'derive') return await derived(vector)
    if (vector.op === 'encrypt') return await sealed(vector)
    const opened = await openCase(file, vectors, vector)
    const { plaintextB64, bson } = vector.counterpart
    if (plaintextB64 !== undefined && toHex(opened.bytes) === toHex(fromBase64(plaintextB64))) return 'ok'
    if (bson === undefined || vector.bsonB64 === undefined) return 'other bytes'
    const carried = toHex(fromBase64(vector.bsonB64))
    return carried === toHex(opened.bytes) ? 'bson' : carried.endsWith(toHex(opened.bytes)) ? 'ok' : 'other bytes'
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    return vector.sdk.class === 'any' ? 'refused' : error.code
  }
}

async function derived({ password = '', salt = '', counterpart }: SharedCase): Promise<string> {
  const old = await deriveCryptoJsKey(password, salt, '4.1')
  const current = await deriveCryptoJsKey(password, salt, '4.2')
  const isSame = old === counterpart['crypto-js-4.1.1'] && current === counterpart['crypto-js-4.2.0']
  return isSame ? 'ok' : 'other key'
}

/** What the systems fail to write, or write although they should not: values that are no text. */
async function sealed({ name }: SharedCase): Promise<string> {
  const values: Readonly<Record<string, unknown>> = {
    'null-value-bind': null,
    'object-deterministic': { a: 1 },
    'bool-random': true,
  }
  expect(Object.hasOwn(values, name)).toBe(true)
  await sealForeign('csfle', values[name] as string, { deks: { ['0'.repeat(32)]: new Uint8Array(96) } })
  return 'ok'
}
