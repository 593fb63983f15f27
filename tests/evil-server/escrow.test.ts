/** A62, A65: who else could get in through an escrow, and what each of them sees instead. */
import { describe, expect, test } from 'vitest'
import type { LockstitchError } from '@lockstitch/sdk'
import { decodeBase64url, encodeBase64url } from '@lockstitch/sdk/format'
import { deriveRequestKeys } from '../../packages/sdk/src/keys/escrow-request.ts'
import { type ApprovedShare, combineShares, verifyEscrow } from '../../packages/sdk/src/keys/escrow.ts'
import { answer } from '../support/evil.ts'
import {
  anna,
  approve,
  asked,
  ben,
  calls,
  carla,
  custodians,
  DAY,
  documentOf,
  entrusted,
  forged,
  HOUR,
  lastRequest,
  overview,
  party,
  recovering,
  released,
  secretOf,
  world,
} from './support/escrow.ts'
import { generateSigner, isFor } from './support/forge.ts'
import { expectCode } from './support/oracles.ts'

describe('A62 the server puts itself in a place', () => {
  test('of a custodian: a card that was changed is none, and another card has other digits', async () => {
    const patient = await party('patient')
    const { card, digits } = await anna.device.escrow.card()
    const eve = await (await party('eve')).device.escrow.card()
    const [, , signature = ''] = card.split('.')
    const mixed = `ls1c.${eve.card.split('.')[1]}.${signature}`
    await expectCode(patient.device.escrow.inspect(mixed), 'ERR_ESCROW_CARD')
    expect((await patient.device.escrow.inspect(eve.card)).digits).not.toBe(digits)
  })

  test('of the requester: the digits that the custodian hears are not those of its request', async () => {
    const patient = await entrusted()
    const fresh = calls(world.device())
    const { digits } = await fresh.escrow.request({ handle: patient.person.handle })
    const mine = await fresh.escrow.request({ handle: patient.person.handle })
    const request = await lastRequest(anna, patient)
    const start = anna.device.net.log.length
    const key = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
    anna.device.net.mutator = overview((body) => ({
      ...body,
      custody: body.custody.map((one) => ({ ...one, requests: one.requests.map((shown) => ({ ...shown, key })) })),
    }))
    const order = { account: patient.person.account, request, digits: mine.digits }
    await expectCode(anna.device.escrow.approve(order), 'ERR_ESCROW_DIGITS')
    anna.device.net.mutator = {}
    // Nor those of another request that the server shows in the place of this one.
    await expectCode(anna.device.escrow.approve({ ...order, digits }), 'ERR_ESCROW_DIGITS')
    expect(anna.device.net.log.slice(start).some(({ path }) => path.endsWith('approvals'))).toBe(false)
    await anna.device.escrow.approve(order)
  })

  test('of the patient, towards a custodian: its account has other digits, and its request too', async () => {
    const { patient, request } = await asked()
    const document = await forged(await documentOf(carla, patient))
    carla.device.net.mutator = overview((body) => ({
      ...body,
      custody: body.custody.map((one) => ({ ...one, document })),
    }))
    const shown = (await carla.device.escrow.list()).custody.find(({ account }) => account === patient.person.account)
    expect(shown?.digits).not.toBe((await patient.device.escrow.card()).digits)
    const order = { account: patient.person.account, request: shown?.requests[0]?.id as string, digits: request.digits }
    await expectCode(carla.device.escrow.approve(order), 'ERR_ESCROW_DIGITS')
  })

  test('of the patient, towards the requester: nobody can have sealed anything to that key', async () => {
    const { patient, thief: fresh, request } = await asked()
    world.backend.advance(DAY)
    const document = await forged(await documentOf(anna, patient))
    fresh.net.mutator = released((body) => ({ ...body, document }))
    await expectCode(fresh.escrow.recover(recovering(request, patient)), 'ERR_ESCROW_SHARE')
    expect((await fresh.escrow.follow(request.code)).digits).not.toBe(request.digits)
    expect(await fresh.vault.status()).toEqual({ state: 'locked' })
    fresh.net.mutator = {}
    await fresh.escrow.recover(recovering(request, patient))
    expect((await fresh.vault.status()).account).toBe(patient.person.account)
  })

  test('of the account that is asked for: the digits differ from what the custodians have', async () => {
    const patient = await entrusted()
    const fresh = calls(world.device())
    const { publicKey } = await generateSigner()
    fresh.net.mutator = {
      request: (one) => (isFor(one, 'POST', '/v1/escrow/identity') ? answer(200, { signing: publicKey }) : undefined),
    }
    const { digits } = await fresh.escrow.request({ handle: patient.person.handle })
    const order = { account: patient.person.account, request: await lastRequest(anna, patient), digits }
    await expectCode(anna.device.escrow.approve(order), 'ERR_ESCROW_DIGITS')
  })

  test('a changed document is shown to nobody', async () => {
    const patient = await entrusted()
    const text = await documentOf(ben, patient)
    const changed = text.replace(/^(ls1e\.)(.+)(\..+)$/, (_, head: string, payload: string, tail: string) => {
      const json = new TextDecoder().decode(decodeBase64url(payload)).replace('"threshold":2', '"threshold":3')
      return `${head}${encodeBase64url(new TextEncoder().encode(json))}${tail}`
    })
    expect(changed).not.toBe(text)
    ben.device.net.mutator = overview((body) => ({ ...body, custody: [{ document: changed, requests: [] }] }))
    expect((await ben.device.escrow.list()).custody).toEqual([])
  })
})

