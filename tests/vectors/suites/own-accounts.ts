/** Our vectors of what an account holds: credentials, states, manifests, records. */
import { describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { parseJson, stringifyJson } from '../../../packages/sdk/src/bytes/json.ts'
import { importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { type AccountState, accountStatePayload, parseAccountState, serializeAccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { manifestPayload, parseManifest, serializeManifest } from '../../../packages/sdk/src/format/manifest.ts'
import type { KdfParams } from '../../../packages/sdk/src/format/kdf-params.ts'
import { type ModelSpec, parseModel } from '../../../packages/sdk/src/format/model.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { checkTransition, hashAccountState, verifyAccountState } from '../../../packages/sdk/src/keys/account-state.ts'
import { type Credential, derivePasswordCredential, deriveRecoveryCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import { unwrapIdentity, writerId } from '../../../packages/sdk/src/keys/identity.ts'
import { parseRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import type { Slot } from '../../../packages/sdk/src/format/slot.ts'
import { unwrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import { openManifest } from '../../../packages/sdk/src/records/manifest.ts'
import { openFields, verifyRecord } from '../../../packages/sdk/src/records/open-record.ts'
import accountStates from '../own/ls1/account-states.json' with { type: 'json' }
import credentials from '../own/ls1/credentials.json' with { type: 'json' }
import manifests from '../own/ls1/manifests.json' with { type: 'json' }
import records from '../own/ls1/records.json' with { type: 'json' }
import { accountKeysOf, recordKeysOf } from '../support/account.ts'
import { fromHex, toHex } from '../support/hex.ts'
import { changedCharacters, cutAndPadded } from '../support/tamper.ts'
import { recordOf } from '../support/values.ts'
import { checkVectors, outcome, type VectorFile } from '../support/vectors.ts'

interface CredentialIn {
  readonly kind: 'password' | 'recovery'
  readonly password?: string
  readonly handle?: string
  readonly kdf?: KdfParams
  readonly recoveryCode?: string
  readonly account: string
  readonly accountKey: string
}

interface CredentialOut {
  readonly secret: string
  readonly locator?: string
  readonly bytes?: string
  readonly slotKey: string
  readonly slot: Slot
}

interface RecordIn {
  readonly accountKey: string
  readonly state: AccountState
  readonly model: ModelSpec
  readonly id: string
}

export function ownAccountVectors(): void {
  checkVectors('credentials', credentials as VectorFile<CredentialIn, CredentialOut>, 5, async ({ in: input, out }) => {
    const credential = await credentialOf(input)
    expect(credential.login.secret).toBe(out.secret)
    if (credential.kind === 'recovery') {
      expect(credential.login.locator).toBe(out.locator)
      expect(toHex(await parseRecoveryCode(input.recoveryCode))).toBe(out.bytes)
    }
    const { accountKey } = await unwrapSlot([out.slot], credential, input.account)
    const expected = await deriveCommitment(await importDerivationKey(fromHex(input.accountKey)))
    expect(await deriveCommitment(accountKey)).toEqual(expected)
    // The slot key is used by wrapping and nothing else: the raw one of the case opens the same slot.
    const slotKey = await crypto.subtle.importKey('raw', fromHex(out.slotKey), 'AES-GCM', false, ['unwrapKey'])
    expect(await outcome(() => unwrapSlot([out.slot], { ...credential, slotKey }, input.account))).toBe('ok')
    const others = [
      ...changedCharacters(out.slot.wrapped).map((wrapped) => ({ ...out.slot, wrapped })),
      ...changedCharacters(out.slot.id).map((id) => ({ ...out.slot, id })),
      ...(out.slot.kind === 'password' ? [{ ...out.slot, kdf: { ...out.slot.kdf, iterations: out.slot.kdf.iterations + 1 } }] : []),
    ]
    for (const slot of others) {
      expect(await outcome(() => unwrapSlot([slot], credential, input.account))).toBe('ERR_UNLOCK_FAILED')
    }
    expect(await outcome(() => unwrapSlot([out.slot], credential, input.account.replace(/1$/, '2')))).toBe('ERR_UNLOCK_FAILED')
  })

  checkVectors('account states', accountStates, 2, async ({ in: input, out }) => {
    const parsed = parseAccountState(out.text)
    expect(serializeAccountState(accountStatePayload(parsed.state), parsed.signature)).toBe(out.text)
    expect([toHex(parsed.payload), await hashAccountState(parsed)]).toEqual([out.payload, out.hash])
    const { state } = parsed
    const verified = await verifyAccountState(out.text, decodeBase64url(state.identity.signing))
    expect(verified.hash).toBe(out.hash)
    const { wrapping, commitment } = await accountKeysOf(input.accountKey, state.account)
    expect(encodeBase64url(commitment)).toBe(state.accountKey.commitment)
    const identity = await unwrapIdentity(wrapping, state.account, state.identity)
    expect(toHex(await writerId(identity.signingPublic))).toBe(toHex(identity.writer))
    const keyring = await openKeyring(wrapping, state)
    for (const { kid, state: keyState, classification } of state.keyring) {
      const place = { owner: state.account, model: 'intake', id: 'r1' }
      const held = outcome(() => keyring.recordKey(kid, classification, place))
      expect(await held).toBe(keyState === 'destroyed' ? 'ERR_KEY_UNKNOWN' : 'ok')
    }
  })

  test('both credentials open the slots of an account state, and nothing else does', async () => {
    const [first] = accountStates.cases
    const { state } = parseAccountState(first?.out.text)
    const { handle = '', password = '', recoveryCode = '' } = first?.in ?? {}
    const [passwordSlot] = state.slots
    if (passwordSlot?.kind !== 'password') throw new Error('the vector has no password slot')
    const { kdf } = passwordSlot
    const byPassword = await derivePasswordCredential(password, handle, kdf)
    const byCode = await deriveRecoveryCredential(recoveryCode)
    expect((await unwrapSlot(state.slots, byPassword, state.account)).slot.kind).toBe('password')
    expect((await unwrapSlot(state.slots, byCode, state.account)).slot.kind).toBe('recovery')
    const wrong = await derivePasswordCredential(`${password}.`, handle, kdf)
    expect(await outcome(() => unwrapSlot(state.slots, wrong, state.account))).toBe('ERR_UNLOCK_FAILED')
    const otherHandle = await derivePasswordCredential(password, `${handle}.`, kdf)
    expect(await outcome(() => unwrapSlot(state.slots, otherHandle, state.account))).toBe('ERR_UNLOCK_FAILED')
  })

  test('the second account state follows the first, never the other way round', async () => {
    const [first, second] = await Promise.all(
      accountStates.cases.map(({ out: { text } }) => verifyAccountState(text, decodeBase64url(parseAccountState(text).state.identity.signing))),
    )
    if (first === undefined || second === undefined) throw new Error('the vectors are not two')
    expect(await outcome(() => checkTransition(first, second))).toBe('ok')
    expect(await outcome(() => checkTransition(second, first))).toBe('ERR_ROLLBACK')
    expect(await outcome(() => checkTransition(first, first))).toBe('ERR_ROLLBACK')
  })

  describe('a changed account state is refused with a code', () => {
    test.each(accountStates.cases)('$id', { timeout: 60_000 }, async ({ out: { text } }) => {
      const signing = decodeBase64url(parseAccountState(text).state.identity.signing)
      const outcomes = new Set<string>()
      for (const changed of [...changedCharacters(text), ...cutAndPadded(text)]) {
        outcomes.add(await outcome(() => verifyAccountState(changed, signing)))
      }
      expect(outcomes).not.toContain('ok')
      expect(outcomes).toContain('ERR_ACCOUNT_STATE')
      const other = signing.slice()
      other[0] = (other[0] as number) ^ 1
      expect(await outcome(() => verifyAccountState(text, other))).toBe('ERR_ACCOUNT_STATE')
    })
  })

  checkVectors('manifests', manifests, 5, async ({ in: input, out }) => {
    const parsed = parseManifest(out.text)
    expect(serializeManifest(parsed.payload, parsed.mac, parsed.signature)).toBe(out.text)
    expect(toHex(manifestPayload(parsed))).toBe(out.payload)
    expect(parsed).toMatchObject({ owner: input.owner, model: input.model, id: input.id, revision: input.revision, state: input.state, kid: out.kid })
    expect([toHex(parsed.previous), toHex(parsed.digest), toHex(parsed.writer)]).toEqual([input.previous, input.digest, out.writer])
    const { keys } = await accountOfRecords()
    const model = { signed: input.signed } as ModelSpec
    expect(await openManifest(keys, model, parsed)).toEqual({ revision: input.revision, state: input.state, hash: encodeBase64url(fromHex(out.hash)) })
    const texts = [...changedCharacters(out.text), ...cutAndPadded(out.text)]
    const outcomes = await Promise.all(texts.map((text) => outcome(() => openManifest(keys, model, parseManifest(text)))))
    expect(outcomes).not.toContain('ok')
    const otherModel = { signed: !input.signed } as ModelSpec
    expect(await outcome(() => openManifest(keys, otherModel, parsed))).toBe('ERR_OPEN_FAILED')
    const otherOwner = { ...keys, account: keys.account.replace(/1$/, '2') }
    expect(await outcome(() => openManifest(otherOwner, model, parsed))).toBe('ERR_OPEN_FAILED')
  })

  checkVectors('records', records as unknown as VectorFile<RecordIn, { sealed: string; opened: Record<string, unknown>; hash: string }>, 5, async ({ in: input, out }) => {
    const model = parseModel(input.model)
    const sealed = parseJson(out.sealed)
    expect(stringifyJson(sealed)).toBe(out.sealed)
    const keys = await recordKeysOf(input.accountKey, input.state)
    const verified = await verifyRecord(keys, model, sealed)
    expect(verified.head.hash).toBe(encodeBase64url(fromHex(out.hash)))
    const opened = await openFields(keys, model, verified)
    expect(opened).toStrictEqual(recordOf(model.root, out.opened))
    expect(Object.keys(opened)).toEqual(Object.keys(out.opened))
    const changes = changedStrings(sealed)
    const outcomes = await Promise.all(changes.map((record) => outcome(async () => openFields(keys, model, await verifyRecord(keys, model, record)))))
    expect(outcomes).not.toContain('ok')
    const wrongId = { ...(sealed as object), id: `${input.id}0` }
    expect(await outcome(() => verifyRecord(keys, model, wrongId))).toBe('ERR_FORMAT_INVALID')
  })
}

async function credentialOf({ kind, password = '', handle = '', kdf, recoveryCode = '' }: CredentialIn): Promise<Credential> {
  if (kind === 'recovery') return deriveRecoveryCredential(recoveryCode)
  return derivePasswordCredential(password, handle, kdf as KdfParams)
}

/** The manifests were made by the account of the records. */
async function accountOfRecords(): Promise<{ keys: Awaited<ReturnType<typeof recordKeysOf>> }> {
  const [first] = (records as unknown as VectorFile<RecordIn, unknown>).cases
  if (first === undefined) throw new Error('the vectors have no record')
  return { keys: await recordKeysOf(first.in.accountKey, first.in.state) }
}

/** The record with one character of one of its strings changed: a few for every string, every one for the manifest. */
function changedStrings(record: unknown): unknown[] {
  const found: unknown[] = []
  const visit = (node: unknown, put: (changed: unknown) => unknown): void => {
    if (typeof node === 'string') {
      const all = changedCharacters(node)
      const chosen = node.startsWith('ls1m.') ? all : all.filter((_, index) => index % 9 === 0 || index === all.length - 1)
      for (const changed of chosen) found.push(put(changed))
    } else if (typeof node === 'object' && node !== null) {
      for (const [name, member] of Object.entries(node)) {
        visit(member, (changed) => put(Array.isArray(node) ? node.with(Number(name), changed) : { ...node, [name]: changed }))
      }
    }
  }
  visit(record, (changed) => changed)
  return found
}
