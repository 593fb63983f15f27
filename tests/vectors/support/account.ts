/** An unlocked account from what a vector gives away. */
import type { AccountState } from '../../../packages/sdk/src/format/account-state.ts'
import { importDerivationKey } from '../../../packages/sdk/src/crypto/hkdf.ts'
import { type AccountKeys, deriveAccountKeys } from '../../../packages/sdk/src/keys/account-key.ts'
import { unwrapIdentity } from '../../../packages/sdk/src/keys/identity.ts'
import { openKeyring } from '../../../packages/sdk/src/keys/keyring.ts'
import type { Session } from '../../../packages/sdk/src/vault/session.ts'
import { fromHex } from './hex.ts'

/** The keys that an account key stands for. */
export async function accountKeysOf(accountKey: string, account: string): Promise<AccountKeys> {
  return deriveAccountKeys(await importDerivationKey(fromHex(accountKey)), account)
}

/** Everything that records need, unwrapped from a state as an unlocked vault does. */
export async function recordKeysOf(accountKey: string, state: AccountState): Promise<Session['recordKeys']> {
  const { wrapping, manifest } = await accountKeysOf(accountKey, state.account)
  return {
    account: state.account,
    accountKid: state.accountKey.kid,
    manifestKey: manifest,
    keyring: await openKeyring(wrapping, state),
    identity: await unwrapIdentity(wrapping, state.account, state.identity),
  }
}
