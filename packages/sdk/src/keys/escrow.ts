/** An escrow: its secret, split for custodians, and what opens with it. */
import { combine, split } from 'shamir-secret-sharing'
import type { Bytes } from '../assert.ts'
import { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeFrame } from '../bytes/frame.ts'
import { moveSecret, wipe } from '../bytes/wipe.ts'
import { LockstitchError } from '../errors.ts'
import type { Card } from '../format/card.ts'
import { KEY_BYTES, SALT_BYTES, VERSION } from '../format/constants.ts'
import {
  type Custodian,
  type Escrow,
  escrowHashInput,
  escrowPayload,
  escrowSignatureInput,
  isEscrowRule,
  parseEscrow,
  serializeEscrow,
} from '../format/escrow.ts'
import { ESCROW_LABELS } from '../format/labels.ts'
import { digest, digestSecret } from '../crypto/digest.ts'
import { randomBytes } from '../crypto/random.ts'
import { deriveAeadKey, deriveBytes, importDerivationKey } from '../crypto/hkdf.ts'
import { sign, verifySignature } from '../crypto/sign.ts'
import { type EscrowCredential, SLOT_USAGES } from './credential.ts'
import { openFrom, type ReceivingPair, sealTo } from './hpke.ts'

/** An escrow document that its account signed. */
export interface SignedEscrow {
  readonly escrow: Escrow
  readonly text: string
  /** base64url; what an approval names it by. */
  readonly hash: string
}

/** What the owner decides. */
export interface EscrowRule {
  readonly threshold: number
  readonly delayMs: number
  readonly custodians: readonly Card[]
}

/** A share that a custodian sealed for a request. */
export interface ApprovedShare {
  /** Account id of the custodian. */
  readonly custodian: string
  /** base64url */
  readonly share: string
}

/**
 * A new escrow for an account, and the credential that its secret is.
 *
 * @throws LockstitchError `ERR_ESCROW_RULE`, and `ERR_KEY_INVALID` when a custodian's key is none.
 */
export async function generateEscrow(
  owner: { readonly account: string; readonly signing: string; readonly signingKey: CryptoKey },
  { threshold, delayMs, custodians }: EscrowRule,
  now: number,
): Promise<SignedEscrow & { readonly credential: EscrowCredential }> {
  const { account, signing } = owner
  if (!isEscrowRule({ account, threshold, delayMs, custodians })) throw new LockstitchError('ERR_ESCROW_RULE')
  const secret = randomBytes(KEY_BYTES)
  const shares = (await split(secret, custodians.length, threshold)).map(moveSecret)
  try {
    const escrow = { account, signing, id: encodeBase64url(randomBytes(SALT_BYTES)) }
    const document: Escrow = {
      format: VERSION,
      ...escrow,
      created: now,
      threshold,
      delayMs,
      commitment: await commitmentOf(escrow, secret),
      custodians: await Promise.all(custodians.map((card, at) => giveShare(escrow, card, shares[at] as Bytes))),
    }
    await checkSecret(document, shares.slice(0, threshold))
    const payload = escrowPayload(document)
    const text = serializeEscrow(payload, await sign(owner.signingKey, escrowSignatureInput(payload)))
    const credential = await deriveEscrowCredential(secret, document, text)
    return { escrow: document, text, hash: await hashOf(payload), credential }
  } finally {
    wipe(secret, ...shares)
  }
}

/**
 * Reads an escrow document and checks that the key which it names has signed it.
 *
 * @throws LockstitchError what `parseEscrow` throws, or `ERR_ACCOUNT_STATE` when the signature is not of that key.
 */
export async function verifyEscrow(text: unknown): Promise<SignedEscrow> {
  const { document, payload, signature } = parseEscrow(text)
  const isSigned = await verifySignature(decodeBase64url(document.signing), signature, escrowSignatureInput(payload))
  if (!isSigned) throw new LockstitchError('ERR_ACCOUNT_STATE')
  return { escrow: document, text: text as string, hash: await hashOf(payload) }
}

/**
 * A custodian's approval: the share is opened, checked, and sealed for a request.
 *
 * @throws LockstitchError `ERR_ESCROW_SHARE` when this account has no share in the escrow, or not the one that was committed to.
 */
export async function approveRequest(
  { escrow, hash }: SignedEscrow,
  custodian: { readonly account: string; readonly pair: ReceivingPair },
  request: { readonly id: string; readonly key: Bytes },
): Promise<string> {
  const held = escrow.custodians.find(({ account }) => account === custodian.account)
  if (held === undefined || !equalBytes(decodeBase64url(held.receiving), custodian.pair.publicKey)) throw noShare()
  const share = await openShare(escrow, held, custodian.pair, shareInfo(escrow, held.account), held.share)
  if (share === undefined) throw noShare()
  try {
    return encodeBase64url(await sealTo(request.key, approvalInfo(hash, request.id, held.account), share))
  } finally {
    wipe(share)
  }
}