describe('A65 fewer than enough, too early, or not any more', () => {
  test('the server releases early with one share: it opens nothing', async () => {
    const { patient, thief, request } = await asked()
    world.backend.advance(DAY)
    thief.net.mutator = released((body) => ({ ...body, shares: body.shares.slice(1) }))
    await expectCode(thief.escrow.recover(recovering(request, patient)), 'ERR_ESCROW_SHARE')
    thief.net.mutator = released((body) => ({ ...body, shares: [body.shares[0], body.shares[0]] }))
    await expectCode(thief.escrow.recover(recovering(request, patient)), 'ERR_ESCROW_SHARE')
  })

  test('shares in each other’s place are named', async () => {
    const { thief, request } = await asked()
    world.backend.advance(DAY)
    thief.net.mutator = released((body) => ({
      ...body,
      shares: body.shares.map(({ custodian }, at, all) => ({ custodian, share: all.at(at - 1)?.share })),
    }))
    const { damaged } = await thief.escrow.follow(request.code)
    expect(new Set(damaged)).toEqual(new Set([anna, ben].map(({ person }) => person.account)))
  })

  test('custodians who put their shares together are not let in before a release', async () => {
    const { patient, thief, request } = await asked()
    const keys = await deriveRequestKeys(request.code)
    const signed = await verifyEscrow(await documentOf(anna, patient))
    const sent = [anna, ben].map(({ person, device }): ApprovedShare => {
      const { body = '' } = device.net.log.findLast(({ path }) => path.endsWith('approvals')) ?? {}
      return { custodian: person.account, share: (JSON.parse(body) as { share: string }).share }
    })
    const pair = await keys.pairFor(decodeBase64url(signed.escrow.signing))
    const { credential } = await combineShares(signed, sent, { id: keys.login.locator, pair })
    const enter = async (): Promise<number> => {
      const body = JSON.stringify(credential?.login)
      const headers = { 'content-type': 'application/json' }
      return (await thief.net.send({ method: 'POST', path: '/v1/sessions', headers, body })).status
    }
    expect(credential).toBeDefined()
    expect(await enter()).toBe(401)
    world.backend.advance(DAY)
    expect(await enter()).toBe(401)
    await thief.escrow.follow(request.code)
    expect(await enter()).toBe(200)
    const { escrow } = await patient.device.escrow.list()
    await patient.device.slots.remove(escrow?.slot as string)
    expect(await enter()).toBe(401)
  })

  test('an approval for an escrow that was replaced is refused, and the request of another is not cancelled', async () => {
    const patient = await entrusted()
    const fresh = calls(world.device())
    const { digits } = await fresh.escrow.request({ handle: patient.person.handle })
    const document = await documentOf(anna, patient)
    const request = await lastRequest(anna, patient)
    const cards = await Promise.all(custodians.map(async ({ device }) => (await device.escrow.card()).card))
    const order = { with: secretOf(patient.person), custodians: cards, threshold: 3, delayMs: HOUR }
    await patient.device.escrow.configure(order)
    anna.device.net.mutator = overview((body) => ({
      ...body,
      custody: body.custody.map((one) => ({ ...one, document })),
    }))
    const old = { account: patient.person.account, request, digits }
    await expectCode(anna.device.escrow.approve(old), 'ERR_ESCROW_ENDED')
    await expectCode(ben.device.escrow.cancel(request), 'ERR_ESCROW_ENDED')
    await expectCode(patient.device.escrow.approve(old), 'ERR_ESCROW_ENDED')
  })

  test('a cancellation at the moment of the release comes before it or too late', async () => {
    for (let round = 0; round < 4; round++) {
      const { patient, thief, request } = await asked()
      world.backend.advance(DAY)
      const [seen] = (await patient.device.escrow.list()).requests
      const [progress, cancelled] = await Promise.all([
        thief.escrow.follow(request.code),
        patient.device.escrow.cancel(seen?.id as string).then(
          () => 'cancelled',
          (error: LockstitchError) => error.code,
        ),
      ])
      const { state } = await thief.escrow.follow(request.code)
      expect(cancelled).toBe(state === 'released' ? 'ERR_ESCROW_RELEASED' : 'cancelled')
      expect(progress.state === 'released' && state !== 'released').toBe(false)
    }
  })

  test('a flood of requests pushes out none that was approved', async () => {
    const { thief, patient, request } = await asked()
    const others = calls(world.device())
    for (let round = 0; round < 8; round++) await others.escrow.request({ handle: patient.person.handle })
    world.backend.advance(DAY)
    expect((await thief.escrow.follow(request.code)).state).toBe('released')
  })

  test('where five requests were approved there is no room for a sixth, and none of them is lost', async () => {
    const patient = await entrusted()
    const requests = []
    for (let round = 0; round < 5; round++) {
      const requester = calls(world.device())
      const request = await requester.escrow.request({ handle: patient.person.handle })
      await approve(anna, patient, request)
      requests.push({ requester, request })
    }
    const late = calls(world.device())
    await expectCode(late.escrow.request({ handle: patient.person.handle }), 'ERR_RATE_LIMITED')
    expect((await patient.device.escrow.list()).requests).toMatchObject(
      requests.map(() => ({ approvals: [anna.person.account] })),
    )
    for (const { requester, request } of requests)
      expect((await requester.escrow.follow(request.code)).state).toBe('waiting')
    // The owner makes room.
    const [first] = (await patient.device.escrow.list()).requests
    await patient.device.escrow.cancel(first?.id as string)
    await late.escrow.request({ handle: patient.person.handle })
  })
})
