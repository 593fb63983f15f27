/** An escrow's secret: any custodians who are enough give it back, fewer do not, and a wrong share is noticed and named. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { encodeFrame } from '../../../packages/sdk/src/bytes/frame.ts'
import type { Card } from '../../../packages/sdk/src/format/card.ts'
import {
  type Escrow,
  escrowPayload,
  escrowSignatureInput,
  serializeEscrow,
} from '../../../packages/sdk/src/format/escrow.ts'
import { ESCROW_LABELS } from '../../../packages/sdk/src/format/labels.ts'
import { isSameDigits, requestDigits } from '../../../packages/sdk/src/keys/digits.ts'
import { deriveRequestKeys, generateRequestCode } from '../../../packages/sdk/src/keys/escrow-request.ts'
import {
  type ApprovedShare,
  approveRequest,
  combineShares,
  generateEscrow,
  type SignedEscrow,
  verifyEscrow,
} from '../../../packages/sdk/src/keys/escrow.ts'
import { type ReceivingPair, sealTo } from '../../../packages/sdk/src/keys/hpke.ts'
import { outcome } from '../support/outcome.ts'

interface Holder {
  readonly account: string
  readonly pair: ReceivingPair
  readonly card: Card
}

const DAY = 86_400_000
const uuid = (number: number): string => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`

async function holder(number: number): Promise<Holder> {
  const made = (await crypto.subtle.generateKey('X25519', false, ['deriveBits'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey))
  const account = uuid(number)
  const card: Card = { format: 'ls1', account, signing: 'A'.repeat(43), receiving: encodeBase64url(publicKey) }
  return { account, pair: { privateKey: made.privateKey, publicKey }, card }
}

const holders = await Promise.all(Array.from({ length: 6 }, (_, index) => holder(index + 1)))
const signer = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair
const signing = encodeBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', signer.publicKey)))
const owner = { account: uuid(0), signing, signingKey: signer.privateKey }

const make = (count: number, threshold: number) =>
  generateEscrow(
    owner,
    { threshold, delayMs: DAY, custodians: holders.slice(0, count).map(({ card }) => card) },
    1_700_000_000_000,
  )

async function request() {
  const keys = await deriveRequestKeys(await generateRequestCode())
  return { id: keys.login.locator, pair: await keys.pairFor(decodeBase64url(signing)) }
}

const approved = async (
  escrow: SignedEscrow,
  by: readonly Holder[],
  { id, pair }: Awaited<ReturnType<typeof request>>,
): Promise<ApprovedShare[]> =>
  Promise.all(
    by.map(async (one) => ({
      custodian: one.account,
      share: await approveRequest(escrow, one, { id, key: pair.publicKey }),
    })),
  )

test('any custodians who are enough open it, and any who are too few do not', async () => {
  const rules = fc
    .integer({ min: 2, max: 6 })
    .chain((count) =>
      fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count }), fc.shuffledSubarray([0, 1, 2, 3, 4, 5])),
    )
  await fc.assert(
    fc.asyncProperty(rules, async ([count, threshold, picked]) => {
      const made = await make(count, threshold)
      const asked = await request()
      const by = picked.filter((index) => index < count).map((index) => holders[index] as Holder)
      const { credential, damaged } = await combineShares(made, await approved(made, by, asked), asked)
      expect(damaged).toEqual([])
      expect(credential?.login).toEqual(by.length >= threshold ? made.credential.login : undefined)
    }),
    { numRuns: 40 },
  )
})

test('a share that is not the one is noticed and named, and enough others still open it', async () => {
  const made = await make(4, 2)
  const other = await make(4, 2)
  const asked = await request()
  const shares = await approved(made, holders.slice(0, 4), asked)
  const wrong = await approved(other, holders.slice(0, 4), asked)
  const flipped = (share: string): string => `${share.slice(0, 60)}${share[60] === 'A' ? 'B' : 'A'}${share.slice(61)}`
  // A custodian who lies: well sealed, for this request, and not the share.
  const info = encodeFrame([ESCROW_LABELS.escrowApproval, made.hash, asked.id, holders[1]?.account as string])
  const lie = await sealTo(asked.pair.publicKey, info, new Uint8Array(33).fill(7))
  const cases: readonly (readonly ApprovedShare[])[] = [
    shares.with(1, { custodian: holders[1]?.account as string, share: encodeBase64url(lie) }),
    // Of another escrow of the same account, damaged on the way, of another custodian.
    shares.with(1, wrong[1] as ApprovedShare),
    shares.with(1, { custodian: holders[1]?.account as string, share: flipped(shares[1]?.share as string) }),
    shares.with(1, { custodian: holders[1]?.account as string, share: shares[2]?.share as string }),
  ]
  for (const given of cases) {
    const { credential, damaged } = await combineShares(made, given, asked)
    expect(damaged).toEqual([holders[1]?.account])
    expect(credential?.login).toEqual(made.credential.login)
    expect((await combineShares(made, given.slice(0, 2), asked)).credential).toBeUndefined()
  }
})

test('a share is for one request, one escrow and one custodian alone', async () => {
  const made = await make(3, 2)
  const [asked, later] = [await request(), await request()]
  const shares = await approved(made, holders.slice(0, 2), asked)
  expect(await combineShares(made, shares, later)).toEqual({
    credential: undefined,
    damaged: holders.slice(0, 2).map(({ account }) => account),
  })
  const stranger = holders[5] as Holder
  const key = asked.pair.publicKey
  expect(await outcome(() => approveRequest(made, stranger, { id: asked.id, key }))).toBe('ERR_ESCROW_SHARE')
  const swapped = { ...stranger, account: holders[0]?.account as string }
  expect(await outcome(() => approveRequest(made, swapped, { id: asked.id, key }))).toBe('ERR_ESCROW_SHARE')
})

test('a document is believed only with the signature of the key that it names', async () => {
  const { text, escrow } = await make(3, 2)
  expect((await verifyEscrow(text)).escrow).toEqual(escrow)
  const signature = decodeBase64url(text.split('.')[2] as string)
  const first = escrow.custodians[0] as Escrow['custodians'][number]
  const mine = holders[5] as Holder
  const lies: Partial<Escrow>[] = [
    { threshold: 3 },
    { delayMs: 3_600_000 },
    { custodians: [{ ...first, receiving: mine.card.receiving }, ...escrow.custodians.slice(1)] },
    { custodians: escrow.custodians.toReversed() },
    { account: uuid(99) },
  ]
  for (const lie of lies) {
    const forged = serializeEscrow(escrowPayload({ ...escrow, ...lie }), signature)
    expect([lie, await outcome(() => verifyEscrow(forged))]).toEqual([lie, 'ERR_ACCOUNT_STATE'])
  }
  for (const broken of [{ threshold: 1 }, { threshold: 4 }, { delayMs: 1 }, { custodians: [first, first] }]) {
    const payload = escrowPayload({ ...escrow, ...broken })
    const signed = new Uint8Array(await crypto.subtle.sign('Ed25519', signer.privateKey, escrowSignatureInput(payload)))
    expect([broken, await outcome(() => verifyEscrow(serializeEscrow(payload, signed)))]).toEqual([
      broken,
      'ERR_FORMAT_INVALID',
    ])
  }
})

test('the key of a request is another one for another account, and so are its digits', async () => {
  const code = await generateRequestCode()
  const keys = await deriveRequestKeys(code)
  const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const [first, again, second] = await Promise.all([keys.pairFor(one), keys.pairFor(one), keys.pairFor(two)])
  expect(first.publicKey).toEqual(again.publicKey)
  expect(first.publicKey).not.toEqual(second.publicKey)
  const digits = await requestDigits(first.publicKey, one)
  expect(digits).toMatch(/^([0-9]{5} ){5}[0-9]{5}$/)
  for (const other of [await requestDigits(first.publicKey, two), await requestDigits(second.publicKey, one)])
    expect(isSameDigits(other, digits)).toBe(false)
  expect(isSameDigits(` ${digits.replaceAll(' ', '-')}`, digits)).toBe(true)
  for (const wrong of ['', digits.slice(1), undefined, 12, `${digits} 00000`])
    expect(isSameDigits(wrong, digits)).toBe(false)
})

test('a code of a request is no recovery code', async () => {
  const { parseRecoveryCode, generateRecoveryCode } = await import('../../../packages/sdk/src/keys/recovery-code.ts')
  const [code, recovery] = [await generateRequestCode(), await generateRecoveryCode()]
  expect(await outcome(() => parseRecoveryCode(code))).toBe('ERR_RECOVERY_CODE')
  expect(await outcome(() => deriveRequestKeys(recovery))).toBe('ERR_RECOVERY_CODE')
})
