/** Escrow for somebody who has no way in: a request, and what it opens once it is released. */
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { LockstitchError } from '../errors.ts'
import { requestDigits } from '../keys/digits.ts'
import { combineShares, type CombinedShares, type SignedEscrow, verifyEscrow } from '../keys/escrow.ts'
import { deriveRequestKeys, type EscrowRequestKeys, generateRequestCode } from '../keys/escrow-request.ts'
import { rewrapSlot, unwrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { changeAccount } from './change-account.ts'
import { beginTurn, type VaultContext } from './context.ts'
import type { MadeRequest, RecoverOrder, RequestProgress } from './escrow-api.ts'
import { identityAnswer, progressAnswer, requestedAnswer, type ShownProgress } from './escrow-server.ts'
import { normalizeHandle } from './handle.ts'
import { deriveNew } from './slots.ts'
import { enterAccount, openFresh } from './unlock.ts'

/**
 * Makes a request for the account of a handle.
 *
 * @throws LockstitchError `ERR_HANDLE_INVALID`, `ERR_RATE_LIMITED`, and the codes of the transport.
 */
export async function requestEscrow(
  { server }: VaultContext,
  order: { readonly handle: string },
): Promise<MadeRequest> {
  const handle = normalizeHandle(order.handle)
  const code = await generateRequestCode()
  const keys = await deriveRequestKeys(code)
  // Before the server knows the key, it has to say whose account it is: it cannot choose one that fits.
  const signing = decodeBase64url(
    (await server.call(identityAnswer, 'POST', '/v1/escrow/identity', { handle })).signing,
  )
  const { publicKey } = await keys.pairFor(signing)
  const body = { handle, ...keys.login, key: encodeBase64url(publicKey) }
  const { expires } = await server.call(requestedAnswer, 'POST', '/v1/escrow/requests', body)
  return { code, digits: await requestDigits(publicKey, signing), expires: new Date(expires) }
}

/**
 * How a request stands.
 *
 * @throws LockstitchError `ERR_RECOVERY_CODE`, `ERR_ESCROW_ENDED`, and the codes of the transport.
 */
export async function followEscrow(context: VaultContext, code: unknown): Promise<RequestProgress> {
  const keys = await deriveRequestKeys(code)
  const shown = await progress(context, keys)
  if (shown.state !== 'released') {
    const signing = decodeBase64url(shown.signing)
    const { publicKey } = await keys.pairFor(signing)
    return { state: shown.state, digits: await requestDigits(publicKey, signing), damaged: [] }
  }
  const { damaged, digits } = await openReleased(keys, shown)
  return { state: 'released', digits, damaged }
}

/**
 * Opens the account of a released request, and puts a new password in the place of the old one and of the escrow.
 *
 * @throws LockstitchError `ERR_ESCROW_WAITING`, `ERR_ESCROW_ENDED`, `ERR_ESCROW_SHARE`, the codes of deriving a password,
 * of opening an account and of {@link changeAccount}. The vault is locked then.
 */
export async function recoverEscrow(
  context: VaultContext,
  { code, handle, password }: RecoverOrder,
  signal?: AbortSignal,
): Promise<void> {
  const turn = beginTurn(context)
  try {
    const keys = await deriveRequestKeys(code)
    normalizeHandle(handle)
    const shown = await progress(context, keys)
    if (shown.state !== 'released') throw new LockstitchError(WAITING[shown.state])
    const { credential } = await openReleased(keys, shown)
    if (credential === undefined) throw new LockstitchError('ERR_ESCROW_SHARE')
    throwIfAborted(signal)
    const { state } = await context.server.startSession(credential.login)
    const session = await openFresh(context, state, credential)
    const added = await deriveNew(context, { kind: 'password', handle, password }, session.account.state)
    throwIfAborted(signal)
    await enterAccount(context, session, turn)
    await changeAccount(context, async ({ account }) => {
      const { slots } = account.state
      const now = Date.now()
      const slot = await rewrapSlot(slots, credential, added.credential, account.state.account, now)
      await unwrapSlot([slot], added.credential, account.state.account)
      const kept = slots.filter(({ kind }) => kind !== 'password' && kind !== 'escrow')
      return {
        state: { slots: [...kept, { ...slot, confirmed: now }] },
        logins: [{ slot: slot.id, login: added.credential.login }],
        session: { login: added.credential.login, slotId: slot.id },
      }
    })
  } catch (error) {
    // Nobody goes on with an account whose only known way in is what the custodians gave.
    if (context.turn === turn) beginTurn(context)
    throw error
  }
}

const WAITING = { waiting: 'ERR_ESCROW_WAITING', cancelled: 'ERR_ESCROW_ENDED' } as const

function progress({ server }: VaultContext, { login }: EscrowRequestKeys): Promise<ShownProgress> {
  return server.call(progressAnswer, 'POST', '/v1/escrow/follow', login)
}

async function openReleased(
  keys: EscrowRequestKeys,
  { document, shares }: ShownProgress & { readonly state: 'released' },
): Promise<CombinedShares & { readonly digits: string }> {
  const signed: SignedEscrow = await verifyEscrow(document)
  const signing = decodeBase64url(signed.escrow.signing)
  const pair = await keys.pairFor(signing)
  const combined = await combineShares(signed, shares, { id: keys.login.locator, pair })
  return { ...combined, digits: await requestDigits(pair.publicKey, signing) }
}
