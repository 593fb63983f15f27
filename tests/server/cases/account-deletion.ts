/** Accounts that are deleted: by whose word, what goes, and what is left. */
import { describe, expect, test } from 'vitest'
import { verifyAudit } from '@lockstitch/server-stub'
import { certificate, destroyed, erasing, put, remove, TIME } from '../support/destroyed.ts'
import { type Answer, cookieOf, enrolment, refused, type TestServer } from '../support/server.ts'
import { b64u, firstState, makeAccount, nextState, type State, stateHash, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

export function accountDeletionCases({ start, store }: Context): void {
  const shown = async (server: TestServer, id: string): Promise<unknown> =>
    (await server.send('GET', `/v1/destroyed/${id}`)).json['certificate']

  describe('the deletion of an account', () => {
    test('leaves its audit log, which says so, and nothing else', async () => {
      const server = await start()
      const other = await server.patient()
      const before = await server.dump()
      const patient = await destroyed(server)
      const { account, state, cookie } = patient
      const text = certificate(account, state)
      expect(await shown(server, account.id)).toBe(null)
      const answer = await remove(server, patient, text)
      expect(answer).toMatchObject({ status: 200, json: { account: account.id } })
      expect(answer.headers.get('set-cookie')).toMatch(/Max-Age=0/)
      const left = new Set((await server.dump()).split('\n').filter((line) => !before.includes(line)))
      expect([...left].filter((line) => !line.startsWith('audit_log'))).toEqual([expect.stringMatching(/^accounts /)])
      const all = [...left].join('\n')
      for (const gone of [
        account.handle,
        stateText(account, state),
        state.slots[0]?.wrapped,
        state.identity.wrappedSigning,
      ])
        expect(all).not.toContain(gone)
      expect(await shown(server, account.id)).toBe(text)
      const scope = { db: store().db, tenant: server.tenant }
      expect(await verifyAudit(scope, account.id)).toMatchObject({ fault: null, isDestroyed: true })
      expect(await verifyAudit(scope, other.account.id)).toMatchObject({ fault: null, isDestroyed: false })
      // No way in, no session, and no second time.
      const { handle, passwordSecret, locator, recoverySecret } = account
      for (const login of [
        { handle, secret: passwordSecret },
        { locator, secret: recoverySecret },
      ])
        expect(await server.send('POST', '/v1/sessions', login)).toMatchObject(refused401('ERR_UNLOCK_FAILED'))
      expect(await server.send('GET', '/v1/keys', undefined, { cookie })).toMatchObject(refused401('ERR_SESSION'))
      expect(await remove(server, patient, text)).toMatchObject(refused401('ERR_SESSION'))
    })

    test('frees its handle for a new account, and its id for nobody', async () => {
      const server = await start()
      const patient = await destroyed(server)
      const { account, state } = patient
      await remove(server, patient, certificate(account, state))
      const first = firstState(account)
      const replayed = enrolment(account, stateText(account, first), first)
      expect(await server.send('POST', '/v1/accounts', replayed, { signer: account })).toMatchObject({ status: 409 })
      const next = await server.enrol(makeAccount(account.handle))
      const states = await server.send('GET', '/v1/account/states', undefined, { cookie: next.cookie })
      expect(states.json).toEqual({ states: [stateText(next.account, next.state)] })
      const log = await server.send('GET', '/v1/audit', undefined, { cookie: next.cookie })
      expect(log.json['entries']).toHaveLength(1)
    })

    test('is refused without the word of the account that every key is gone', async () => {
      const server = await start()
      const patient = await destroyed(server)
      const { account, state } = patient
      const stranger = await destroyed(server)
      const kids = state.keyring.map(({ kid }) => kid)
      for (const [changes, status, code] of [
        [{ kids: kids.slice(1) }, 422, 'ERR_ACCOUNT_STATE'],
        [{ kids: [...kids, stranger.state.keyring[0]?.kid] }, 422, 'ERR_ACCOUNT_STATE'],
        [{ kids: [kids[0], kids[0], kids[1]] }, 422, 'ERR_ACCOUNT_STATE'],
        [{ kids: [] }, 422, 'ERR_FORMAT_INVALID'],
        [{ destroyedAt: TIME + 1 }, 422, 'ERR_ACCOUNT_STATE'],
        [{ account: stranger.account.id }, 422, 'ERR_ACCOUNT_STATE'],
        [{ whole: undefined, classification: 'phi' }, 422, 'ERR_ACCOUNT_STATE'],
        [{ whole: undefined, record: { model: 'intake', id: 'r1' } }, 422, 'ERR_ACCOUNT_STATE'],
        [{ whole: false }, 422, 'ERR_FORMAT_INVALID'],
        [{ classification: 'phi' }, 422, 'ERR_FORMAT_INVALID'],
        [{ method: 'by hand' }, 422, 'ERR_FORMAT_INVALID'],
        [{ revision: 2 }, 409, 'ERR_CONFLICT'],
        [{ state: stateHash(stranger.state) }, 409, 'ERR_CONFLICT'],
      ] as const) {
        const outcome = await server.outcome(() => remove(server, patient, certificate(account, state, changes)))
        expect({ ...outcome, changes }).toMatchObject({ ...refused(status, code), changes })
      }
      const theirs = certificate(stranger.account, stranger.state)
      for (const text of [theirs, certificate(account, state, {}, stranger.account)]) {
        const outcome = await server.outcome(() => remove(server, patient, text))
        expect(outcome).toMatchObject(refused(422, 'ERR_SIGNATURE_INVALID'))
      }
      for (const body of [{}, { certificate: 7 }, { certificate: theirs, force: true }]) {
        const { cookie } = patient
        const ask = () => server.send('DELETE', '/v1/account', body, { cookie, signer: account })
        expect(await server.outcome(ask)).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      }
      // A thief of the cookie has no signature, a stranger another one.
      const body = { certificate: certificate(account, state) }
      for (const signer of [{}, { signer: stranger.account }]) {
        const ask = () => server.send('DELETE', '/v1/account', body, { cookie: patient.cookie, ...signer })
        expect(await server.outcome(ask)).toMatchObject(refused(401, 'ERR_SIGNATURE_INVALID'))
      }
      expect(await remove(server, patient, body.certificate)).toMatchObject({ status: 200 })
      // The stranger is still there.
      expect(await server.send('GET', '/v1/keys', undefined, { cookie: stranger.cookie })).toMatchObject({
        status: 200,
      })
    })

    test('is refused while a key is left, an old state is, or another device has made a key', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account, state } = patient
      const history = [stateHash(firstState(account)), stateHash(state)]
      const all = certificate(account, erasing(state, history))
      expect(await server.outcome(() => remove(server, patient, all))).toMatchObject(refused(409, 'ERR_CONFLICT'))
      // One classification is not the account, whatever the certificate says.
      const half = erasing(state, history, 'pii')
      expect(await put(server, patient, state, half)).toMatchObject({ status: 200 })
      const early = certificate(account, half)
      expect(await server.outcome(() => remove(server, patient, early))).toMatchObject(refused(409, 'ERR_CONFLICT'))
      const whole = erasing(half, [...history, stateHash(half)])
      expect(await put(server, patient, half, whole)).toMatchObject({ status: 200 })
      // Another device goes on with the account: a new key, in a state of its own.
      const { erased: _erased, ...lasting } = whole as State & { erased: object }
      const made = makeAccount().keys.phi
      const added = {
        classification: 'phi',
        version: 3,
        state: 'active',
        created: 5000,
        wrapped: b64u(Buffer.alloc(60)),
      }
      const after = {
        ...nextState(lasting as State, { keyring: [...lasting.keyring, { ...added, ...made }] }),
        previous: stateHash(whole),
      }
      expect(await put(server, patient, whole, after)).toMatchObject({ status: 200 })
      for (const text of [
        certificate(account, whole),
        certificate(account, whole, { kids: after.keyring.map(({ kid }) => kid) }),
      ])
        expect(await server.outcome(() => remove(server, patient, text))).toMatchObject(refused(409, 'ERR_CONFLICT'))
    })

    test('meets writes and sessions at the very same moment', async () => {
      const server = await start()
      const patient = await destroyed(server)
      const { account, state } = patient
      const { handle, passwordSecret: secret } = account
      const text = certificate(account, state)
      const { erased: _erased, ...lasting } = state as State & { erased: object }
      const answers = await Promise.all([
        remove(server, patient, text),
        server.send('POST', '/v1/sessions', { handle, secret }),
        put(server, patient, state, { ...nextState(lasting as State), previous: stateHash(state) }),
        remove(server, patient, text),
      ])
      expect(answers.filter(({ status, json }) => status === 200 && json['account'] === account.id)).toHaveLength(1)
      // A session that was just being started finds nothing.
      const cookie = cookieOf(answers[1] as Answer)
      const list = await server.send('GET', '/v1/records/intake', undefined, cookie === '' ? {} : { cookie })
      expect(list.json['records'] ?? []).toEqual([])
      expect(await server.send('POST', '/v1/sessions', { handle, secret })).toMatchObject({ status: 401 })
      expect(await shown(server, account.id)).toBe(text)
    })
  })
}

function refused401(code: string): object {
  return { status: 401, json: { code } }
}
