/** Malformed input of every kind, each with the code it must be refused with; and its nearest valid neighbours. */
import { describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeUtf8 } from '../../../packages/sdk/src/bytes/utf8.ts'
import { parseAccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { parseEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { parseKdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import { parseKid } from '../../../packages/sdk/src/format/kid.ts'
import { parseManifest } from '../../../packages/sdk/src/format/manifest.ts'
import { type ModelSpec, parseModel } from '../../../packages/sdk/src/format/model.ts'
import { unpad } from '../../../packages/sdk/src/format/padding.ts'
import { parseRecordId } from '../../../packages/sdk/src/format/record-id.ts'
import { verifySealedRecord } from '../../../packages/sdk/src/format/sealed-record.ts'
import { parseUuid } from '../../../packages/sdk/src/format/uuid.ts'
import { decodeValue, valueFromJson } from '../../../packages/sdk/src/format/value.ts'
import type { ValueType } from '../../../packages/sdk/src/format/value-type.ts'
import { parseRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import accountStates from '../hostile/account-states.json' with { type: 'json' }
import base64url from '../hostile/base64url.json' with { type: 'json' }
import envelopes from '../hostile/envelopes.json' with { type: 'json' }
import identifiers from '../hostile/identifiers.json' with { type: 'json' }
import kdfParams from '../hostile/kdf-params.json' with { type: 'json' }
import manifests from '../hostile/manifests.json' with { type: 'json' }
import models from '../hostile/models.json' with { type: 'json' }
import recoveryCodes from '../hostile/recovery-codes.json' with { type: 'json' }
import sealedRecords from '../hostile/sealed-records.json' with { type: 'json' }
import values from '../hostile/values.json' with { type: 'json' }
import { fromHex, toHex } from '../support/hex.ts'
import { outcome, type VectorFile } from '../support/vectors.ts'

interface TextIn {
  readonly text?: string
  readonly repeat?: readonly [text: string, times: number]
  readonly value?: unknown
}

interface StateIn extends TextIn {
  readonly replace?: readonly (readonly [from: string, to: string])[]
  readonly payload?: string
  readonly payloadHex?: string
}

interface ValueIn {
  readonly decode?: ValueType
  readonly bytes?: string
  readonly unpad?: string
  readonly fromJson?: ValueType
  readonly json?: string
}

type KdfIn = { readonly json?: string; readonly js?: string }
type RecordIn = { readonly record?: string; readonly items?: number }
type IdIn = { readonly kind: string; readonly value: unknown }

/** Every hostile vector. One test reads one file, so that a thousand cases are not a thousand lines. */
export function hostileVectors(): void {
  describe('hostile input is refused with its code', () => {
    check('base64url', base64url, 35, 1, ({ text }: { text: string }) => decodeBase64url(text))
    check('envelopes', envelopes, 60, 2, (input: TextIn) => parseEnvelope(textOf(input)))
    check('identifiers', identifiers, 45, 4, ({ kind, value }: IdIn) => READERS[kind]?.(value))
    check('KDF parameters', kdfParams, 82, 5, (input: KdfIn) => parseKdfParams(kdfOf(input)))
    check('recovery codes', recoveryCodes, 34, 10, ({ code }: { code: unknown }) => parseRecoveryCode(code))
    check('values', values, 149, 3, readValue)
    check('manifests', manifests, 73, 3, (input: TextIn) => parseManifest(textOf(input)))
    check('models', models, 101, 6, ({ json }: { json: string }) => parseModel(JSON.parse(json)))
    check('account states', accountStates, 148, 5, (input: StateIn) => parseAccountState(stateOf(input)))
    check('sealed records', sealedRecords, 83, 7, (input: RecordIn) => verifySealedRecord(sealedRecords.model as ModelSpec, recordOf(input)))
  })

  test('every recovery code that is read is the same one', async () => {
    const readable = recoveryCodes.cases.filter((vector) => vector.expect === 'ok')
    const secrets = await Promise.all(readable.map(async (vector) => toHex(await parseRecoveryCode(vector.in.code))))
    expect(new Set(secrets).size).toBe(1)
  })
}

/** One test for a file: each of its `count` cases comes to what it expects, and `valid` of them are accepted. */
function check<In>(name: string, file: { cases: readonly unknown[] }, count: number, valid: number, read: (input: In) => unknown): void {
  test(`${name}: ${count} cases, ${valid} of them valid`, async () => {
    const { cases } = file as unknown as VectorFile<In, unknown>
    const got = await Promise.all(cases.map(async (vector) => [vector.id, await outcome(() => read(vector.in))]))
    expect(got).toEqual(cases.map((vector) => [vector.id, vector.expect]))
    expect(new Set(cases.map(({ id }) => id)).size).toBe(count)
    expect(cases.filter((vector) => vector.expect === 'ok').length).toBe(valid)
  })
}

const READERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  kid: parseKid,
  'record-id': parseRecordId,
  uuid: parseUuid,
}

const NOT_JSON: Readonly<Record<string, unknown>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  undefined,
  bigint: 600_000n,
  valueOf: { valueOf: () => 600_000 },
  toString: { toString: () => '600000' },
  boxed: Object(600_000),
  date: new Date(600_000),
}

function kdfOf({ json, js }: KdfIn): unknown {
  if (json !== undefined) return JSON.parse(json)
  if (js === undefined || !Object.hasOwn(NOT_JSON, js)) throw new Error('the vector names no value')
  return { hash: 'SHA-256', iterations: NOT_JSON[js], salt: 'AAECAwQFBgcICQoLDA0ODw' }
}

function textOf({ text, repeat, value }: TextIn): unknown {
  if (text === undefined) return value
  return repeat === undefined ? text : text + repeat[0].repeat(repeat[1])
}

const SIGNATURE = encodeBase64url(new Uint8Array(64))

function stateOf(input: StateIn): unknown {
  const { replace, payload, payloadHex, repeat } = input
  if (payloadHex !== undefined) return `ls1a.${encodeBase64url(fromHex(payloadHex))}.${SIGNATURE}`
  if (payload !== undefined) return withPayload(repeat === undefined ? payload : payload + repeat[0].repeat(repeat[1]))
  if (replace === undefined) return textOf(input)
  let text = accountStates.base
  for (const [from, to] of replace) {
    if (!text.includes(from)) throw new Error('the vector replaces what is not there')
    text = text.replace(from, () => to)
  }
  return withPayload(text)
}

function withPayload(text: string): string {
  return `ls1a.${encodeBase64url(encodeUtf8(text))}.${SIGNATURE}`
}

function readValue({ decode, bytes = '', unpad: padded, fromJson, json = '' }: ValueIn): unknown {
  if (decode !== undefined) return decodeValue(decode, fromHex(bytes))
  if (padded !== undefined) return unpad(fromHex(padded))
  if (fromJson === undefined) throw new Error('the vector names no reader')
  return valueFromJson(fromJson, JSON.parse(json))
}

function recordOf({ record, items }: RecordIn): unknown {
  if (record !== undefined) return JSON.parse(record)
  return { id: 'r1', list: Array.from({ length: items ?? 0 }, () => sealedRecords.envelope), $seal: sealedRecords.seal }
}
