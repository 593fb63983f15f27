/** Device slots, logins that work once, and the mailbox of links, as whoever has only the wire sees them. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createLeakScan } from '../../support/leak-scan.ts'
import { type Answer, cookieOf, enrolment, type Patient, refused, type TestServer } from '../support/server.ts'
import {
  changeOf,
  statementText,
  b64u,
  firstState,
  makeAccount,
  nextState,
  type State,
  stateText,
} from '../support/writer.ts'
import type { Context } from './context.ts'

const DAY = 86_400_000
const NO_LIMIT = { count: 1_000_000, ms: 60_000 }
const UNLIMITED = { limits: { loginsByName: NO_LIMIT, loginsByAddress: NO_LIMIT } }
const slotOf = (members: object) => {
  const id = b64u(randomBytes(16))
  return { id, wrapped: b64u(Buffer.alloc(60, 3)), created: 1, confirmed: null, ...members }
}

/** A device of a patient, as it knows itself. */
interface Device {
  readonly patient: Patient
  readonly state: State
  readonly id: string
  readonly secret: string
  readonly share: string
}

const put = (server: TestServer, { account, cookie, state }: Patient, next: object, logins: readonly object[]) => {
  const body = { ...changeOf(account, state, stateText(account, next)), logins }
  return server.send('PUT', '/v1/account/state', body, { cookie, signer: account })
}

async function withDevice(server: TestServer, limits: object = {}): Promise<Device> {
  const patient = await server.patient()
  const times = { idle: 14 * DAY, until: server.clock.now + 90 * DAY, ...limits }
  const slot = slotOf({ kind: 'device', name: b64u(randomBytes(156)), ...times })
  const state = nextState(patient.state, { slots: [...patient.state.slots, slot] })
  const [secret, share] = [b64u(randomBytes(32)), b64u(randomBytes(32))] as const
  const login = { device: slot.id, secret, share }
  expect(await put(server, patient, state, [{ slot: slot.id, login }])).toMatchObject({ status: 200 })
  return { patient: { ...patient, state }, state, id: slot.id, secret, share }
}

const start = (server: TestServer, { id }: Device, secret: string) =>
  server.send('POST', '/v1/sessions', { device: id, secret })
const wrong = () => b64u(randomBytes(32))
const count = (answers: readonly Answer[]) => {
  const kinds = answers.map(({ status, json }) => `${status} ${json.code ?? ''}${Number(json['triesLeft'] ?? 0) || ''}`)
  return Object.fromEntries(
    [...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]),
  )
}

