/** Vectors of values, contexts, keys and credentials. */
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { stretchPassword } from '../../../packages/sdk/src/crypto/password.ts'
import { randomBytes } from '../../../packages/sdk/src/crypto/random.ts'
import type { Padding } from '../../../packages/sdk/src/format/classification.ts'
import { fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { type Kid, kidOf } from '../../../packages/sdk/src/format/kid.ts'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { pad } from '../../../packages/sdk/src/format/padding.ts'
import { encodeValue } from '../../../packages/sdk/src/format/value.ts'
import type { ValueType } from '../../../packages/sdk/src/format/value-type.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { derivePasswordCredential, deriveRecoveryCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateRecoveryCode, parseRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import { valueOf } from './values.ts'
import { toHex } from './hex.ts'
import { file, OWNER, rawKey } from './own-vector-files.ts'

/** Values of every type: an id, the type, and the value as text. */
export const VALUES: readonly [id: string, type: ValueType, text: string][] = [
  ['string-empty', 'string', ''],
  ['string-name', 'string', 'John Doe'],
  ['string-nul', 'string', 'a\u0000b'],
  ['string-bom', 'string', '\ufeffbyte order mark kept'],
  ['string-nfc', 'string', 'Zo\u00eb'],
  ['string-nfd', 'string', 'Zoe\u0308'],
  ['string-astral', 'string', '\u{1F9F5} \u5065\u5eb7 \u0627\u0644\u0635\u062d\u0629'],
  ['string-like-an-envelope', 'string', 'ls1.AAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['string-long', 'string', 'metformin 500 mg, twice a day; '.repeat(12)],
  ['number-zero', 'number', '0'],
  ['number-negative-zero', 'number', '-0'],
  ['number-fraction', 'number', '0.1'],
  ['number-smallest', 'number', '5e-324'],
  ['number-largest', 'number', '1.7976931348623157e+308'],
  ['number-past-safe', 'number', '-9007199254740994'],
  ['boolean-false', 'boolean', 'false'],
  ['boolean-true', 'boolean', 'true'],
  ['date-epoch', 'date', '1970-01-01T00:00:00.000Z'],
  ['date-before', 'date', '1912-06-23T10:20:30.456Z'],
  ['date-last', 'date', '+275760-09-13T00:00:00.000Z'],
  ['bigint-zero', 'bigint', '0'],
  ['bigint-negative', 'bigint', '-1'],
  ['bigint-255', 'bigint', '255'],
  ['bigint-256', 'bigint', '256'],
  ['bigint-128-bit', 'bigint', '340282366920938463463374607431768211455'],
  ['bytes-empty', 'bytes', ''],
  ['bytes-marker-and-zeros', 'bytes', '800000'],
  ['bytes-all', 'bytes', Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0')).join('')],
  ['json-null', 'json', 'null'],
  ['json-negative-zero', 'json', '{"a":[-0,0]}'],
  ['json-order-kept', 'json', '{"b":1,"a":{"d":[],"c":{}}}'],
  ['json-escapes', 'json', '["\\u0000\\n\\"\\\\/","\u2028\u{1F9F5}"]'],
  ['json-proto', 'json', '{"__proto__":{"x":1},"constructor":null}'],
]

export function makeValues(): void {
  const add = file('values', 'A value, its bytes by the typed codec, and these bytes padded in the three ways.')
  for (const [id, type, text] of VALUES) {
    const encoded = encodeValue(type, valueOf(type, text))
    const padded = (['none', 'block', 'padme'] as const).map((padding): [Padding, string] => [padding, toHex(pad(encoded, padding))])
    add(id, `${type} ${id.slice(type.length + 1)}`, { type, value: text }, { encoded: toHex(encoded), ...Object.fromEntries(padded) })
  }
}

export async function makeContexts(): Promise<void> {
  const add = file('contexts', 'The additional authenticated data of a field and the HKDF info of a record key. Cases in a pair differ only in where one part ends.')
  const kid = 'q8p3tZ0m9hE' as Kid
  const contexts = {
    plain: { owner: OWNER, model: 'intake', id: 'r1', path: 'name', classification: 'pii', kid },
    'pair-a': { owner: OWNER, model: 'intake', id: 'r1a', path: 'name', classification: 'phi', kid },
    'pair-b': { owner: OWNER, model: 'intaker', id: '1a', path: 'name', classification: 'phi', kid },
    nested: { owner: OWNER, model: 'intake', id: 'r1', path: 'medications.0.name', classification: 'phi', kid },
    longest: { owner: OWNER, model: 'M'.repeat(64), id: 'z'.repeat(64), path: `${'p'.repeat(64)}.4095`, classification: 'confidential', kid },
  } as const
  for (const [id, context] of Object.entries(contexts)) {
    add(id, context.path, context, { aad: toHex(fieldAad(context)), recordKeyInfo: toHex(recordKeyInfo(context)) })
  }
}

export async function makeKeys(): Promise<void> {
  const add = file('keys', 'What is derived from a data key and from an account key.')
  for (const [id, byte] of [['zeros', 0], ['random', undefined]] as const) {
    const bytes = byte === undefined ? randomBytes(32) : new Uint8Array(32).fill(byte)
    const key = await importDerivationKey(bytes)
    const commitment = await deriveCommitment(key)
    const context = { owner: OWNER, model: 'intake', id: 'r1' }
    const recordKey = toHex(await deriveBytes(key, recordKeyInfo(context)))
    add(`data-key-${id}`, 'data key', { key: toHex(bytes), ...context }, { commitment: toHex(commitment), kid: kidOf(commitment), recordKey })
    add(`account-key-${id}`, 'account key', { key: toHex(bytes), account: OWNER }, {
      commitment: toHex(commitment),
      kid: kidOf(commitment),
      wrapping: await rawKey(key, [LABELS.wrappingKey, OWNER]),
      manifest: await rawKey(key, [LABELS.manifestKey, OWNER]),
      local: await rawKey(key, [LABELS.localKey, OWNER]),
    })
  }
}

export async function makeCredentials(): Promise<void> {
  const add = file('credentials', 'What a password and a recovery code become. The slot key is used by wrapping the account key in the slot.')
  const passwords = [
    ['ascii', 'patient@example.org', 'correct horse battery staple', 600_000, 16],
    ['nfkc', 'zoe', 'Ze\u0301ro \uff11\uff12\uff13 \ufb01n', 600_000, 64],
    ['more-iterations', 'patient@example.org', 'correct horse battery staple', 600_001, 16],
  ] as const
  for (const [id, handle, password, iterations, saltBytes] of passwords) {
    const kdf = { hash: 'SHA-256' as const, iterations, salt: encodeBase64url(randomBytes(saltBytes)) }
    const credential = await derivePasswordCredential(password, handle, kdf)
    const stretched = await stretchPassword(password, handle, kdf)
    const slotKey = await rawKey(stretched, [LABELS.passwordUnlock, handle])
    add(`password-${id}`, 'password', { kind: 'password', password, handle, kdf, ...(await slotInput()) }, {
      secret: credential.login.secret,
      slotKey,
      slot: await makeSlot(credential),
    })
  }
  for (const id of ['first', 'second']) {
    const recoveryCode = await generateRecoveryCode()
    const credential = await deriveRecoveryCredential(recoveryCode)
    const secret = await parseRecoveryCode(recoveryCode)
    add(`recovery-${id}`, 'recovery code', { kind: 'recovery', recoveryCode, ...(await slotInput()) }, {
      bytes: toHex(secret),
      locator: credential.login.locator,
      secret: credential.login.secret,
      slotKey: await rawKey(await importDerivationKey(secret), [LABELS.recoveryUnlock]),
      slot: await makeSlot(credential),
    })
  }
}

/** The account key of every slot vector. */
export const SLOT_ACCOUNT_KEY = new Uint8Array(32).map((_, i) => 0xa0 + i)

async function slotInput(): Promise<object> {
  return { account: OWNER, accountKey: toHex(SLOT_ACCOUNT_KEY) }
}

async function makeSlot(credential: Parameters<typeof wrapSlot>[0]): Promise<object> {
  return wrapSlot(credential, OWNER, SLOT_ACCOUNT_KEY, 1_790_000_000_000)
}
