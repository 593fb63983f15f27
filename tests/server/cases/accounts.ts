/** Enrolment, sessions and account states. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Answer, cookieOf, enrolment, type Patient, type TestServer } from '../support/server.ts'
import {
  b64u,
  confirmedState,
  firstState,
  KDF,
  makeAccount,
  nextState,
  stateHash,
  stateText,
} from '../support/writer.ts'
import type { Context } from './context.ts'

export function accountCases({ start }: Context): void {
  const login = (server: TestServer, body: unknown): Promise<Answer> => server.send('POST', '/v1/sessions', body)
  const put = (server: TestServer, { account, cookie }: Patient, state: string): Promise<Answer> =>
    server.send('PUT', '/v1/account/state', { state }, { cookie, signer: account })

  describe('an enrolment', () => {
    test('gives an account with a session and both ways in', async () => {
      const server = await start()
      const { account, state, cookie } = await server.enrol()
      const text = stateText(account, state)
      const states = await server.send('GET', '/v1/account/states', undefined, { cookie })
      expect(states.json).toEqual({ states: [text] })
      const kdf = await server.send('POST', '/v1/kdf', { handle: account.handle })
      expect(kdf.json).toEqual(KDF)
      const expected = { state: text, revision: 1, now: server.clock.now }
      const { handle, passwordSecret, locator, recoverySecret } = account
      expect((await login(server, { handle, secret: passwordSecret })).json).toEqual(expected)
      expect((await login(server, { locator, secret: recoverySecret })).json).toEqual(expected)
    })

    test('is refused whole', async () => {
      const server = await start()
      const known = await server.enrol()
      const account = makeAccount()
      const state = firstState(account)
      const good = enrolment(account, stateText(account, state))
      const enrol =
        (body: unknown, signer = account) =>
        () =>
          server.send('POST', '/v1/accounts', body, { signer })
      const withState = (text: unknown) => enrol({ ...good, state: text })
      const kdf = (change: object) => enrol({ ...good, password: { ...good.password, kdf: { ...KDF, ...change } } })
      await server.refuses(409, 'ERR_HANDLE_TAKEN', enrol({ ...good, handle: known.account.handle }))
      await server.refuses(
        409,
        'ERR_CONFLICT',
        enrol({ ...good, recovery: { ...good.recovery, locator: known.account.locator } }),
      )
      await server.refuses(
        409,
        'ERR_CONFLICT',
        enrol(
          enrolment({ ...account, ...known.account, handle: 'someone@else' }, stateText(known.account, known.state)),
          known.account,
        ),
      )
      await server.refuses(401, 'ERR_SIGNATURE_INVALID', enrol(good, known.account))
      await server.refuses(401, 'ERR_SIGNATURE_INVALID', () => server.send('POST', '/v1/accounts', good))
      await server.refuses(422, 'ERR_ACCOUNT_STATE', withState(stateText(account, state, known.account.privateKey)))
      await server.refuses(422, 'ERR_ACCOUNT_STATE', withState(stateText(account, confirmedState(state))))
      await server.refuses(422, 'ERR_FORMAT_INVALID', withState('John Doe'))
      await server.refuses(422, 'ERR_FORMAT_INVALID', withState({}))
      await server.refuses(422, 'ERR_KDF_PARAMS', kdf({ iterations: 599_999 }))
      await server.refuses(422, 'ERR_KDF_PARAMS', kdf({ salt: '' }))
      for (const handle of ['ab', 'Upper@example.org', ' spaced', 'x'.repeat(255), '\ud800aaa', 'ﬁne', 7]) {
        await server.refuses(422, 'ERR_HANDLE_INVALID', enrol({ ...good, handle }))
      }
      await server.refuses(400, 'ERR_FORMAT_INVALID', enrol({ ...good, admin: true }))
      await server.refuses(
        400,
        'ERR_FORMAT_INVALID',
        enrol({ ...good, recovery: { ...good.recovery, secret: b64u(Buffer.alloc(31)) } }),
      )
      expect(await server.send('POST', '/v1/accounts', good, { signer: account })).toMatchObject({ status: 201 })
    })

    test('whose answer was lost is answered again', async () => {
      const server = await start()
      const { account, state } = await server.enrol()
      const body = enrolment(account, stateText(account, state))
      const again = await server.send('POST', '/v1/accounts', body, { signer: account })
      expect(again).toMatchObject({ status: 201, json: { revision: 1, hash: stateHash(state) } })
      const cookie = cookieOf(again)
      expect(await server.send('GET', '/v1/account/states', undefined, { cookie })).toMatchObject({ status: 200 })
      await put(server, { account, cookie, state }, stateText(account, confirmedState(state)))
      await server.refuses(409, 'ERR_CONFLICT', () => server.send('POST', '/v1/accounts', body, { signer: account }))
    })
  })

  describe('a session', () => {
    test('starts with the right secret only, and an unknown name looks like a wrong secret', async () => {
      const server = await start()
      const { account } = await server.enrol()
      const wrong = b64u(Buffer.alloc(32, 1))
      const answers = [
        await server.refuses(401, 'ERR_UNLOCK_FAILED', () => login(server, { handle: account.handle, secret: wrong })),
        await server.refuses(401, 'ERR_UNLOCK_FAILED', () =>
          login(server, { handle: 'nobody@example.org', secret: wrong }),
        ),
        await server.refuses(401, 'ERR_UNLOCK_FAILED', () =>
          login(server, { locator: account.locator, secret: wrong }),
        ),
        await server.refuses(401, 'ERR_UNLOCK_FAILED', () =>
          login(server, { locator: b64u(Buffer.alloc(16)), secret: wrong }),
        ),
      ]
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      const names = answers.map(({ headers }) => [...headers.keys()].join())
      expect(new Set(names).size).toBe(1)
      const crossed = { handle: account.handle, secret: account.recoverySecret }
      await server.refuses(401, 'ERR_UNLOCK_FAILED', () => login(server, crossed))
    })

    test('an unknown handle has parameters like any other, and always the same', async () => {
      const server = await start()
      const { account } = await server.enrol()
      const kdf = async (handle: string) => (await server.send('POST', '/v1/kdf', { handle })).json
      const [known, unknown] = [await kdf(account.handle), await kdf('nobody@example.org')]
      expect(Object.keys(unknown)).toEqual(Object.keys(known))
      expect(unknown).toMatchObject({ hash: known['hash'], iterations: known['iterations'] })
      expect(String(unknown['salt'])).toHaveLength(String(known['salt']).length)
      expect(await kdf('nobody@example.org')).toEqual(unknown)
      expect((await kdf('nobody2@example.org'))['salt']).not.toBe(unknown['salt'])
    })

    test('lives 30 minutes after its last use, and ends when it is told to', async () => {
      const server = await start()
      const { cookie } = await server.enrol()
      const use = () => server.send('GET', '/v1/account/states', undefined, { cookie })
      for (let minutes = 0; minutes < 60; minutes += 29) {
        server.clock.now += 29 * 60_000
        expect(await use()).toMatchObject({ status: 200 })
      }
      server.clock.now += 30 * 60_000 + 1
      await server.refuses(401, 'ERR_SESSION', use)
      const another = await server.enrol()
      const end = () => server.send('DELETE', '/v1/sessions', undefined, { cookie: another.cookie })
      const ended = await end()
      expect(ended.status).toBe(204)
      expect(ended.headers.get('set-cookie')).toMatch(/^lockstitch=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/)
      await server.refuses(401, 'ERR_SESSION', end)
    })

    test('has a cookie that only this site can send and no script can read', async () => {
      for (const secure of [false, true]) {
        const server = await start({ secure })
        const { handle, passwordSecret } = (await server.enrol()).account
        const { headers } = await login(server, { handle, secret: passwordSecret })
        const name = secure ? '__Host-lockstitch' : 'lockstitch'
        const flags = `; Path=/; HttpOnly${secure ? '; Secure' : ''}; SameSite=Strict`
        expect(headers.get('set-cookie')).toMatch(new RegExp(`^${name}=[A-Za-z0-9_-]{43}${flags}$`))
      }
    })

    test('of somebody else, or a made-up one, is none', async () => {
      const [server, other] = [await start(), await start()]
      const { cookie } = await other.enrol()
      for (const stolen of [cookie, 'lockstitch=x', `lockstitch=${'A'.repeat(43)}`, 'lockstitch=']) {
        await server.refuses(401, 'ERR_SESSION', () =>
          server.send('GET', '/v1/account/states', undefined, { cookie: stolen }),
        )
      }
    })
  })

  describe('a state', () => {
    test('follows the stored one', async () => {
      const server = await start()
      const patient = await server.patient()
      const third = nextState(patient.state)
      const answer = await put(server, patient, stateText(patient.account, third))
      expect(answer.json).toEqual({ revision: 3, hash: stateHash(third) })
      const { cookie } = patient
      const states = await server.send('GET', '/v1/account/states?after=1', undefined, { cookie })
      expect(states.json['states']).toEqual([patient.state, third].map((state) => stateText(patient.account, state)))
    })

    test('that is older, skips one, loosens or is of another account is refused', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account, state } = patient
      const other = makeAccount()
      const refuses = (status: number, code: string, text: unknown) =>
        server.refuses(status, code, () => put(server, patient, text as string))
      const changed = (changes: Parameters<typeof nextState<typeof state>>[1]) =>
        stateText(account, nextState(state, changes))
      await refuses(409, 'ERR_CONFLICT', stateText(account, firstState(account)))
      await refuses(409, 'ERR_CONFLICT', stateText(account, state))
      await refuses(409, 'ERR_CONFLICT', stateText(account, nextState(nextState(state))))
      await refuses(409, 'ERR_CONFLICT', changed({ previous: stateHash(firstState(account)) }))
      await refuses(422, 'ERR_ACCOUNT_STATE', changed({ account: randomUUID() }))
      await refuses(422, 'ERR_ACCOUNT_STATE', stateText(other, nextState(firstState(other))))
      await refuses(422, 'ERR_ACCOUNT_STATE', stateText(account, nextState(state), other.privateKey))
      await refuses(422, 'ERR_ACCOUNT_STATE', changed({ keyring: state.keyring.slice(1) }))
      await refuses(422, 'ERR_ACCOUNT_STATE', changed({ policy: { minIterations: 0, minSuite: 1 } }))
      await refuses(422, 'ERR_ACCOUNT_STATE', changed({ slots: state.slots.slice(0, 1) }))
      await refuses(422, 'ERR_FORMAT_INVALID', changed({ slots: [] }))
      await refuses(422, 'ERR_FORMAT_INVALID', null)
    })

    test('race: one of many at once is stored', async () => {
      const server = await start()
      const patient = await server.patient()
      const rivals = Array.from({ length: 6 }, () => stateText(patient.account, nextState(patient.state)))
      const answers = await Promise.all(rivals.map((text) => put(server, patient, text)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    })
  })
}
