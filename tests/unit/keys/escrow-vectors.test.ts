/** Values of an escrow that were written down once: what was sealed then is opened now. */
import { expect, test } from 'vitest'
import { decodeBase64url } from '../../../packages/sdk/src/bytes/base64url.ts'
import { verifyCard } from '../../../packages/sdk/src/keys/card.ts'
import { accountDigits, requestDigits } from '../../../packages/sdk/src/keys/digits.ts'
import { deriveRequestKeys } from '../../../packages/sdk/src/keys/escrow-request.ts'
import { approveRequest, combineShares, verifyEscrow } from '../../../packages/sdk/src/keys/escrow.ts'
import vectors from '../../vectors/own/escrow/escrow.json' with { type: 'json' }
import { fromHex, toHex } from '../support/outcome.ts'

test.each(vectors.cases)('$id', async ({ in: given, out }) => {
  const signed = await verifyEscrow(given.document)
  const signing = decodeBase64url(signed.escrow.signing)
  expect(signed.hash).toBe(out.hash)
  expect(await accountDigits(signed.escrow.account, signing)).toBe(out.accountDigits)
  const keys = await deriveRequestKeys(given.code)
  const pair = await keys.pairFor(signing)
  expect(keys.login).toEqual(out.request)
  expect(toHex(pair.publicKey)).toBe(out.requestKey)
  expect(await requestDigits(pair.publicKey, signing)).toBe(out.requestDigits)
  const asked = { id: keys.login.locator, pair }
  for (const left of [0, 1, 2]) {
    const two = given.shares.filter((_, index) => index !== left)
    const { credential, damaged } = await combineShares(signed, two, asked)
    expect([credential?.login, damaged]).toEqual([out.login, []])
  }
  // And what every custodian holds is what it was.
  for (const { account, pkcs8, card } of given.custodians) {
    const read = await verifyCard(card)
    expect(read.account).toBe(account)
    const privateKey = await crypto.subtle.importKey('pkcs8', fromHex(pkcs8), 'X25519', false, ['deriveBits'])
    const custodian = { account, pair: { privateKey, publicKey: decodeBase64url(read.receiving) } }
    const share = await approveRequest(signed, custodian, { id: asked.id, key: pair.publicKey })
    const others = given.shares.filter((one) => one.custodian !== account).slice(1)
    const { credential } = await combineShares(signed, [{ custodian: account, share }, ...others], asked)
    expect(credential?.login).toEqual(out.login)
  }
})
