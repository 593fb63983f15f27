/** Enrolment, sessions and account states. */
import { describe, expect, test } from 'vitest'
import { type Answer, cookieOf, enrolment, type Patient, type TestServer, refused } from '../support/server.ts'
import {
  b64u,
  confirmedState,
  firstState,
  KDF,
  changeOf,
  makeAccount,
  stateHash,
  statementText,
  stateText,
} from '../support/writer.ts'
import type { Context } from './context.ts'

export function accountCases({ start }: Context): void {
  const login = (server: TestServer, body: unknown): Promise<Answer> => server.send('POST', '/v1/sessions', body)
  const put = (server: TestServer, { account, cookie, state }: Patient, next: unknown): Promise<Answer> =>
    server.send('PUT', '/v1/account/state', changeOf(account, state, next), { cookie, signer: account })

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
      const good = enrolment(account, stateText(account, state), state)
      const enrol =
        (body: unknown, signer = account) =>
        () =>
          server.send('POST', '/v1/accounts', body, { signer })
      const withState = (text: unknown) => enrol({ ...good, state: text })
      const [password, recovery] = state.slots as [object, object]
      const kdf = (change: object) =>
        withState(stateText(account, { ...state, slots: [{ ...password, kdf: { ...KDF, ...change } }, recovery] }))
      const login = (index: number, change: object) =>
        enrol({
          ...good,
          logins: good.logins.map((one, at) => (at === index ? { ...one, login: { ...one.login, ...change } } : one)),
        })
      expect(await server.outcome(login(0, { handle: known.account.handle }))).toMatchObject(
        refused(409, 'ERR_HANDLE_TAKEN'),
      )
      expect(await server.outcome(login(1, { locator: known.account.locator }))).toMatchObject(
        refused(409, 'ERR_CONFLICT'),
      )
      expect(
        await server.outcome(
          enrol(
            enrolment(
              { ...account, ...known.account, handle: 'someone@else' },
              stateText(known.account, known.state),
              known.state,
            ),
            known.account,
          ),
        ),
      ).toMatchObject(refused(409, 'ERR_CONFLICT'))
      expect(await server.outcome(enrol(good, known.account))).toMatchObject(refused(401, 'ERR_SIGNATURE_INVALID'))
      expect(await server.outcome(() => server.send('POST', '/v1/accounts', good))).toMatchObject(
        refused(401, 'ERR_SIGNATURE_INVALID'),
      )
      expect(await server.outcome(withState(stateText(account, state, known.account.privateKey)))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await server.outcome(withState(stateText(account, confirmedState(state))))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      for (const statement of ['', 'John Doe', statementText(account, null, state, { facts: [] })])
        expect((await server.outcome(enrol({ ...good, statement }))).status).toBe(422)
      for (const statement of [
        statementText(account, null, state, { facts: [] }),
        statementText(account, null, state, { revision: 2 }),
        statementText(account, null, state, { state: stateHash(known.state) }),
        statementText(account, null, state, { account: known.account.id }),
        statementText(account, null, state, {}, known.account.privateKey),
      ]) {
        expect(await server.outcome(enrol({ ...good, statement }))).toMatchObject(refused(422, 'ERR_AUDIT_BROKEN'))
      }
      expect(await server.outcome(withState('John Doe'))).toMatchObject(refused(422, 'ERR_FORMAT_INVALID'))
      expect(await server.outcome(withState({}))).toMatchObject(refused(422, 'ERR_FORMAT_INVALID'))
      expect(await server.outcome(kdf({ iterations: 599_999 }))).toMatchObject(refused(422, 'ERR_KDF_PARAMS'))
      expect(await server.outcome(kdf({ salt: '' }))).toMatchObject(refused(422, 'ERR_KDF_PARAMS'))
      for (const handle of ['ab', 'Upper@example.org', ' spaced', 'x'.repeat(255), '\ud800aaa', 'ﬁne', 7]) {
        expect(await server.outcome(login(0, { handle }))).toMatchObject(refused(422, 'ERR_HANDLE_INVALID'))
      }
      expect(await server.outcome(enrol({ ...good, admin: true }))).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      expect(await server.outcome(login(1, { secret: b64u(Buffer.alloc(31)) }))).toMatchObject(
        refused(400, 'ERR_FORMAT_INVALID'),
      )
      // One login for each slot, of the slot's kind: no more, no fewer, no others.
      const [first, second] = good.logins
      for (const logins of [
        [],
        [first],
        [first, first],
        [first, second, second],
        [first, { ...second, slot: first?.slot }],
        [first, { ...second, slot: 'AAAAAAAAAAAAAAAAAAAAAA' }],
        [
          { ...first, login: second?.login },
          { ...second, login: first?.login },
        ],
      ]) {
        expect(await server.outcome(enrol({ ...good, logins }))).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      }
      expect(await server.send('POST', '/v1/accounts', good, { signer: account })).toMatchObject({ status: 201 })
    })

    test('whose answer was lost is answered again', async () => {
      const server = await start()
      const { account, state } = await server.enrol()
      const body = enrolment(account, stateText(account, state), state)
      const again = await server.send('POST', '/v1/accounts', body, { signer: account })
      expect(again).toMatchObject({ status: 201, json: { revision: 1, hash: stateHash(state) } })
      const cookie = cookieOf(again)
      expect(await server.send('GET', '/v1/account/states', undefined, { cookie })).toMatchObject({ status: 200 })
      await put(server, { account, cookie, state }, stateText(account, confirmedState(state)))
      expect(await server.outcome(() => server.send('POST', '/v1/accounts', body, { signer: account }))).toMatchObject(
        refused(409, 'ERR_CONFLICT'),
      )
    })
  })

  describe('a session', () => {
    test('starts with the right secret only, and an unknown name looks like a wrong secret', async () => {
      const server = await start()
      const { account } = await server.enrol()
      const wrong = b64u(Buffer.alloc(32, 1))
      const { handle, locator } = account
      const answers: Answer[] = []
      // That somebody tried is written down, after the answer.
      const tries = ({ changed }: { changed: readonly string[] }) =>
        changed.filter((row) => !row.includes('session.refused'))
      for (const name of [
        { handle },
        { handle: 'nobody@example.org' },
        { locator },
        { locator: b64u(Buffer.alloc(16)) },
      ]) {
        const answer = await server.outcome(() => login(server, { ...name, secret: wrong }))
        expect({ ...answer, changed: tries(answer) }).toMatchObject(refused(401, 'ERR_UNLOCK_FAILED'))
        answers.push(answer)
      }
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      const names = answers.map(({ headers }) => [...headers.keys()].join())
      expect(new Set(names).size).toBe(1)
      const crossed = { handle: account.handle, secret: account.recoverySecret }
      const answer = await server.outcome(() => login(server, crossed))
      expect({ ...answer, changed: tries(answer) }).toMatchObject(refused(401, 'ERR_UNLOCK_FAILED'))
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
      expect(await server.outcome(use)).toMatchObject(refused(401, 'ERR_SESSION'))
      const another = await server.enrol()
      const end = () => server.send('DELETE', '/v1/sessions', undefined, { cookie: another.cookie })
      const ended = await end()
      expect(ended.status).toBe(204)
      expect(ended.headers.get('set-cookie')).toMatch(/^lockstitch=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/)
      expect(await server.outcome(end)).toMatchObject(refused(401, 'ERR_SESSION'))
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
        expect(
          await server.outcome(() => server.send('GET', '/v1/account/states', undefined, { cookie: stolen })),
        ).toMatchObject(refused(401, 'ERR_SESSION'))
      }
    })
  })
}
