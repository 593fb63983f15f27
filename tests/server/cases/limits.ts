/** Rates, failures without detail, logs, health and headers. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createLog } from '@lockstitch/server-stub'
import { intake } from '../support/sealed.ts'
import { type Answer, enrolment, kms, type TestServer, refused } from '../support/server.ts'
import { b64u, firstState, makeAccount, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

const wrong = b64u(Buffer.alloc(32, 1))

export function limitCases({ start }: Context): void {
  const limited = (answer: Answer): void => {
    expect(answer).toMatchObject({ status: 429, json: { code: 'ERR_RATE_LIMITED' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const enrol = (server: TestServer) => {
    const account = makeAccount()
    return server.send('POST', '/v1/accounts', enrolment(account, stateText(account, firstState(account))), {
      signer: account,
    })
  }

  const randomOf = (bytes: number): string => b64u(randomBytes(bytes))
  const ask = (server: TestServer, handle: string) => {
    const body = { handle, locator: randomOf(16), secret: randomOf(32), key: randomOf(32) }
    return server.send('POST', '/v1/escrow/requests', body)
  }

  describe('a rate limits', () => {
    test('failed session starts of one handle, known or not, and only failed ones', async () => {
      const server = await start()
      const { account } = await server.enrol()
      for (const [handle, secret] of [
        [account.handle, account.passwordSecret],
        ['nobody@example.org', wrong],
      ] as const) {
        const login = (with_: string) => server.send('POST', '/v1/sessions', { handle, secret: with_ })
        for (let i = 0; i < 12 && secret !== wrong; i++) expect(await login(secret)).toMatchObject({ status: 200 })
        for (let i = 0; i < 10; i++) expect(await login(wrong)).toMatchObject({ status: 401 })
        limited(await login(secret))
        limited(await login(wrong))
        server.clock.now += 60_001
        expect((await login(secret)).status).toBe(secret === wrong ? 401 : 200)
      }
    })

    test('failed session starts of many handles from one address', async () => {
      let address = 'a'
      const server = await start({ clientAddress: () => address })
      const login = (index: number) => server.send('POST', '/v1/sessions', { handle: `user-${index}`, secret: wrong })
      const many = await Promise.all(Array.from({ length: 102 }, (_, index) => login(index)))
      expect(many.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
        ...Array.from({ length: 100 }, () => 401),
        429,
        429,
      ])
      address = 'b'
      expect(await login(1)).toMatchObject({ status: 401 })
    })

    test('enrolments from one address', async () => {
      const server = await start()
      for (let i = 0; i < 20; i++) expect(await enrol(server)).toMatchObject({ status: 201 })
      limited(await enrol(server))
      server.clock.now += 3_600_001
      expect(await enrol(server)).toMatchObject({ status: 201 })
    })

    test('requests for the escrow of one handle, known or not', async () => {
      let address = 0
      const server = await start({ clientAddress: () => `${address++}` })
      const { account } = await server.enrol()
      for (const handle of [account.handle, 'nobody-at-all@example.org']) {
        for (let i = 0; i < 10; i++) expect(await ask(server, handle)).toMatchObject({ status: 201 })
        // Whoever asks, from wherever.
        limited(await ask(server, handle))
        expect(await ask(server, `another-${handle}`)).toMatchObject({ status: 201 })
        server.clock.now += 3_599_000
        limited(await ask(server, handle))
        server.clock.now += 1001
        expect(await ask(server, handle)).toMatchObject({ status: 201 })
      }
    })

    test('requests for an escrow from one address, whosever it is', async () => {
      let address = 'a'
      const server = await start({ clientAddress: () => address })
      for (let i = 0; i < 20; i++) expect(await ask(server, `user-${i}@example.org`)).toMatchObject({ status: 201 })
      limited(await ask(server, 'one-more@example.org'))
      address = 'b'
      expect(await ask(server, 'one-more@example.org')).toMatchObject({ status: 201 })
      address = 'a'
      server.clock.now += 3_600_001
      expect(await ask(server, 'one-more@example.org')).toMatchObject({ status: 201 })
    })

    test('what is asked about an escrow from one address: whose account it is, and how a request stands', async () => {
      let address = 'a'
      const server = await start({
        clientAddress: () => address,
        limits: { sessionRequests: { count: 3, ms: 60_000 } },
      })
      const identity = () => server.send('POST', '/v1/escrow/identity', { handle: 'nobody@example.org' })
      const follow = () => server.send('POST', '/v1/escrow/follow', { locator: randomOf(16), secret: randomOf(32) })
      for (const [request, status] of [
        [identity, 200],
        [follow, 404],
      ] as const) {
        address = 'a'
        for (let i = 0; i < 3; i++) expect(await request()).toMatchObject({ status })
        limited(await request())
        address = 'b'
        expect(await request()).toMatchObject({ status })
      }
    })

    test('requests of one session', async () => {
      const server = await start({ limits: { sessionRequests: { count: 5, ms: 60_000 } } })
      const [mine, other] = [await server.enrol(), await server.enrol()]
      const use = (cookie: string) => server.send('GET', '/v1/account/states', undefined, { cookie })
      for (let i = 0; i < 5; i++) expect(await use(mine.cookie)).toMatchObject({ status: 200 })
      limited(await use(mine.cookie))
      expect(await use(other.cookie)).toMatchObject({ status: 200 })
    })
  })

  describe('a failure', () => {
    test('says nothing of what failed, in the answer or in the log', async () => {
      const lines: string[] = []
      let broken = false
      const failing = {
        ...kms,
        unwrap: (...given: Parameters<typeof kms.unwrap>) => (broken ? explode() : kms.unwrap(...given)),
      }
      const log = createLog('info', { write: (line) => void lines.push(line) })
      const server = await start({ kms: failing, log })
      const patient = await server.patient()
      broken = true
      const answer = await server.outcome(() => server.write(patient, intake(patient.account, 'r1')))
      expect(answer).toMatchObject(refused(500, 'ERR_SERVER'))
      expect(answer.json).toEqual({ type: 'about:blank', status: 500, title: 'the server failed', code: 'ERR_SERVER' })
      expect(lines.join('')).not.toContain('John Doe')
      expect(lines.join('')).toContain('"failure":{"name":"RangeError"')
    })

    test('is logged like every request: with an id, and with nothing that came in', async () => {
      const lines: string[] = []
      const server = await start({ log: createLog('info', { write: (line) => void lines.push(line) }) })
      const patient = await server.patient()
      const sealed = intake(patient.account, 'record-id-1')
      const stored = await server.write(patient, sealed)
      await server.send('GET', '/v1/records/intake/record-id-1?x=query-value', undefined, { cookie: patient.cookie })
      await server.send('GET', '/secret-path')
      const text = lines.join('')
      const values = [
        patient.account.handle,
        patient.account.id,
        patient.cookie.split('=')[1],
        'record-id-1',
        'query-value',
        'secret-path',
        'Acme',
      ]
      for (const value of values) expect(text).not.toContain(value)
      expect(text).toContain(String(stored.headers.get('x-request-id')))
      for (const line of lines) {
        const members = Object.keys(JSON.parse(line) as object).sort()
        expect(members).toEqual(['level', 'method', 'ms', 'request', 'route', 'status', 'time'])
      }
      expect(text).toContain('"route":"/v1/records/:model/:id"')
    })
  })

  test('an unknown route is a problem too', async () => {
    const server = await start()
    for (const [method, path] of [
      ['GET', '/v1/unknown'],
      ['PUT', '/v1/records'],
      ['GET', '/'],
      ['POST', '/v1/records/'],
    ] as const) {
      expect(await server.send(method, path)).toMatchObject({ status: 404, json: { code: 'ERR_REJECTED_BY_SERVER' } })
    }
  })

  test('every answer has the headers that make a browser careful', async () => {
    for (const secure of [false, true]) {
      const server = await start({ secure })
      for (const path of ['/healthz', '/v1/records/intake', '/v1/unknown']) {
        const { headers } = await server.send('GET', path)
        expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
        expect(headers.get('cache-control')).toBe('no-store')
        expect(headers.get('x-content-type-options')).toBe('nosniff')
        expect(headers.get('referrer-policy')).toBe('no-referrer')
        expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
        expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
        expect(headers.has('strict-transport-security')).toBe(secure)
        expect(headers.has('access-control-allow-origin')).toBe(false)
      }
    }
  })

  test('it is healthy while it runs and ready while its database answers', async () => {
    let ready = true
    const server = await start({ isReady: () => ready })
    expect((await server.send('GET', '/healthz')).json).toEqual({ status: 'ok' })
    expect((await server.send('GET', '/readyz')).json).toEqual({ status: 'ok' })
    ready = false
    expect(await server.send('GET', '/readyz')).toMatchObject({ status: 503 })
    const down = await start({ store: { ...server.store, ping: () => Promise.reject(new Error('down')) } })
    expect(await down.send('GET', '/readyz')).toMatchObject({ status: 503 })
    expect(await down.send('GET', '/healthz')).toMatchObject({ status: 200 })
  })
}

function explode(): never {
  throw new RangeError('cannot open the name John Doe')
}