export function deviceCases({ start: startServer }: Context): void {
  describe('a device slot', () => {
    test('gets its share for its secret, and nothing else does', async () => {
      const server = await startServer()
      const device = await withDevice(server)
      const opened = await start(server, device, device.secret)
      expect(opened).toMatchObject({ status: 200, json: { share: device.share, revision: 3 } })
      const cookie = cookieOf(opened)
      expect(await server.send('GET', '/v1/account/devices', undefined, { cookie })).toMatchObject({
        json: { devices: [{ slot: device.id, used: server.clock.now, triesLeft: 5 }] },
      })
      expect(await start(server, { ...device, id: b64u(randomBytes(16)) }, device.secret)).toMatchObject({
        status: 401,
        json: { code: 'ERR_DEVICE_REVOKED' },
      })
      // The share goes with its slot: another device's secret, which is right, gets that device's.
      const other = await withDevice(server)
      expect(await start(server, other, device.secret)).toMatchObject({ status: 401, json: { triesLeft: 4 } })
      expect(await start(server, other, other.secret)).toMatchObject({ status: 200, json: { share: other.share } })
    })

    test('opens nothing for a thief of the database', async () => {
      const server = await startServer()
      const { secret, share } = await withDevice(server)
      const scan = createLeakScan({
        secret: Buffer.from(secret, 'base64url'),
        share: Buffer.from(share, 'base64url'),
      })
      expect(scan('database', await server.dump())).toEqual([])
    })

    test('is tried five times, however many tries come at once, and never again', async () => {
      // Looking at one takes so long that all of them have come before the first is refused.
      const server = await startServer({ ...UNLIMITED, loginCost: 16 })
      const device = await withDevice(server)
      // A right one among them, behind the first five, is not even looked at.
      const secrets = Array.from({ length: 40 }, (_, index) => (index === 30 ? device.secret : wrong()))
      const tries = await Promise.all(secrets.map((secret) => start(server, device, secret)))
      const counted = tries
        .filter(({ json }) => json.code === 'ERR_PIN_WRONG')
        .map(({ json }) => Number(json['triesLeft']))
      expect(counted.sort((a, b) => a - b)).toEqual([1, 2, 3, 4])
      // The fifth destroyed the share; whoever came while they were checked was not even looked at.
      expect(tries.some(({ json }) => json.code === 'ERR_DEVICE_REVOKED')).toBe(true)
      expect(tries.every(({ status }) => status === 401 || status === 429)).toBe(true)
      expect(await start(server, device, device.secret)).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
      expect(await server.dump()).toMatch(/"share":null/)
      expect((await server.dump()).match(/device\.pin-wrong/g)).toHaveLength(5)
      const { cookie } = device.patient
      expect(await server.send('GET', '/v1/account/devices', undefined, { cookie })).toMatchObject({
        json: { devices: [{ triesLeft: 0 }] },
      })
    })

    test('counts across a restart of the server', async () => {
      const server = await startServer(UNLIMITED)
      const device = await withDevice(server)
      for (const triesLeft of [4, 3, 2, 1]) {
        const restarted = await startServer({ ...UNLIMITED, tenant: server.tenant })
        expect(await start(restarted, device, wrong())).toMatchObject({ status: 401, json: { triesLeft } })
      }
      const restarted = await startServer({ ...UNLIMITED, tenant: server.tenant })
      expect(await start(restarted, device, wrong())).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
      expect(await start(restarted, device, device.secret)).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
    })

    test('takes back what was wrong before a right one, and not what came after', async () => {
      const server = await startServer(UNLIMITED)
      const device = await withDevice(server)
      for (let round = 0; round < 3; round++) {
        for (const triesLeft of [4, 3, 2, 1])
          expect(await start(server, device, wrong())).toMatchObject({ json: { triesLeft } })
        expect(await start(server, device, device.secret)).toMatchObject({ status: 200 })
      }
      const mixed = await Promise.all(
        Array.from({ length: 40 }, (_, index) => start(server, device, index === 0 ? device.secret : wrong())),
      )
      const { json } = await start(server, device, device.secret)
      // At most five wrong ones were looked at beside the right one.
      expect(count(mixed)['401 ERR_PIN_WRONG4'] ?? 0).toBeLessThanOrEqual(2)
      expect(json.code).toBe('ERR_DEVICE_REVOKED')
    })

    test.each([
      ['idle time', 14 * DAY, 14 * DAY + 1],
      ['its end', 80 * DAY, 90 * DAY + 1],
    ])('is destroyed after %s', async (_, used, over) => {
      const server = await startServer()
      const device = await withDevice(server, used > 14 * DAY ? { idle: 90 * DAY } : {})
      const began = server.clock.now
      server.clock.now = began + used
      expect(await start(server, device, device.secret)).toMatchObject({ status: 200 })
      server.clock.now = (used > 14 * DAY ? began : server.clock.now) + over
      expect(await start(server, device, device.secret)).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
      expect(await server.dump()).toMatch(/"share":null/)
      server.clock.now = began
      expect(await start(server, device, device.secret)).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
    })

    test('that is revoked takes login, share and sessions with it', async () => {
      const server = await startServer()
      const device = await withDevice(server)
      const cookie = cookieOf(await start(server, device, device.secret))
      const slots = device.state.slots.filter(({ id }) => id !== device.id)
      expect(await put(server, device.patient, nextState(device.state, { slots }), [])).toMatchObject({ status: 200 })
      expect(await server.send('GET', '/v1/account/devices', undefined, { cookie })).toMatchObject({ status: 401 })
      expect(await start(server, device, device.secret)).toMatchObject({ json: { code: 'ERR_DEVICE_REVOKED' } })
      expect(await server.dump()).not.toMatch(/device_logins/)
    })

    test('comes with a login of its own kind and its own id, and not with a new account', async () => {
      const server = await startServer()
      const { patient, state: before, id } = await withDevice(server)
      const slot = slotOf({ kind: 'device', name: b64u(randomBytes(156)), idle: DAY, until: 1 })
      const next = nextState(before, { slots: [...before.slots, slot] })
      const [secret, share] = [wrong(), wrong()]
      for (const login of [
        { device: id, secret, share },
        { device: slot.id, secret },
        { device: slot.id, secret, share: b64u(randomBytes(31)) },
        { locator: b64u(randomBytes(16)), secret },
        { locator: b64u(randomBytes(16)), secret, share },
      ]) {
        const outcome = await server.outcome(() => put(server, patient, next, [{ slot: slot.id, login }]))
        expect(outcome).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      }
      const account = makeAccount()
      const first = firstState(account)
      const { logins } = enrolment(account, '')
      const state = { ...first, slots: [...first.slots, slot] }
      const body = {
        state: stateText(account, state),
        statement: statementText(account, null, state),
        logins: [...logins, { slot: slot.id, login: { device: slot.id, secret, share } }],
      }
      const outcome = await server.outcome(() => server.send('POST', '/v1/accounts', body, { signer: account }))
      expect(outcome).toMatchObject(refused(422, 'ERR_ACCOUNT_STATE'))
    })
  })

  describe('a login that works once', () => {
    async function withLink(server: TestServer) {
      const patient = await server.patient()
      const slot = slotOf({ kind: 'link' })
      const state = nextState(patient.state, { slots: [...patient.state.slots, slot] })
      const login = { locator: b64u(randomBytes(16)), secret: wrong() }
      expect(await put(server, patient, state, [{ slot: slot.id, login }])).toMatchObject({ status: 200 })
      return { patient: { ...patient, state }, state, login }
    }

    test('works once, also when it is used many times at once', async () => {
      const server = await startServer(UNLIMITED)
      const { login } = await withLink(server)
      const all = await Promise.all(Array.from({ length: 10 }, () => server.send('POST', '/v1/sessions', login)))
      expect(count(all)).toEqual({ '200 ': 1, '401 ERR_UNLOCK_FAILED': 9 })
    })

    test('works for ten minutes', async () => {
      const server = await startServer()
      const { login } = await withLink(server)
      server.clock.now += 600_001
      expect(await server.send('POST', '/v1/sessions', login)).toMatchObject({ status: 401 })
    })
  })

  describe('the mailbox of a link', () => {
    const channel = () => b64u(randomBytes(16))
    const at = (name: string, step = 'offer') => `/v1/links/${name}/${step}`

    test('keeps the first message of a step, for ten minutes', async () => {
      const server = await startServer()
      const name = channel()
      expect(await server.send('GET', at(name))).toMatchObject({ status: 200, json: { message: null } })
      expect(await server.send('PUT', at(name), { message: 'first' })).toMatchObject({ status: 200 })
      expect(await server.send('PUT', at(name), { message: 'first' })).toMatchObject({ status: 200 })
      expect(await server.send('PUT', at(name), { message: 'second' })).toMatchObject({ status: 409 })
      expect(await server.send('GET', at(name))).toMatchObject({ json: { message: 'first' } })
      expect(await server.send('GET', at(name, 'secret'))).toMatchObject({ json: { message: null } })
      server.clock.now += 600_001
      expect(await server.send('GET', at(name))).toMatchObject({ json: { message: null } })
    })

    test('takes short messages for named steps, and not many', async () => {
      const server = await startServer()
      for (const [path, message] of [
        [at('short'), 'x'],
        [at(channel(), 'other'), 'x'],
        [at(channel()), ''],
        [at(channel()), 'x'.repeat(513)],
        [at(channel()), 'not base64url!'],
        [at(channel()), 5],
      ] as const) {
        const outcome = await server.outcome(() => server.send('PUT', path, { message }))
        expect(outcome).toMatchObject({ status: path.endsWith('other') ? 404 : 400, changed: [] })
      }
      const many = []
      for (let i = 0; i < 61; i++) many.push(await server.send('PUT', at(channel()), { message: 'x' }))
      expect(count(many)).toEqual({ '200 ': 60, '429 ERR_RATE_LIMITED': 1 })
    })
  })
}
