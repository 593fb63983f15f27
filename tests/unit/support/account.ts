/** An unlocked account, made as enrolment makes one, but with its raw keys at hand and without a slow password. */
import type { Bytes } from '../../../packages/sdk/src/assert.ts'
import { encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { generateUuid } from '../../../packages/sdk/src/crypto/uuid.ts'
import type { AccountState } from '../../../packages/sdk/src/format/account-state.ts'
import type { Classification } from '../../../packages/sdk/src/format/classification.ts'
import { kidOf } from '../../../packages/sdk/src/format/kid.ts'
import { type AccountKeys, deriveAccountKeys, generateAccountKey } from '../../../packages/sdk/src/keys/account-key.ts'
import { deriveRecoveryCredential, type LocatorCredential } from '../../../packages/sdk/src/keys/credential.ts'
import { generateDataKey } from '../../../packages/sdk/src/keys/data-key.ts'
import { generateIdentity, unwrapIdentity } from '../../../packages/sdk/src/keys/identity.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import { generateRecoveryCode } from '../../../packages/sdk/src/keys/recovery-code.ts'
import { wrapSlot } from '../../../packages/sdk/src/keys/slot.ts'
import type { Session } from '../../../packages/sdk/src/vault/session.ts'

export interface TestAccount {
  readonly id: string
  readonly accountKey: Bytes
  readonly derived: AccountKeys
  readonly state: AccountState
  readonly keys: Session['recordKeys']
  readonly recovery: LocatorCredential
  readonly recoveryCode: string
}

export const NOW = 1_790_000_000_000

/** A new account with one active data key for each of the classifications. */
export async function createAccount(
  classifications: readonly Classification[] = ['phi', 'pii', 'confidential', 'internal'],
): Promise<TestAccount> {
  const id = generateUuid()
  const accountKey = generateAccountKey()
  const derived = await deriveAccountKeys(await importDerivationKey(accountKey), id)
  const recoveryCode = await generateRecoveryCode()
  const recovery = await deriveRecoveryCredential(recoveryCode)
  const keyring = await Promise.all(
    classifications.map((classification) =>
      generateDataKey(derived.wrapping, { account: id, classification, version: 1 }, NOW),
    ),
  )
  const state: AccountState = {
    format: 'ls1',
    account: id,
    revision: 1,
    previous: encodeBase64url(new Uint8Array(32)),
    created: NOW,
    accountKey: { kid: kidOf(derived.commitment), commitment: encodeBase64url(derived.commitment) },
    identity: await generateIdentity(derived.wrapping, id),
    slots: [await wrapSlot(recovery, id, accountKey, NOW)],
    keyring,
    policy: { minIterations: 600_000, minSuite: 1 },
  }
  return { id, accountKey, derived, state, recovery, recoveryCode, keys: await unlock(derived, state) }
}

/** What records need of a state, as an unlocked vault gets it. */
export async function unlock(derived: AccountKeys, state: AccountState): Promise<Session['recordKeys']> {
  return {
    account: state.account,
    accountKid: state.accountKey.kid,
    manifestKey: derived.manifest,
    keyring: await openKeyring(derived.wrapping, state),
    identity: await unwrapIdentity(derived.wrapping, state.account, state.identity),
  }
}
