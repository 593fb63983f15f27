import type { Bytes } from '../assert.ts'
import { type ErrorCode, isLockstitchError, LockstitchError } from '../errors.ts'
import { type AccountState, parseAccountState } from '../format/account-state.ts'
import type { KdfParams } from '../format/kdf-params.ts'
import { type SignedAccountState, verifyAccountState } from '../keys/account-state.ts'
import { derivePasswordCredential, type Opener } from '../keys/credential.ts'
import { throwIfAborted } from './abort.ts'
import { followChain, pinAccount } from './account.ts'
import type { Credentials, PasswordCredentials } from './api.ts'
import { beginTurn, checkTurn, type VaultContext } from './context.ts'
import { hashHandle, normalizeHandle } from './handle.ts'
import type { WeakPassword } from './raise-iterations.ts'
import { openSession, type Session } from './session.ts'

/**
 * Unlocks an account with one of its secrets. On a device that knows the account, the password also
 * unlocks it without the server; what is saved then waits in the outbox.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED` for wrong credentials, whatever is wrong with them; `ERR_ACCOUNT_DESTROYED` when
 * this device remembered another account under the handle, which its owner destroyed, and has forgotten that now; `ERR_KDF_PARAMS` before
 * any work when the server asks for too little or too much; `ERR_ACCOUNT_STATE` or `ERR_ROLLBACK` when the server shows a
 * state that the account did not sign or an older one than this device has seen; `ERR_LOCKED` when the vault was locked
 * in the meantime; `ERR_PIN_INVALID`, `ERR_PIN_WRONG`, `ERR_DEVICE_REVOKED`, `ERR_PASSKEY_UNSUPPORTED`, `ERR_RECOVERY_CODE`, `ERR_HANDLE_INVALID`, `ERR_PASSWORD_INVALID`, `ERR_ABORTED`, and the codes of the
 * transport.
 */
export async function unlock(context: VaultContext, credentials: Credentials, signal?: AbortSignal): Promise<void> {
  return unlockWith(context, () => open(context, credentials, signal), signal)
}

/**
 * Unlocks with whatever `open` opens.
 *
 * @throws LockstitchError what `open` throws, `ERR_ABORTED`, `ERR_LOCKED` when the vault was locked in the meantime.
 */
export async function unlockWith(
  context: VaultContext,
  open: () => Promise<Opened>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const turn = beginTurn(context)
  try {
    const { session, handleHash, weak } = await open()
    throwIfAborted(signal)
    await enterAccount(context, session, turn, handleHash)
    if (weak !== undefined) raiseLater(context, weak)
  } catch (error) {
    if (context.session === undefined) context.server.useLogin(undefined)
    throw error
  }
}

/**
 * Goes on with an opened account, and remembers it on this device.
 *
 * @throws LockstitchError `ERR_LOCKED` when the vault was locked since the turn began.
 */
export async function enterAccount(
  context: VaultContext,
  session: Session,
  turn: number,
  handleHash?: string,
): Promise<void> {
  await pinAccount(context, session.account, handleHash)
  // Whoever locked in the meantime wants it locked.
  checkTurn(context, turn)
  context.server.useLogin(session.login, session.account.state.account)
  context.session = session
  context.isUnlockNoted = false
}

/** What was opened, and under which handle. */
export interface Opened {
  readonly session: Session
  readonly handleHash?: string
  /** A password that was stretched with fewer iterations than it is to be. */
  readonly weak?: WeakPassword
}

/** Nobody waits for it, and a failure changes nothing: the next unlock tries again. */
function raiseLater(context: VaultContext, weak: WeakPassword): void {
  const raise = async (): Promise<void> => (await context.part('manage')).raiseIterations(context, weak)
  raise().catch(() => undefined)
}

async function open(context: VaultContext, credentials: Credentials, signal: AbortSignal | undefined): Promise<Opened> {
  if ('password' in credentials) return openWithPassword(context, credentials, signal)
  if ('device' in credentials) {
    const { startDevice } = await context.part('manage')
    const { state, credential } = await startDevice(context, credentials, signal)
    return { session: await openFresh(context, state, credential) }
  }
  const credential = await (await context.part('manage')).deriveOtherCredential(context, credentials)
  throwIfAborted(signal)
  const { state } = await context.server.startSession(credential.login)
  return { session: await openFresh(context, state, credential) }
}

