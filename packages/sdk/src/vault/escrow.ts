/** Escrow for those who have an account: its owner, who configures and cancels, and its custodians, who approve. */
import { decodeBase64url } from '../bytes/base64url.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { AccountState } from '../format/account-state.ts'
import type { EscrowSlot } from '../format/slot.ts'
import { signCard, verifyCard } from '../keys/card.ts'
import { accountDigits, isSameDigits, requestDigits } from '../keys/digits.ts'
import { approveRequest, generateEscrow, type SignedEscrow, verifyEscrow } from '../keys/escrow.ts'
import { rewrapSlot, unwrapSlot } from '../keys/slot.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import { changeAccount } from './change-account.ts'
import { requireSession, type VaultContext } from './context.ts'
import type {
  ApprovalOrder,
  CardInfo,
  CustodyInfo,
  EscrowInfo,
  EscrowOrder,
  EscrowOverview,
  EscrowRequestInfo,
} from './escrow-api.ts'
import { doneAnswer, overviewAnswer, type ShownEscrow, type ShownRequest } from './escrow-server.ts'
import type { RequestSigner } from './request-signature.ts'
import type { Session } from './session.ts'
import { deriveOpening } from './slots.ts'

/** The card of this account. */
export async function escrowCard(context: VaultContext): Promise<{ readonly card: string } & CardInfo> {
  const { account, recordKeys } = requireSession(context)
  const card = await signCard(account.state, recordKeys.identity.signing)
  return { card, account: recordKeys.account, digits: await digitsOf(account.state.account, account.state.identity) }
}

/**
 * Somebody's card, read.
 *
 * @throws LockstitchError `ERR_ESCROW_CARD`.
 */
export async function inspectCard(context: VaultContext, text: unknown): Promise<CardInfo> {
  requireSession(context)
  const card = await verifyCard(text)
  return { account: card.account, digits: await digitsOf(card.account, card) }
}

/**
 * Puts an escrow in the place of the one that there is.
 *
 * @throws LockstitchError `ERR_UNLOCK_FAILED`, `ERR_ESCROW_CARD`, `ERR_ESCROW_RULE`, and the codes of {@link changeAccount}.
 */
export async function configureEscrow(
  context: VaultContext,
  { with: opening, custodians, threshold, delayMs }: EscrowOrder,
  signal?: AbortSignal,
): Promise<EscrowInfo> {
  const { account, recordKeys } = requireSession(context)
  if (!Array.isArray(custodians)) throw new LockstitchError('ERR_ESCROW_RULE')
  const cards = await Promise.all(custodians.map(verifyCard))
  const opener = await deriveOpening(context, account.state, opening)
  await unwrapSlot(account.state.slots, opener, account.state.account)
  throwIfAborted(signal)
  const now = Date.now()
  const owner = {
    account: recordKeys.account,
    signing: account.state.identity.signing,
    signingKey: recordKeys.identity.signing,
  }
  const made = await generateEscrow(owner, { threshold, delayMs, custodians: cards }, now)
  throwIfAborted(signal)
  let id = ''
  await changeAccount(context, async ({ account: { state } }) => {
    const slot = await rewrapSlot(state.slots, opener, made.credential, state.account, now)
    // What nobody can try out later opens now what it was made from.
    await unwrapSlot([slot], made.credential, state.account)
    id = slot.id
    return {
      state: { slots: [...state.slots.filter(({ kind }) => kind !== 'escrow'), slot] },
      logins: [{ slot: slot.id, login: made.credential.login }],
    }
  })
  return infoOf(id, made)
}

/**
 * The escrow of this account as it signed it, the requests for it, and the accounts that it is a custodian of. What the
 * server shows of an account that did not sign it, or without a share for this one, is left out.
 */
export async function listEscrow(context: VaultContext): Promise<EscrowOverview> {
  const session = await refreshAccount(context, requireSession(context))
  const shown = await overview(context)
  const slot = escrowSlot(session.account.state)
  const own = slot && (await verifyOwn(session, slot))
  return {
    escrow: slot === undefined || own === undefined ? null : infoOf(slot.id, own),
    requests: shown.requests.map((request) => describe(request, own)),
    custody: await Promise.all((await heldEscrows(session, shown)).map(custodyOf)),
  }
}

/**
 * Seals the own share for a request whose digits somebody read out.
 *
 * @throws LockstitchError `ERR_ESCROW_ENDED` when there is no such request, `ERR_ESCROW_DIGITS`, `ERR_ESCROW_SHARE`.
 */
