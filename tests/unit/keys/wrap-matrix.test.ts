/**
 * Every kind of sealed thing in every other kind's place, all of them under one and the same AES key, so that only the
 * additional data keeps them apart: nothing opens but in its own place.
 */
import { beforeAll, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import { openBytes, sealBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { exportPublicKey, generateReceivingPair, generateSigningPair } from '../../../packages/sdk/src/crypto/sign.ts'
import { unwrapReceivingKey, unwrapSigningKey, wrapPrivateKey } from '../../../packages/sdk/src/crypto/wrap.ts'
import type { KeyringEntry } from '../../../packages/sdk/src/format/account-state.ts'
import type { Slot } from '../../../packages/sdk/src/format/slot.ts'
import type { Classification } from '../../../packages/sdk/src/format/classification.ts'
import { fieldAad } from '../../../packages/sdk/src/format/context.ts'
import type { KdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import type { Kid } from '../../../packages/sdk/src/format/kid.ts'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import type { Credential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateDataKey, unwrapDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import { unwrapSlot, wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import { createAccount, NOW } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** One kind of sealed thing: its bytes, and whether other bytes open in its place. */
interface Kind {
  readonly name: string
  readonly sealed: Bytes
  readonly open: (sealed: Bytes) => Promise<unknown>
}

const KDF: KdfParams = { hash: 'SHA-256', iterations: 600_000, salt: 'AAECAwQFBgcICQoLDA0ODw' }
let kinds: Kind[]
let otherAccount: Kind[]

beforeAll(async () => {
  const key = await oneKey()
  kinds = await kindsOf(key, '018f0000-0000-7000-8000-0000000000a1')
  otherAccount = await kindsOf(key, '018f0000-0000-7000-8000-0000000000b2')
})

/** A key with every usage, which the product never has. */
async function oneKey(): Promise<CryptoKey> {
  const bytes = await deriveBytes(await importDerivationKey(new Uint8Array(32).fill(3)), new Uint8Array(1))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'])
}

async function kindsOf(key: CryptoKey, account: string): Promise<Kind[]> {
  const secret = new Uint8Array(32).fill(9)
  const password: Credential = { kind: 'password', kdf: KDF, login: { handle: 'zoe', secret: '' }, slotKey: key }
  const recovery: Credential = { kind: 'recovery', login: { locator: '', secret: '' }, slotKey: key }
  const slotKind = async (credential: Credential, name: string): Promise<Kind> => {
    const slot: Slot = await wrapSlot(credential, account, secret, NOW)
    const open = (sealed: Bytes): Promise<unknown> =>
      unwrapSlot([{ ...slot, wrapped: encodeBase64url(sealed) }], credential, account)
    return { name, sealed: decodeBase64url(slot.wrapped), open }
  }
  const dataKind = async (classification: Classification, version: number): Promise<Kind> => {
    const entry: KeyringEntry = await generateDataKey(key, { account, classification, version }, NOW)
    const open = (sealed: Bytes): Promise<unknown> =>
      unwrapDataKey(key, account, { ...entry, wrapped: encodeBase64url(sealed) })
    return { name: `data key ${classification} ${version}`, sealed: decodeBase64url(entry.wrapped as string), open }
  }
  const [signing, receiving] = await Promise.all([generateSigningPair(), generateReceivingPair()])
  const publicKeys = await Promise.all([signing, receiving].map(({ publicKey }) => exportPublicKey(publicKey)))
  const identityAad = (label: string): Bytes => encodeFrame([label, account, ...publicKeys])
  const field = fieldAad({
    owner: account,
    model: 'intake',
    id: 'r1',
    path: 'name',
    classification: 'phi',
    kid: 'AAAAAAAAAAA' as Kid,
  })
  const box = encodeFrame([LABELS.localBox, account, 'intake', 'r1', new Uint8Array(8), '', 'live'])
  return [
    await slotKind(password, 'password slot'),
    await slotKind(recovery, 'recovery slot'),
    await dataKind('phi', 1),
    await dataKind('phi', 2),
    await dataKind('pii', 1),
    {
      name: 'signing key',
      sealed: await wrapPrivateKey(key, identityAad(LABELS.signingKeyAad), signing.privateKey),
      open: (sealed) => unwrapSigningKey(key, identityAad(LABELS.signingKeyAad), sealed),
    },
    {
      name: 'receiving key',
      sealed: await wrapPrivateKey(key, identityAad(LABELS.receivingKeyAad), receiving.privateKey),
      open: (sealed) => unwrapReceivingKey(key, identityAad(LABELS.receivingKeyAad), sealed),
    },
    { name: 'field', sealed: await sealBytes(key, field, secret), open: (sealed) => openBytes(key, field, sealed) },
    { name: 'local box', sealed: await sealBytes(key, box, secret), open: (sealed) => openBytes(key, box, sealed) },
  ]
}

test('only the diagonal opens', async () => {
  const opened: string[] = []
  for (const place of kinds) {
    for (const thing of kinds)
      if ((await outcome(() => place.open(thing.sealed))) === 'ok') opened.push(`${thing.name} as ${place.name}`)
  }
  expect(kinds.length).toBe(9)
  expect(opened).toEqual(kinds.map(({ name }) => `${name} as ${name}`))
})

test('nothing of one account opens in the same place of another', async () => {
  for (const [index, place] of kinds.entries()) {
    const thing = otherAccount[index] as Kind
    expect([place.name, await outcome(() => thing.open(thing.sealed))]).toEqual([thing.name, 'ok'])
    expect(await outcome(() => place.open(thing.sealed))).not.toBe('ok')
  }
})

test('every bit of every sealed thing counts', async () => {
  for (const { name, sealed, open } of kinds) {
    const opened: number[] = []
    for (let bit = 0; bit < sealed.length * 8; bit += 3) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      if ((await outcome(() => open(changed))) === 'ok') opened.push(bit)
    }
    expect([name, opened]).toEqual([name, []])
  }
})

test('a wrapped symmetric key of any other length is refused before it is opened', async () => {
  const account = await createAccount(['phi'])
  const [entry] = account.state.keyring as [KeyringEntry]
  const wrapped = decodeBase64url(entry.wrapped as string)
  for (const bytes of [
    wrapped.slice(1),
    wrapped.slice(0, -1),
    new Uint8Array([...wrapped, 0]),
    new Uint8Array(28),
    new Uint8Array(0),
  ]) {
    const changed = { ...entry, wrapped: encodeBase64url(bytes) }
    expect(await outcome(() => unwrapDataKey(account.derived.wrapping, account.id, changed))).toBe('ERR_OPEN_FAILED')
  }
  expect(await outcome(() => unwrapDataKey(account.derived.wrapping, account.id, { ...entry, wrapped: null }))).toBe(
    'ERR_OPEN_FAILED',
  )
})
