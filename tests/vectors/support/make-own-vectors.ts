/**
 * Made the files of tests/vectors/own/ls1, once. It is kept to show how; it refuses to overwrite any of them, because a
 * committed vector is never regenerated: a new version of the format gets a new folder.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame, type FramePart } from '../../../packages/sdk/src/bytes/frame.ts'
import { stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import { openBytes, sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { stretchPassword } from '../../../packages/sdk/src/crypto/password.ts'
import { randomBytes } from '../../../packages/sdk/src/crypto/random.ts'
import { type AccountState, accountStatePayload, type KeyringEntry } from '../../../packages/sdk/src/format/account-state.ts'
import type { Classification, Padding } from '../../../packages/sdk/src/format/classification.ts'
import { fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { serializeEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { type Kid, kidOf } from '../../../packages/sdk/src/format/kid.ts'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { manifestPayload, parseManifest } from '../../../packages/sdk/src/format/manifest.ts'
import { pad } from '../../../packages/sdk/src/format/padding.ts'
import { type DigestEntry, recordDigestInput } from '../../../packages/sdk/src/format/sealed-record.ts'
import { encodeValue } from '../../../packages/sdk/src/format/value.ts'
import type { ValueType } from '../../../packages/sdk/src/format/value-type.ts'
import { deriveAccountKeys, deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { signAccountState } from '../../../packages/sdk/src/keys/account-state.ts'
import { derivePasswordCredential, deriveRecoveryCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import { generateIdentity, unwrapIdentity } from '../../../packages/sdk/src/keys/identity.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import { generateRecoveryCode, parseRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import type { RecordHead, RecordKeys } from '../../../packages/sdk/src/records/keys.ts'
import { sealManifest } from '../../../packages/sdk/src/records/manifest.ts'
import { sealRecord, sealTombstone } from '../../../packages/sdk/src/records/seal-record.ts'
import { Intake, Ledger, Signed } from '../../support/models.ts'
import { recordOf, valueOf } from './values.ts'
import { toHex } from './hex.ts'

const FOLDER = fileURLToPath(new URL('../own/ls1/', import.meta.url))
const HEAD = {
  source: 'Lockstitch, format ls1 (docs/format.md)',
  generatedBy: 'tests/vectors/support/make-own-vectors.ts',
  date: new Date().toISOString().slice(0, 10),
}
const OWNER = '018f0000-0000-7000-8000-0000000000a1'

interface Case {
  readonly id: string
  readonly comment: string
  readonly expect: 'ok'
  readonly in: object
  readonly out: object
}

const files = new Map<string, { note: string; cases: Case[] }>()

function file(name: string, note: string): (id: string, comment: string, input: object, out: object) => void {
  const cases: Case[] = []
  files.set(name, { note, cases })
  return (id, comment, input, out) => cases.push({ id, comment, expect: 'ok', in: input, out })
}

/** What an AES key that cannot be exported was derived as. */
async function rawKey(base: CryptoKey, parts: readonly FramePart[]): Promise<string> {
  return toHex(await deriveBytes(base, encodeFrame(parts)))
}

async function aesKey(hex: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', Buffer.from(hex, 'hex'), 'AES-GCM', false, ['decrypt'])
}