/** What the shares of a request open, and which custodians' shares are not the ones that were committed to. */
export interface CombinedShares {
  /** `undefined` when fewer good shares are there than the threshold. */
  readonly credential: EscrowCredential | undefined
  /** Account ids. */
  readonly damaged: readonly string[]
}

/**
 * Opens the shares that were sealed for a request and combines them. Every share is held against its commitment and the
 * secret against its own, because combining wrong or missing shares gives a wrong secret and no error.
 *
 * @throws LockstitchError `ERR_ESCROW_SHARE` when good shares give another secret than was committed to.
 */
export async function combineShares(
  { escrow, text, hash }: SignedEscrow,
  approved: readonly ApprovedShare[],
  request: { readonly id: string; readonly pair: ReceivingPair },
): Promise<CombinedShares> {
  const opened = await Promise.all(
    escrow.custodians.map(async (custodian) => {
      const { account } = custodian
      const sealed = approved.find((one) => one.custodian === account)?.share
      if (sealed === undefined) return undefined
      const info = approvalInfo(hash, request.id, account)
      return { account, share: await openShare(escrow, custodian, request.pair, info, sealed) }
    }),
  )
  const shares = opened.flatMap((one) => (one?.share === undefined ? [] : [one.share]))
  const damaged = opened.flatMap((one) => (one !== undefined && one.share === undefined ? [one.account] : []))
  try {
    if (shares.length < escrow.threshold) return { credential: undefined, damaged }
    const secret = await checkSecret(escrow, shares.slice(0, escrow.threshold))
    const credential = await deriveEscrowCredential(secret, escrow, text)
    wipe(secret)
    return { credential, damaged }
  } finally {
    wipe(...shares)
  }
}

type EscrowName = Pick<Escrow, 'account' | 'signing' | 'id'>

async function giveShare(escrow: EscrowName, { account, receiving }: Card, share: Bytes): Promise<Custodian> {
  const sealed = await sealTo(decodeBase64url(receiving), shareInfo(escrow, account), share)
  const commitment = await shareCommitment(escrow, account, share)
  return { account, receiving, share: encodeBase64url(sealed), commitment: encodeBase64url(commitment) }
}

/** The share, when it opens and is the one that was committed to. */
async function openShare(
  escrow: EscrowName,
  { account, commitment }: Custodian,
  pair: ReceivingPair,
  info: Bytes,
  sealed: string,
): Promise<Bytes | undefined> {
  try {
    const share = await openFrom(pair, info, decodeBase64url(sealed))
    if (equalBytes(await shareCommitment(escrow, account, share), decodeBase64url(commitment))) return share
  } catch {
    // Not opening and being another share are the same to whoever needs it.
  }
  return undefined
}

/** The secret of the shares, once it is known to be the one of the document. */
async function checkSecret(escrow: EscrowName & Pick<Escrow, 'commitment'>, shares: Uint8Array[]): Promise<Bytes> {
  const secret = moveSecret(await combine(shares))
  if ((await commitmentOf(escrow, secret)) !== escrow.commitment) throw noShare()
  return secret
}

async function commitmentOf({ account, id }: EscrowName, secret: Bytes): Promise<string> {
  return encodeBase64url(await digestSecret([ESCROW_LABELS.escrowCommitment, account, id, secret]))
}

async function shareCommitment({ account, id }: EscrowName, custodian: string, share: Bytes): Promise<Bytes> {
  return digestSecret([ESCROW_LABELS.escrowShareCommitment, account, id, custodian, share])
}

function shareInfo({ account, signing, id }: EscrowName, custodian: string): Bytes {
  return encodeFrame([ESCROW_LABELS.escrowShare, account, decodeBase64url(signing), id, custodian])
}

function approvalInfo(hash: string, request: string, custodian: string): Bytes {
  return encodeFrame([ESCROW_LABELS.escrowApproval, hash, request, custodian])
}

async function hashOf(payload: Bytes): Promise<string> {
  return encodeBase64url(await digest(escrowHashInput(payload)))
}

function noShare(): LockstitchError {
  return new LockstitchError('ERR_ESCROW_SHARE')
}

/** The credential of an escrow's secret. */
async function deriveEscrowCredential(
  secret: Bytes,
  { account, id }: { readonly account: string; readonly id: string },
  document: string,
): Promise<EscrowCredential> {
  const base = await importDerivationKey(secret)
  const info = (label: string): Bytes => encodeFrame([label, account, id])
  const [locator, auth, slotKey] = await Promise.all([
    deriveBytes(base, info(ESCROW_LABELS.escrowLocate), 16),
    deriveBytes(base, info(ESCROW_LABELS.escrowAuth)),
    deriveAeadKey(base, info(ESCROW_LABELS.escrowUnlock), SLOT_USAGES),
  ])
  const login = { locator: encodeBase64url(locator), secret: encodeBase64url(auth) }
  return { kind: 'escrow', document, login, slotKey }
}
