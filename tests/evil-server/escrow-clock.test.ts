/** A65: an escrow seen by devices whose own clock is wrong: every time that counts is the server's. */
import { afterEach, describe, expect, test } from 'vitest'
import { Ledger } from '../support/models.ts'
import { shiftClock } from './support/clock.ts'
import { anna, approve, ben, calls, DAY, entrusted, HOUR, recovering, world } from './support/escrow.ts'
import { expectCode } from './support/oracles.ts'

describe('A65 a device whose clock is a year off', () => {
  const YEAR = 366 * DAY
  let putRight = (): void => undefined
  afterEach(() => putRight())

  describe.each([
    ['ahead', YEAR],
    ['behind', -YEAR],
  ])('%s', (_way, by) => {
    /** With the clock of a device wrong; the server's and everybody else's are right. */
    async function wrong<T>(work: () => Promise<T>): Promise<T> {
      const shift = shiftClock(by)
      putRight = () => {
        shift()
        world.backend.advance(by)
        putRight = () => undefined
      }
      world.backend.advance(-by)
      try {
        return await work()
      } finally {
        putRight()
      }
    }

    test('asks, approves and recovers: the delay is the server’s, neither shorter nor longer', async () => {
      const patient = await entrusted()
      await patient.device.vault.saveMany(Ledger, [{ id: 'one', name: 'x' }])
      const fresh = calls(world.device())
      const request = await wrong(() => fresh.escrow.request({ handle: patient.person.handle }))
      // When it ends is told by the server's clock, as to a device whose own is right.
      const { expires } = await calls(world.device()).escrow.request({ handle: 'nobody-here@example.org' })
      expect(Math.abs(request.expires.getTime() - expires.getTime())).toBeLessThan(HOUR)
      await wrong(() => approve(anna, patient, request))
      await approve(ben, patient, request)
      await wrong(() => expectCode(fresh.escrow.recover(recovering(request, patient)), 'ERR_ESCROW_WAITING'))
      world.backend.advance(DAY - HOUR)
      await wrong(() => expectCode(fresh.escrow.recover(recovering(request, patient)), 'ERR_ESCROW_WAITING'))
      world.backend.advance(HOUR)
      await wrong(() => fresh.escrow.recover(recovering(request, patient)))
      expect(await fresh.vault.load(Ledger, 'one')).toMatchObject({ name: 'x' })
      expect((await fresh.escrow.list()).escrow).toBeNull()
      await fresh.vault.lock()
      await fresh.vault.unlock({ handle: patient.person.handle, password: recovering(request, patient).password })
    })

    test('sets it up and cancels: what it shows of a request is the server’s time', async () => {
      const patient = await wrong(() => entrusted())
      const requester = calls(world.device())
      const request = await requester.escrow.request({ handle: patient.person.handle })
      const [seen] = await wrong(async () => (await patient.device.escrow.list()).requests)
      const held = (await anna.device.escrow.list()).custody.find(({ account }) => account === patient.person.account)
      expect([seen?.created, seen?.opens]).toEqual([held?.requests[0]?.created, held?.requests[0]?.opens])
      expect((seen?.opens?.getTime() ?? 0) - (seen?.created.getTime() ?? 0)).toBe(DAY)
      await wrong(() => patient.device.escrow.cancel(seen?.id as string))
      expect((await requester.escrow.follow(request.code)).state).toBe('cancelled')
    })
  })
})