const VALUES: readonly [id: string, type: ValueType, text: string][] = [
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

function makeValues(): void {
  const add = file('values', 'A value, its bytes by the typed codec, and these bytes padded in the three ways.')
  for (const [id, type, text] of VALUES) {
    const encoded = encodeValue(type, valueOf(type, text))
    const padded = (['none', 'block', 'padme'] as const).map((padding): [Padding, string] => [padding, toHex(pad(encoded, padding))])
    add(id, `${type} ${id.slice(type.length + 1)}`, { type, value: text }, { encoded: toHex(encoded), ...Object.fromEntries(padded) })
  }
}

async function makeContexts(): Promise<void> {
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

async function makeKeys(): Promise<void> {
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

async function makeCredentials(): Promise<void> {
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

const SLOT_ACCOUNT_KEY = new Uint8Array(32).map((_, i) => 0xa0 + i)

async function slotInput(): Promise<object> {
  return { account: OWNER, accountKey: toHex(SLOT_ACCOUNT_KEY) }
}

async function makeSlot(credential: Parameters<typeof wrapSlot>[0]): Promise<object> {
  return wrapSlot(credential, OWNER, SLOT_ACCOUNT_KEY, 1_790_000_000_000)
}

async function makeEnvelopes(): Promise<void> {
  const add = file('envelopes', 'One sealed value. The record key is derived from the data key; the nonce stands in the envelope.')
  const classifications: readonly Classification[] = ['phi', 'pii', 'confidential']
  const paddings: readonly Padding[] = ['padme', 'block', 'none']
  for (const [index, [id, type, text]] of VALUES.entries()) {
    const classification = classifications[index % 3] as Classification
    const padding = paddings[Math.floor(index / 2) % 3] as Padding
    await addEnvelope(add, id, classification, padding, type, text)
  }
  await addEnvelope(add, 'john-doe-pii', 'pii', 'block', 'string', 'John Doe')
}

async function addEnvelope(
  add: ReturnType<typeof file>,
  id: string,
  classification: Classification,
  padding: Padding,
  type: ValueType,
  text: string,
): Promise<void> {
  const dataKey = randomBytes(32)
  const base = await importDerivationKey(dataKey)
  const kid = kidOf(await deriveCommitment(base))
  const place = { owner: OWNER, model: 'intake', id: `rec_${id}`, path: 'address.lines.0', classification }
  const aad = fieldAad({ ...place, kid })
  const recordKey = await deriveAeadKey(base, recordKeyInfo(place), ['encrypt'])
  const padded = pad(encodeValue(type, valueOf(type, text)), padding)
  const sealed = await sealBytes(recordKey, aad, padded)
  add(id, `${type}, ${classification}, ${padding}`, { dataKey: toHex(dataKey), ...place, type, padding }, {
    envelope: serializeEnvelope({ kid, sealed }),
    value: text,
    kid,
    padded: toHex(padded),
    recordKey: toHex(await deriveBytes(base, recordKeyInfo(place))),
    nonce: toHex(sealed.subarray(0, 12)),
  })
}

interface Account {
  readonly keys: RecordKeys
  readonly state: AccountState
  readonly accountKey: Bytes
  readonly seeds: { readonly signing: string; readonly receiving: string }
  readonly dataKeys: readonly { readonly kid: Kid; readonly key: string }[]
}

async function makeAccount(classifications: readonly Classification[], slots: AccountState['slots'], accountKey: Bytes): Promise<Account> {
  const base = await importDerivationKey(accountKey)
  const derived = await deriveAccountKeys(base, OWNER)
  const identityState = await generateIdentity(derived.wrapping, OWNER)
  const identity = await unwrapIdentity(derived.wrapping, OWNER, identityState)
  const keyring: KeyringEntry[] = []
  for (const classification of classifications) {
    keyring.push(await generateDataKey(derived.wrapping, { account: OWNER, classification, version: 1 }, 1_790_000_000_000))
  }
  const state: AccountState = {
    format: 'ls1',
    account: OWNER,
    revision: 1,
    previous: encodeBase64url(new Uint8Array(32)),
    created: 1_790_000_000_000,
    accountKey: { kid: kidOf(derived.commitment), commitment: encodeBase64url(derived.commitment) },
    identity: identityState,
    slots,
    keyring,
    policy: { minIterations: 600_000, minSuite: 1 },
  }
  const keys: RecordKeys = {
    account: OWNER,
    accountKid: state.accountKey.kid,
    manifestKey: derived.manifest,
    keyring: await openKeyring(derived.wrapping, state),
    identity,
  }
  const wrapping = await aesKey(await rawKey(base, [LABELS.wrappingKey, OWNER]))
  const identityAad = (label: string): Bytes => encodeFrame([label, OWNER, decodeBase64url(identityState.signing), decodeBase64url(identityState.receiving)])
  const seed = async (label: string, wrapped: string): Promise<string> =>
    toHex((await openBytes(wrapping, identityAad(label), decodeBase64url(wrapped))).slice(-32))
  return {
    keys,
    state,
    accountKey,
    seeds: {
      signing: await seed(LABELS.signingKeyAad, identityState.wrappedSigning),
      receiving: await seed(LABELS.receivingKeyAad, identityState.wrappedReceiving),
    },
    dataKeys: await Promise.all(keyring.map(async (entry) => ({ kid: entry.kid, key: toHex(await openDataKey(wrapping, entry)) }))),
  }
}

async function openDataKey(wrapping: CryptoKey, { kid, classification, version, wrapped }: KeyringEntry): Promise<Bytes> {
  const aad = encodeFrame([LABELS.dataKeyAad, OWNER, classification, Uint8Array.of(0, 0, 0, version), kid])
  return openBytes(wrapping, aad, decodeBase64url(wrapped as string))
}

async function makeDigests(): Promise<void> {
  const add = file('digests', 'The digest of a record: every (path, kind, text), sorted by path in UTF-16 code units. The entries are given in another order.')
  const lists: Record<string, readonly DigestEntry[]> = {
    nothing: [],
    one: [['name', 'envelope', 'ls1.AAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']],
    kinds: [['b', 'clear', '"text"'], ['c', 'empty', '[]'], ['a', 'envelope', 'ls1.AAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']],
    indexes: [['list.2', 'clear', '2'], ['list.10', 'clear', '-0'], ['list.1', 'clear', '{"a":null}'], ['List', 'clear', 'true'], ['_', 'empty', '{}']],
  }
  for (const [id, entries] of Object.entries(lists)) {
    const input = recordDigestInput(entries)
    add(id, `${entries.length} entries`, { entries }, { input: toHex(input), digest: toHex(await digest(input)) })
  }
}

async function makeManifests(account: Account): Promise<void> {
  const add = file('manifests', 'A manifest with its proofs. The MAC key is derived from the account key; the signing key is given as its seed.')
  const context = { owner: OWNER, model: 'intake', id: 'r1' }
  const recordDigest = randomBytes(32)
  const previous: RecordHead = { revision: 1, hash: encodeBase64url(randomBytes(32)), state: 'live' }
  const last: RecordHead = { ...previous, revision: Number.MAX_SAFE_INTEGER - 1 }
  const variants = [
    ['first', Intake, context, undefined, 'live'],
    ['second', Intake, context, previous, 'live'],
    ['tombstone', Intake, context, previous, 'tombstone'],
    ['signed', Signed, { ...context, model: 'signed' }, undefined, 'live'],
    ['last-revision', Signed, { owner: OWNER, model: 'M'.repeat(64), id: 'z'.repeat(64) }, last, 'live'],
  ] as const
  for (const [id, model, place, before, state] of variants) {
    const { text, head } = await sealManifest(account.keys, model, place, before, state, recordDigest)
    const parsed = parseManifest(text)
    add(id, `revision ${head.revision}, ${state}${model.signed ? ', signed' : ''}`, {
      accountKey: toHex(account.accountKey),
      signingSeed: account.seeds.signing,
      signed: model.signed,
      ...place,
      revision: head.revision,
      previous: toHex(parsed.previous),
      state,
      digest: toHex(recordDigest),
    }, {
      text,
      kid: parsed.kid,
      writer: toHex(parsed.writer),
      payload: toHex(manifestPayload(parsed)),
      hash: toHex(decodeBase64url(head.hash)),
    })
  }
}

async function makeRecords(account: Account): Promise<void> {
  const add = file('records', 'Whole records. Leaves of the opened record are texts, as in values.json; what is sealed is the JSON text that a server stores.')
  const keys = { accountKey: toHex(account.accountKey), dataKeys: account.dataKeys, signingSeed: account.seeds.signing, receivingSeed: account.seeds.receiving, state: account.state }
  const full = {
    name: 'John Doe', ssn: '078-05-1120', notes: '', weight: '-0', smoker: 'false', birthDate: '1970-01-01T00:00:00.000Z',
    mrn: '900719925474099300', scan: '0080ff', resource: '{"resourceType":"Patient","deceased":null,"score":-0}',
    address: { city: 'Z\u00fcrich', lines: ['1 Main St', ''] },
    medications: [{ name: 'metformin', milligrams: '500' }, { name: 'aspirin' }],
    secretForUs: 'x', billing: 'plan B', queue: '-0', formVersion: '3', updated: '2026-11-22T00:00:00.000Z',
  }
  const records = [
    ['intake-full', Intake, full],
    ['intake-empty-containers', Intake, { address: { lines: [] }, medications: [], name: '' }],
    ['ledger', Ledger, { name: 'Jane Roe', ssn: '219-09-9999' }],
    ['signed', Signed, { finding: 'none' }],
  ] as const
  for (const [id, model, record] of records) {
    const { record: sealed, head } = await sealRecord(account.keys, model, recordOf(model.root, record), id, undefined)
    add(id, `model ${model.name}`, { ...keys, model, id }, { sealed: stringifyJson(sealed), opened: { id, ...record }, hash: toHex(decodeBase64url(head.hash)) })
  }
  const { head } = await sealRecord(account.keys, Ledger, {}, 'gone', undefined)
  const { record: sealed, head: after } = await sealTombstone(account.keys, Ledger, 'gone', head)
  add('tombstone', 'a deletion', { ...keys, model: Ledger, id: 'gone' }, { sealed: stringifyJson(sealed), opened: { id: 'gone' }, hash: toHex(decodeBase64url(after.hash)) })
}

async function makeAccountStates(): Promise<void> {
  const add = file('account-states', 'Signed account states with every secret they hold: the password and the recovery code open the slots, the account key opens the rest. The second follows the first.')
  const handle = 'patient@example.org'
  const password = 'correct horse battery staple'
  const kdf = { hash: 'SHA-256' as const, iterations: 600_000, salt: encodeBase64url(randomBytes(16)) }
  const recoveryCode = await generateRecoveryCode()
  const accountKey = randomBytes(32)
  const slots = [
    await wrapSlot(await derivePasswordCredential(password, handle, kdf), OWNER, accountKey, 1_790_000_000_000),
    await wrapSlot(await deriveRecoveryCredential(recoveryCode), OWNER, accountKey, 1_790_000_000_000),
  ]
  const account = await makeAccount(['phi', 'pii'], slots, accountKey)
  const first = await signAccountState(account.state, account.keys.identity.signing)
  const input = { handle, password, recoveryCode, accountKey: toHex(accountKey), signingSeed: account.seeds.signing, receivingSeed: account.seeds.receiving, dataKeys: account.dataKeys }
  const out = async (signed: typeof first): Promise<object> => ({ text: signed.text, payload: toHex(accountStatePayload(signed.state)), hash: signed.hash })
  add('first', 'two slots, two keys', input, await out(first))
  const [phi, pii] = account.state.keyring as [KeyringEntry, KeyringEntry]
  const next: AccountState = {
    ...account.state,
    revision: 2,
    previous: first.hash,
    slots: slots.map((slot) => ({ ...slot, confirmed: 1_790_000_000_001 })),
    keyring: [{ ...phi, state: 'decrypt-only' }, { ...pii, state: 'destroyed', wrapped: null }],
    policy: { minIterations: 600_000, minSuite: 1 },
  }
  add('second', 'slots confirmed, one key retired, one destroyed', { ...input, dataKeys: account.dataKeys.slice(0, 1) }, await out(await signAccountState(next, account.keys.identity.signing)))
}

makeValues()
await makeContexts()
await makeKeys()
await makeCredentials()
await makeEnvelopes()
await makeDigests()
const account = await makeAccount(['phi', 'pii', 'confidential'], [await wrapSlot(await deriveRecoveryCredential(await generateRecoveryCode()), OWNER, SLOT_ACCOUNT_KEY, 0)], randomBytes(32))
await makeManifests(account)
await makeRecords(account)
await makeAccountStates()

const present = [...files.keys()].filter((name) => existsSync(`${FOLDER}${name}.json`))
if (present.length > 0) throw new Error(`${present.join(', ')} exist: a committed vector is never regenerated`)
mkdirSync(FOLDER, { recursive: true })
for (const [name, { note, cases }] of files) {
  writeFileSync(`${FOLDER}${name}.json`, `${JSON.stringify({ ...HEAD, note, cases }, null, 2)}\n`, { flag: 'wx' })
}
console.log(`${files.size} files, ${[...files.values()].reduce((sum, { cases }) => sum + cases.length, 0)} cases`)