async function openWithPassword(
  context: VaultContext,
  credentials: PasswordCredentials,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  const handle = normalizeHandle(credentials.handle)
  if (typeof credentials.password !== 'string') throw new LockstitchError('ERR_PASSWORD_INVALID')
  // Both are asked at once: neither depends on the other, and the password is not touched before both have answered.
  const asked = ahead(context.server.kdf(handle))
  const handleHash = await hashHandle(handle)
  const pinnedText = (await context.storage.findAccount(handleHash))?.stateText
  const pinned = pinnedText === undefined ? undefined : parsePin(pinnedText)
  const kdf = await passwordKdf(asked, pinned)
  throwIfAborted(signal)
  const credential = await derivePasswordCredential(credentials.password, handle, kdf)
  throwIfAborted(signal)
  // Nearly always the server shows what the device has seen; then that is open when its answer is here.
  const opened = pinnedText === undefined ? undefined : ahead(openSession(pinnedText, credential))
  const stateText = await offlineOr(pinnedText, async () => (await context.server.startSession(credential.login)).state)
  const session = await openFresh(context, stateText, credential, pinnedText, opened)
  // On this device the handle is one account; another one in its place is not the user's, whatever it says.
  if (pinned !== undefined && pinned.account !== session.account.state.account)
    throw await (await context.part('manage')).refuseOther(context, pinned)
  const isWeak = kdf.iterations < Math.max(context.iterations, session.account.state.policy.minIterations)
  return { session, handleHash, ...(isWeak ? { weak: { password: credentials.password, credential } } : {}) }
}

/** The parameters of the password slot: the server's, but never below what this device has seen. */
async function passwordKdf(asked: Promise<KdfParams>, pinned: AccountState | undefined): Promise<KdfParams> {
  const known = pinned?.slots.flatMap((slot) => (slot.kind === 'password' ? [slot.kdf] : [])) ?? []
  const kdf = await offlineOr(known[0], () => asked)
  if (known.some(({ iterations }) => kdf.iterations < iterations)) throw new LockstitchError('ERR_KDF_PARAMS')
  return kdf
}

/** Work that is begun before it is known whether it is needed: it may fail before, or without, anybody asking. */
function ahead<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** No server, or one that is down behind its proxy. */
const UNREACHABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ERR_OFFLINE', 'ERR_SERVER'])

/** What the server says; what this device remembers only when no server answers. */
async function offlineOr<T>(remembered: T | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (remembered !== undefined && isLockstitchError(error) && UNREACHABLE.has(error.code)) return remembered
    throw error
  }
}

/**
 * Opens a state and holds it against what this device has seen of the account.
 *
 * @param before What the device had seen before the server was asked, where that is known.
 * @param openedBefore That, opened with the credential.
 */
export async function openFresh(
  context: VaultContext,
  stateText: string,
  credential: Opener,
  before?: string,
  openedBefore?: Promise<Session>,
): Promise<Session> {
  const opened = await (stateText === before && openedBefore ? openedBefore : openSession(stateText, credential))
  const row = await context.storage.readAccount(opened.account.state.account)
  if (row === undefined || row.stateText === stateText) return opened
  const { signingPublic } = opened.recordKeys.identity
  const pinned = await readPin(row.stateText, signingPublic)
  const isOlder = ({ account }: Session): boolean =>
    account.hash !== pinned.hash && account.state.revision <= pinned.state.revision
  // Another tab has seen a newer state since the server was asked: what it says now is not older, unless it lies.
  const session =
    row.stateText !== before && isOlder(opened)
      ? await openSession((await context.server.startSession(credential.login)).state, credential)
      : opened
  if (session.account.hash === pinned.hash) return session
  if (isOlder(session)) throw new LockstitchError('ERR_ROLLBACK')
  const newest = await followChain(context, pinned, signingPublic, session.account.state.revision)
  if (newest.hash !== session.account.hash) throw new LockstitchError('ERR_ROLLBACK')
  return session
}

function parsePin(stateText: string): AccountState {
  try {
    return parseAccountState(stateText).state
  } catch {
    throw new LockstitchError('ERR_STORAGE_TAMPERED')
  }
}

async function readPin(stateText: string, signingPublic: Bytes): Promise<SignedAccountState> {
  try {
    return await verifyAccountState(stateText, signingPublic)
  } catch {
    throw new LockstitchError('ERR_STORAGE_TAMPERED')
  }
}
