import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame, encodeUint32 } from '../../../packages/sdk/src/bytes/frame.ts'
import { openBytes } from '../../../packages/sdk/src/crypto/aead.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { wrapBytes } from '../../../packages/sdk/src/crypto/wrap.ts'
import type { AccountState, KeyringEntry } from '../../../packages/sdk/src/format/account-state.ts'
import {
  accountStatePayload,
  parseAccountState,
  serializeAccountState,
} from '../../../packages/sdk/src/format/account-state.ts'
import { fieldAad, recordKeyInfo } from '../../../packages/sdk/src/format/context.ts'
import { parseEnvelope, serializeEnvelope } from '../../../packages/sdk/src/format/envelope.ts'
import { kidOf } from '../../../packages/sdk/src/format/kid.ts'
import { LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { unpad } from '../../../packages/sdk/src/format/padding.ts'
import { decodeValue } from '../../../packages/sdk/src/format/value.ts'
import { deriveCommitment } from '../../../packages/sdk/src/keys/account-key.ts'
import { unwrapDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import { createAccount, NOW, type TestAccount } from '../support/account.ts'
import { outcome } from '../support/outcome.ts'
import { salamander } from '../support/salamander.ts'

/** A keyring entry for a data key of our choosing, wrapped as the account itself would wrap it. */
async function entryFor(
  account: TestAccount,
  dataKey: Uint8Array<ArrayBuffer>,
  claimed?: KeyringEntry,
): Promise<KeyringEntry> {
  const commitment = claimed
    ? decodeBase64url(claimed.commitment)
    : await deriveCommitment(await importDerivationKey(dataKey))
  const kid = kidOf(commitment)
  const aad = encodeFrame([LABELS.dataKeyAad, account.id, 'phi', encodeUint32(1), kid])
  const wrapped = encodeBase64url(await wrapBytes(account.derived.wrapping, aad, dataKey))
  return {
    kid,
    classification: 'phi',
    version: 1,
    state: 'active',
    created: NOW,
    commitment: encodeBase64url(commitment),
    wrapped,
  }
}

const withKeyring = (state: AccountState, entry: KeyringEntry): AccountState => ({ ...state, keyring: [entry] })

test('a key under the id of another is refused, though its wrap is genuine', async () => {
  const account = await createAccount([])
  const honest = await entryFor(account, new Uint8Array(32).fill(1))
  const steered = await entryFor(account, new Uint8Array(32).fill(2), honest)
  expect(await outcome(() => unwrapDataKey(account.derived.wrapping, account.id, honest))).toBe('ok')
  expect(await outcome(() => unwrapDataKey(account.derived.wrapping, account.id, steered))).toBe('ERR_KEY_INVALID')
  expect(await outcome(() => openKeyring(account.derived.wrapping, withKeyring(account.state, steered)))).toBe(
    'ERR_KEY_INVALID',
  )
})

test('a kid that is not the head of its commitment does not even parse', async () => {
  const account = await createAccount([])
  const first = await entryFor(account, new Uint8Array(32).fill(1))
  const second = await entryFor(account, new Uint8Array(32).fill(2))
  const read = (entry: KeyringEntry): Promise<string> =>
    outcome(() =>
      parseAccountState(
        serializeAccountState(accountStatePayload(withKeyring(account.state, entry)), new Uint8Array(64)),
      ),
    )
  expect(await read(first)).toBe('ok')
  expect(await read({ ...first, kid: second.kid })).toBe('ERR_FORMAT_INVALID')
  expect(await read({ ...first, commitment: second.commitment })).toBe('ERR_FORMAT_INVALID')
})

test('an envelope that opens under two keys opens under the one of its kid alone', async () => {
  const [doctor, patient] = await Promise.all([createAccount([]), createAccount([])])
  const dataKeys = [new Uint8Array(32).fill(0x11), new Uint8Array(32).fill(0x22)] as const
  const place = { owner: patient.id, model: 'intake', id: 'r1' }
  const honest = await entryFor(patient, dataKeys[0])
  const aad = fieldAad({ ...place, path: 'scan', classification: 'phi', kid: honest.kid })
  const raw = await Promise.all(
    dataKeys.map(async (key) => deriveBytes(await importDerivationKey(key), recordKeyInfo(place))),
  )
  const views = raw.map((key) => ({ key, aad })) as [
    { key: typeof aad; aad: typeof aad },
    { key: typeof aad; aad: typeof aad },
  ]
  const envelope = serializeEnvelope({ kid: honest.kid, sealed: salamander(...views) })
  const { sealed } = parseEnvelope(envelope)

  // The attack works on AES-GCM: two readers, two different values, one envelope, no error.
  const seen = await Promise.all(
    dataKeys.map(async (key) => {
      const recordKey = await deriveAeadKey(await importDerivationKey(key), recordKeyInfo(place), ['decrypt'])
      return encodeBase64url(decodeValue('bytes', unpad(await openBytes(recordKey, aad, sealed))))
    }),
  )
  expect(new Set(seen).size).toBe(2)

  // Whoever holds the second key cannot hold it under the first one's kid, whichever of the two documents names it.
  const steered = await entryFor(doctor, dataKeys[1], honest)
  expect(await outcome(() => openKeyring(doctor.derived.wrapping, withKeyring(doctor.state, steered)))).toBe(
    'ERR_KEY_INVALID',
  )
  const own = await entryFor(doctor, dataKeys[1])
  const keyring = await openKeyring(doctor.derived.wrapping, withKeyring(doctor.state, own))
  expect(await outcome(() => keyring.recordKey(honest.kid, 'phi', place))).toBe('ERR_KEY_UNKNOWN')
  // Nor does it open when the envelope is made to name the second key: the kid is part of what is authenticated.
  const renamed = fieldAad({ ...place, path: 'scan', classification: 'phi', kid: own.kid })
  const second = await keyring.recordKey(own.kid, 'phi', place)
  expect(await outcome(() => openBytes(second, renamed, sealed))).toBe('ERR_OPEN_FAILED')
  // The honest holder of the first key reads the first value.
  const honestKeyring = await openKeyring(patient.derived.wrapping, withKeyring(patient.state, honest))
  const key = await honestKeyring.recordKey(honest.kid, 'phi', place)
  expect(encodeBase64url(decodeValue('bytes', unpad(await openBytes(key, aad, sealed))))).toBe(seen[0])
})
