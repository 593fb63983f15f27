/** Vectors of what an account seals and signs: envelopes, digests, manifests, records, states. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import { openBytes, sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { digest } from '../../../packages/sdk/src/crypto/digest.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
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
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import type { RecordHead } from '../../../packages/sdk/src/records/keys.ts'
import type { Session } from '../../../packages/sdk/src/vault/session.ts'
import { sealManifest } from '../../../packages/sdk/src/records/manifest.ts'
import { sealRecord, sealTombstone } from '../../../packages/sdk/src/records/seal-record.ts'
import { Intake, Ledger, Signed } from '../../support/models.ts'
import { recordOf, valueOf } from './values.ts'
import { toHex } from './hex.ts'
import { aesKey, file, OWNER, rawKey } from './own-vector-files.ts'
import { VALUES } from './own-vectors-of-keys.ts'

export async function makeEnvelopes(): Promise<void> {
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
  readonly keys: Session['recordKeys']
  readonly state: AccountState
  readonly accountKey: Bytes
  readonly seeds: { readonly signing: string; readonly receiving: string }
  readonly dataKeys: readonly { readonly kid: Kid; readonly key: string }[]
}

export async function makeAccount(classifications: readonly Classification[], slots: AccountState['slots'], accountKey: Bytes): Promise<Account> {
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
  const keys: Session['recordKeys'] = {
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

export async function makeDigests(): Promise<void> {
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

export async function makeManifests(account: Account): Promise<void> {
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

export async function makeRecords(account: Account): Promise<void> {
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

export async function makeAccountStates(): Promise<void> {
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
