import { encodeBase64url } from '../bytes/base64url.ts'
import { wipe } from '../bytes/wipe.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import { factsOf } from '../format/audit.ts'
import { NO_PREVIOUS } from '../format/account-transition.ts'
import { VERSION } from '../format/constants.ts'
import { kidOf } from '../format/kid.ts'
import { importDerivationKey } from '../crypto/hkdf.ts'
import { generateUuid } from '../crypto/uuid.ts'
import { deriveAccountKeys, generateAccountKey } from '../keys/account-key.ts'
import { signAccountState } from '../keys/account-state.ts'
import { signAuditStatement } from '../keys/audit.ts'
import {
  type Credential,
  derivePasswordCredential,
  deriveRecoveryCredential,
  type PasswordCredential,
} from '../keys/credential.ts'
import { generateDataKey } from '../keys/data-key.ts'
import { generateIdentity, unwrapIdentity } from '../keys/identity.ts'
import { generateRecoveryCode } from '../keys/recovery-code.ts'
import { wrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { pinAccount } from './account.ts'
import type { EnrolRequest, RecoveryKit } from './api.ts'
import type { VaultContext } from './context.ts'
import { generateKdf } from './password-kdf.ts'
import { recoveryWords } from './recovery.ts'
import { hashHandle } from './handle.ts'
import { isUnanswered } from './server-answer.ts'
import type { StateChange } from './server-api.ts'
import { openSession, type Session } from './session.ts'

/** Classifications that have a key from the first day; others get theirs when they are first used. */
const FIRST_KEYS = ['phi', 'pii'] as const
const RETRY_DELAYS_MS = [200, 800]

/**
 * Makes a new account: every key is made here, the server gets wraps of them and public keys.
 *
 * @param request Its handle is normalized.
 * @param turn The turn in which the account is unlocked.
 * @throws LockstitchError `ERR_HANDLE_TAKEN`, `ERR_ABORTED` and the codes of
 * the transport. Nothing is kept of an account that the server did not acknowledge.
 */
export async function enrol(
  context: VaultContext,
  { handle, password: typed }: EnrolRequest,
  turn: number,
  signal?: AbortSignal,
): Promise<{ recoveryKit: RecoveryKit }> {
  const now = Date.now()
  const recoveryCode = await generateRecoveryCode()
  const words = await recoveryWords(context, recoveryCode)
  const password = await derivePasswordCredential(typed, handle, generateKdf(context.iterations))
  const recovery = await deriveRecoveryCredential(recoveryCode)
  throwIfAborted(signal)
  const signed = await generateAccount(password, recovery, now)
  // Opening it as a stranger would open it proves that every wrap is good before the account exists anywhere.
  const session = await openSession(signed.text, password)
  await openSession(signed.text, recovery)
  throwIfAborted(signal)
  const { account } = signed.state
  // Remembered before it is sent, and under no handle yet: once the account exists, nothing may keep the recovery code
  // from its owner, and a handle is this account's only when the server says so.
  await pinAccount(context, signed)
  try {
    const logins = signed.state.slots.map(({ id, kind }) => {
      return { slot: id, login: kind === 'password' ? password.login : recovery.login }
    })
    const facts = factsOf(null, signed.state)
    const statement = await signAuditStatement(signed, facts, session.recordKeys.identity.signing, now)
    await sendEnrolment(context, session, { state: signed.text, logins, statement })
  } catch (error) {
    await context.storage.forgetAccount(account).catch(() => undefined)
    throw error
  }
  // Should the storage fail now, this device cannot unlock without the server until the next unlock; nothing is lost.
  await pinAccount(context, signed, await hashHandle(handle)).catch(() => undefined)
  // A vault that was locked in the meantime stays locked.
  if (context.turn === turn) {
    context.server.useLogin(session.login, account)
    context.session = session
  }
  return { recoveryKit: { handle, recoveryCode, words, account, created: new Date(now) } }
}

/**
 * Sends an enrolment, and again when no answer came: an account whose owner does not know of it would keep the handle for
 * ever. The server answers the same enrolment as it did the first time.
 */
async function sendEnrolment(
  { server }: VaultContext,
  { account, recordKeys }: Session,
  enrolment: StateChange,
): Promise<void> {
  const signer = { account: account.state.account, signing: recordKeys.identity.signing }
  const send = async (): Promise<void> => {
    const stored = await server.enrol(signer, enrolment)
    if (stored.revision !== 1 || stored.hash !== account.hash) throw new LockstitchError('ERR_PROTOCOL')
  }
  for (const delay of RETRY_DELAYS_MS) {
    try {
      return await send()
    } catch (error) {
      const isGarbled = isLockstitchError(error) && error.code === 'ERR_PROTOCOL'
      if (!isUnanswered(error) && !isGarbled) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, delay))
  }
  return send()
}

async function generateAccount(
  password: PasswordCredential,
  recovery: Credential,
  now: number,
): Promise<Awaited<ReturnType<typeof signAccountState>>> {
  const account = generateUuid(now)
  const bytes = generateAccountKey()
  try {
    const keys = await deriveAccountKeys(await importDerivationKey(bytes), account)
    const [identity, passwordSlot, recoverySlot, ...keyring] = await Promise.all([
      generateIdentity(keys.wrapping, account),
      wrapSlot(password, account, bytes, now),
      wrapSlot(recovery, account, bytes, now),
      ...FIRST_KEYS.map((classification) =>
        generateDataKey(keys.wrapping, { account, classification, version: 1 }, now),
      ),
    ])
    const state: AccountState = {
      format: VERSION,
      account,
      revision: 1,
      previous: NO_PREVIOUS,
      created: now,
      accountKey: { kid: kidOf(keys.commitment), commitment: encodeBase64url(keys.commitment) },
      identity,
      // Whoever enrols has just typed the password; the recovery code counts once it was typed from paper.
      slots: [{ ...passwordSlot, confirmed: now }, recoverySlot],
      keyring,
      policy: { minIterations: password.kdf.iterations, minSuite: 1 },
    }
    const { signing } = await unwrapIdentity(keys.wrapping, account, identity)
    return await signAccountState(state, signing)
  } finally {
    wipe(bytes)
  }
}
