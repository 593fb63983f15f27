/** An escrow's flows, cut at each request: nothing is lost, and trying again goes on. */
import { describe, expect, test } from 'vitest'
import { isLockstitchError, LockstitchError, type TransportResponse } from '@lockstitch/sdk'
import { answer } from '../support/evil.ts'
import { Ledger } from '../support/models.ts'
import { asked, calls, type Calls, custodians, DAY, party, recovering, secretOf, world } from './support/escrow.ts'
import { expectCode } from './support/oracles.ts'

interface Fault {
  readonly request?: () => Promise<never>
  readonly response?: () => TransportResponse
}

describe('a flow that is cut goes on', () => {
  const FAULTS = {
    'no answer, nothing done': { request: () => Promise.reject(new LockstitchError('ERR_OFFLINE')) },
    'no answer, all done': { response: () => answer(502, 'gateway') },
    'garbage, all done': { response: () => answer(200, '{') },
  } as const

  /** Lets the fault happen at one request; gives how many requests there were. */
  async function cut(device: Calls, fault: keyof typeof FAULTS, at: number, call: () => Promise<unknown>) {
    const start = device.net.log.length
    const isTurn = (): boolean => device.net.log.length === start + at
    const { request, response }: Fault = FAULTS[fault]
    device.net.mutator = {
      request: () => (isTurn() ? request?.() : undefined),
      response: () => (isTurn() ? response?.() : undefined),
    }
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    device.net.mutator = {}
    expect(error === undefined || isLockstitchError(error)).toBe(true)
    return { isDone: error === undefined, requests: device.net.log.length - start }
  }

  test.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('recover, with %s at every request', async (fault) => {
    for (let at = 1, requests = 1; at <= requests; at++) {
      const { patient, thief, request } = await asked()
      world.backend.advance(DAY)
      const order = recovering(request, patient)
      const outcome = await cut(thief, fault, at, () => thief.escrow.recover(order))
      if (at === 1) requests = 5
      // Where it failed it is tried again; where it was done nevertheless, the new password works.
      if (!outcome.isDone)
        await thief.escrow
          .recover(order)
          .catch(() => thief.vault.unlock({ handle: order.handle, password: order.password }))
      expect(await thief.vault.load(Ledger, 'one')).toMatchObject({ name: 'x' })
      await expectCode(calls(world.device()).vault.unlock(secretOf(patient.person)), 'ERR_UNLOCK_FAILED')
    }
  })

  test.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('configure, with %s at every request', async (fault) => {
    const cards = await Promise.all(custodians.map(async ({ device }) => (await device.escrow.card()).card))
    for (let at = 1; at <= 3; at++) {
      const patient = await party('patient')
      const order = { with: secretOf(patient.person), custodians: cards, threshold: 2, delayMs: DAY }
      const { isDone } = await cut(patient.device, fault, at, () => patient.device.escrow.configure(order))
      const { escrow } = await patient.device.escrow.list()
      expect(isDone && escrow === null).toBe(false)
      await patient.device.escrow.configure(order)
      const slots = await patient.device.slots.list()
      expect(slots.map(({ kind }) => kind)).toEqual(['password', 'recovery', 'escrow'])
    }
  })
})
