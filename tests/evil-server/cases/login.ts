/** A07 to A09: the login tells the server nothing but itself, and the server cannot say whose account it is. */
import { describe, expect, test } from 'vitest'
import { answer } from '../../support/evil.ts'
import { Ledger } from '../../support/models.ts'
import { edited, instead, isFor, loginOf } from '../support/forge.ts'
import { expectCode, expectRefused } from '../support/oracles.ts'
import { CANARIES, createWorld, expectNoLeak } from '../support/world.ts'

const world = await createWorld()
const { person, device: home } = await world.enrol('ada')
const { handle, password } = person

describe('the login tells nothing but itself', () => {
  test('A07 what a client sends does not depend on the wrapped keys that it is given', async () => {
    const others: Record<string, unknown>[] = []
    const device = world.device()
    for (let index = 0; index < 5; index++) {
      const eve = index === 0 ? undefined : `ls1a.${'A'.repeat(index * 4)}.${'B'.repeat(86)}`
      const start = device.net.log.length
      device.net.mutator = edited('POST', '/v1/sessions', (body: { state: string }) => ({
        ...body,
        state: eve ?? body.state,
      }))
      if (eve === undefined) await device.vault.unlock({ handle, password })
      else await expectCode(device.vault.unlock({ handle, password }), 'ERR_FORMAT_INVALID')
      others.push(...device.net.log.slice(start).map((request) => ({ ...request })))
    }
    expect(others).toHaveLength(10)
    expect(new Set(others.map((request) => JSON.stringify(request))).size).toBe(2)
  })

  test('A07 a thousand challenges get no answer', async () => {
    const { vault, net } = home
    await vault.saveMany(Ledger, [{ id: 'one', name: CANARIES.name }])
    const start = net.log.length
    net.mutator = edited('GET', '/v1/records/ledger/one', ({ record }: { record: { $seal: string } }) => ({
      record: { ...record, $seal: `${record.$seal.slice(0, -8)}${crypto.randomUUID().slice(0, 8)}` },
    }))
    const sealed = await vault.load(Ledger, 'one').catch(() => undefined)
    expect(sealed).toBeUndefined()
    for (let index = 0; index < 999; index++)
      await expectCode(vault.load(Ledger, 'one'), 'ERR_OPEN_FAILED', 'ERR_FORMAT_INVALID')
    const asked = net.log.slice(start)
    expect(asked).toHaveLength(1000)
    expect(new Set(asked.map((request) => JSON.stringify(request))).size).toBe(1)
  })

  test('A09 every spelling of a handle is the one account', async () => {
    const { person: wide } = await world.enrol('ｆｕｌｌ-Width')
    const device = world.device()
    await device.vault.unlock({ handle: `  ${wide.handle.normalize('NFKC').toUpperCase()} `, password: wide.password })
    expect((await device.vault.status()).account).toBe(wide.account)
    const handles = device.net.log.filter((one) => isFor(one, 'POST', /kdf|sessions/)).map(({ body = '' }) => body)
    for (const body of handles)
      expect((JSON.parse(body) as { handle: string }).handle).toBe(wide.handle.normalize('NFKC').trim().toLowerCase())
  })

  test('A09 the state of another account is not mine, whatever the server calls it', async () => {
    const eve = await world.enrol('eve')
    const device = world.device()
    const theirs = await eve.device.net.send(loginOf(eve.device.net.log))
    await expectRefused(
      device,
      { request: (request) => (isFor(request, 'POST', '/v1/sessions') ? answer(200, theirs.body) : undefined) },
      () => device.vault.unlock({ handle, password }),
      'ERR_UNLOCK_FAILED',
    )
    await device.vault.unlock({ handle, password })
  })

  test('A08 an enrolment that is refused tells no password', async () => {
    for (const status of [400, 404, 409, 426]) {
      const device = world.device()
      device.net.mutator = instead('POST', '/v1/accounts', status, { code: 'ERR_FORMAT_VERSION', legacy: true })
      const fresh = { handle: `refused-${status}@example.org`, password: `${password} ${status}` }
      await expectCode(device.vault.enrol(fresh), 'ERR_REJECTED_BY_SERVER')
      expect(device.net.log.map(({ path }) => path)).toEqual(['/v1/accounts'])
      expectNoLeak({ password: fresh.password }, 'the requests', device.net.log)
    }
  })
})
