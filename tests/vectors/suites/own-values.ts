/** Our vectors of what needs no account: values, contexts, keys, envelopes, digests. */
import { expect, test } from 'vitest'
import { openBytes, params } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { isLockstitchError } from '../../../packages/sdk/src/errors.ts'
import type { Classification, Padding } from '../../../packages/sdk/src/format/classification.ts'
import { type FieldContext, fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { parseEnvelope, serializeEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { kidOf, parseKid } from '../../../packages/sdk/src/format/kid.ts'
import { pad, unpad } from '../../../packages/sdk/src/format/padding.ts'
import { type DigestEntry, recordDigestInput } from '../../../packages/sdk/src/format/sealed-record.ts'
import { decodeValue, encodeValue } from '../../../packages/sdk/src/format/value.ts'
import type { ValueType } from '../../../packages/sdk/src/format/value-type.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import contexts from '../own/ls1/contexts.json' with { type: 'json' }
import digests from '../own/ls1/digests.json' with { type: 'json' }
import envelopes from '../own/ls1/envelopes.json' with { type: 'json' }
import keys from '../own/ls1/keys.json' with { type: 'json' }
import values from '../own/ls1/values.json' with { type: 'json' }
import { accountKeysOf } from '../support/account.ts'
import { fromHex, toHex } from '../support/hex.ts'
import { importAead } from '../support/platform.ts'
import { changedCharacters, cutAndPadded } from '../support/tamper.ts'
import { textOf, valueOf } from '../support/values.ts'
import { checkVectors, outcome, type VectorFile } from '../support/vectors.ts'

interface EnvelopeIn {
  readonly dataKey: string
  readonly owner: string
  readonly model: string
  readonly id: string
  readonly path: string
  readonly classification: Classification
  readonly type: ValueType
  readonly padding: Padding
}

type KeysIn = { readonly key: string; readonly owner?: string; readonly model?: string; readonly id?: string; readonly account?: string }
type KeysOut = { readonly commitment: string; readonly kid: string; readonly recordKey?: string; readonly wrapping?: string; readonly manifest?: string; readonly local?: string }

export function ownValueVectors(): void {
  checkVectors('values', values, 33, ({ in: { type, value }, out }) => {
    const name = type as ValueType
    const encoded = encodeValue(name, valueOf(name, value))
    expect(toHex(encoded)).toBe(out.encoded)
    expect(textOf(name, decodeValue(name, encoded))).toBe(value)
    for (const padding of ['none', 'block', 'padme'] as const) {
      expect(toHex(pad(encoded, padding))).toBe(out[padding])
      expect(toHex(unpad(fromHex(out[padding])))).toBe(out.encoded)
    }
    for (let index = 0; index < encoded.length; index++) {
      const changed = encoded.slice()
      changed[index] = (changed[index] as number) ^ 1
      expect(readAs(name, changed)).not.toBe(value)
    }
  })

  checkVectors('contexts', contexts as unknown as VectorFile<FieldContext, { aad: string; recordKeyInfo: string }>, 5, ({ in: context, out }) => {
    expect(toHex(fieldAad(context))).toBe(out.aad)
    expect(toHex(recordKeyInfo(context))).toBe(out.recordKeyInfo)
  })

  test('no two contexts have the same bytes', () => {
    expect(new Set(contexts.cases.map(({ out }) => out.aad)).size).toBe(contexts.cases.length)
    expect(new Set(contexts.cases.map(({ out }) => out.recordKeyInfo)).size).toBe(contexts.cases.length - 1)
  })

  checkVectors('keys', keys as VectorFile<KeysIn, KeysOut>, 4, async ({ in: { key, owner, model, id, account }, out }) => {
    const base = await importDerivationKey(fromHex(key))
    const commitment = await deriveCommitment(base)
    expect([toHex(commitment), kidOf(commitment)]).toEqual([out.commitment, out.kid])
    if (account === undefined) {
      const info = recordKeyInfo({ owner: owner ?? '', model: model ?? '', id: id ?? '' })
      expect(toHex(await deriveBytes(base, info))).toBe(out.recordKey)
      await expectSameKey(await deriveAeadKey(base, info, ['encrypt']), out.recordKey)
    } else {
      const derived = await accountKeysOf(key, account)
      expect(toHex(derived.commitment)).toBe(out.commitment)
      await expectSameKey(derived.wrapping, out.wrapping)
      await expectSameKey(derived.local, out.local)
      const mac = await crypto.subtle.sign('HMAC', derived.manifest, new Uint8Array(3))
      const raw = await crypto.subtle.importKey('raw', fromHex(out.manifest ?? ''), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
      expect(toHex(mac)).toBe(toHex(await crypto.subtle.sign('HMAC', raw, new Uint8Array(3))))
    }
  })

  checkVectors('envelopes', envelopes as VectorFile<EnvelopeIn, (typeof envelopes.cases)[number]['out']>, 34, async ({ in: input, out }) => {
    const { type, padding } = input
    const parsed = parseEnvelope(out.envelope)
    expect(serializeEnvelope(parsed)).toBe(out.envelope)
    expect([parsed.kid, toHex(parsed.sealed.subarray(0, 12))]).toEqual([out.kid, out.nonce])
    expect(parseKid(out.kid)).toBe(parsed.kid)
    expect(await openText(input, out.envelope)).toBe(out.value)

    // Sealed again with the nonce of the case, it is the same text.
    const base = await importDerivationKey(fromHex(input.dataKey))
    const recordKey = await deriveAeadKey(base, recordKeyInfo(input), ['encrypt'])
    await expectSameKey(recordKey, out.recordKey)
    const padded = pad(encodeValue(type, valueOf(type, out.value)), padding)
    expect(toHex(padded)).toBe(out.padded)
    const nonce = fromHex(out.nonce)
    const aad = fieldAad({ ...input, kid: parsed.kid })
    const ciphertext = await crypto.subtle.encrypt(params(nonce, aad), recordKey, padded)
    expect(serializeEnvelope({ kid: parsed.kid, sealed: fromHex(out.nonce + toHex(ciphertext)) })).toBe(out.envelope)

    const texts = [...changedCharacters(out.envelope), ...cutAndPadded(out.envelope)]
    const outcomes = await Promise.all(texts.map((text) => outcome(() => openText(input, text))))
    expect(outcomes).not.toContain('ok')
    for (const place of otherPlaces(input)) {
      expect(await outcome(() => openText(place, out.envelope))).toBe('ERR_OPEN_FAILED')
    }
  })

  test('John Doe in a pii field takes 70 characters', () => {
    const john = envelopes.cases.find(({ id }) => id === 'john-doe-pii')
    expect(john?.out.value).toBe('John Doe')
    expect(john?.out.envelope.length).toBe(70)
  })

  checkVectors('digests', digests as unknown as VectorFile<{ entries: readonly DigestEntry[] }, { input: string; digest: string }>, 4, async ({ in: { entries }, out }) => {
    expect(toHex(recordDigestInput(entries))).toBe(out.input)
    expect(toHex(recordDigestInput([...entries].reverse()))).toBe(out.input)
    expect(toHex(await digest(fromHex(out.input)))).toBe(out.digest)
  })
}

/** The text of a value in bytes, or the code of the error; anything else fails the test. */
function readAs(type: ValueType, bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return textOf(type, decodeValue(type, bytes))
  } catch (error) {
    if (isLockstitchError(error)) return `refused: ${error.code}`
    throw error
  }
}

async function openText(input: EnvelopeIn, text: string): Promise<string> {
  const { kid, sealed } = parseEnvelope(text)
  const base = await importDerivationKey(fromHex(input.dataKey))
  const key = await deriveAeadKey(base, recordKeyInfo(input), ['decrypt'])
  const padded = await openBytes(key, fieldAad({ ...input, kid }), sealed)
  return textOf(input.type, decodeValue(input.type, unpad(padded)))
}

/** The same value looked for somewhere else: another owner, model, id, path, classification or key. */
function otherPlaces(input: EnvelopeIn): EnvelopeIn[] {
  return [
    { ...input, owner: input.owner.replace(/1$/, '2') },
    { ...input, model: `${input.model}s` },
    { ...input, id: `${input.id}0` },
    { ...input, path: input.path.replace('.0', '.1') },
    { ...input, classification: input.classification === 'phi' ? 'pii' : 'phi' },
    { ...input, dataKey: input.dataKey.replace(/^../, (first) => (first === '00' ? '01' : '00')) },
  ]
}

/** Two keys that cannot be exported are the same when one opens what the other sealed. */
async function expectSameKey(key: CryptoKey, hex: string | undefined): Promise<void> {
  const raw = await importAead(fromHex(hex ?? ''))
  const aad = new Uint8Array(1)
  const nonce = new Uint8Array(12)
  const sealed = await crypto.subtle.encrypt(params(nonce, aad), key, nonce)
  expect(await openBytes(raw, aad, fromHex(toHex(nonce) + toHex(sealed)))).toEqual(nonce)
}