export async function approveEscrow(
  context: VaultContext,
  { account, request: id, digits }: ApprovalOrder,
): Promise<void> {
  const session = requireSession(context)
  const held = (await heldEscrows(session, await overview(context))).filter(({ escrow }) => escrow.account === account)
  const asked = held.flatMap((one) =>
    one.requests.filter((request) => request.id === id).map(({ key }) => [one, key] as const),
  )
  if (asked.length === 0) throw new LockstitchError('ERR_ESCROW_ENDED')
  for (const [one, keyText] of asked) {
    const key = decodeBase64url(keyText)
    if (!isSameDigits(digits, await requestDigits(key, decodeBase64url(one.escrow.signing)))) continue
    const share = await approveRequest(one, custodianOf(session), { id, key })
    await context.server.call(
      doneAnswer,
      'POST',
      '/v1/escrow/approvals',
      { account, request: id, document: one.hash, share },
      signerOf(session),
    )
    return
  }
  throw new LockstitchError('ERR_ESCROW_DIGITS')
}

/**
 * Ends a request for this account.
 *
 * @throws LockstitchError `ERR_ESCROW_ENDED`, `ERR_ESCROW_RELEASED`.
 */
export async function cancelEscrow(context: VaultContext, request: string): Promise<void> {
  const session = requireSession(context)
  await context.server.call(doneAnswer, 'POST', '/v1/escrow/cancellations', { request }, signerOf(session))
}

/** The document that stands in the account's own slot, which custodians are shown too. */
async function verifyOwn({ account }: Session, { document }: EscrowSlot): Promise<SignedEscrow> {
  const own = await verifyEscrow(document)
  const isOwn = own.escrow.account === account.state.account && own.escrow.signing === account.state.identity.signing
  if (!isOwn) throw new LockstitchError('ERR_ACCOUNT_STATE')
  return own
}

interface HeldEscrow extends SignedEscrow {
  readonly requests: readonly ShownRequest[]
}

/** The escrows that the server shows and that really are: signed, and with a share for the key of this account. */
async function heldEscrows({ account }: Session, { custody }: ShownEscrow): Promise<readonly HeldEscrow[]> {
  const { receiving } = account.state.identity
  const verified = await Promise.all(
    custody.map(async ({ document, requests }): Promise<HeldEscrow | undefined> => {
      try {
        return { ...(await verifyEscrow(document)), requests }
      } catch (error) {
        if (isLockstitchError(error)) return undefined
        throw error
      }
    }),
  )
  const isHeld = ({ escrow }: HeldEscrow): boolean =>
    escrow.custodians.some((one) => one.account === account.state.account && one.receiving === receiving)
  return verified.filter((one) => one !== undefined).filter(isHeld)
}

async function custodyOf(held: HeldEscrow): Promise<CustodyInfo> {
  const { account, created, threshold, delayMs } = held.escrow
  return {
    account,
    digits: await digitsOf(account, held.escrow),
    created: new Date(created),
    threshold,
    delayMs,
    requests: held.requests.map((request) => describe(request, held)),
  }
}

function describe(
  { id, created, approvals, released }: ShownRequest,
  signed: SignedEscrow | undefined,
): EscrowRequestInfo {
  const opens = signed === undefined ? null : new Date(created + signed.escrow.delayMs)
  return { id, created: new Date(created), opens, approvals, released }
}

function infoOf(slot: string, { escrow }: SignedEscrow): EscrowInfo {
  const { created, threshold, delayMs, custodians } = escrow
  return { slot, created: new Date(created), threshold, delayMs, custodians: custodians.map(({ account }) => account) }
}

function escrowSlot({ slots }: AccountState): EscrowSlot | undefined {
  return slots.find((slot) => slot.kind === 'escrow')
}

function overview({ server }: VaultContext): Promise<ShownEscrow> {
  return server.call(overviewAnswer, 'GET', '/v1/escrow')
}

function custodianOf({ account, recordKeys }: Session): Parameters<typeof approveRequest>[1] {
  const publicKey = decodeBase64url(account.state.identity.receiving)
  return { account: recordKeys.account, pair: { privateKey: recordKeys.identity.receiving, publicKey } }
}

function signerOf({ recordKeys }: Session): RequestSigner {
  return { account: recordKeys.account, signing: recordKeys.identity.signing }
}

function digitsOf(account: string, { signing }: { readonly signing: string }): Promise<string> {
  return accountDigits(account, decodeBase64url(signing))
}
