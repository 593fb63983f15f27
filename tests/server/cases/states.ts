/** Enrolment, sessions and account states. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Answer, type Patient, type TestServer, refused } from '../support/server.ts'
import { firstState, changeOf, makeAccount, nextState, stateHash, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

/** Changes of the account state. */
export function stateCases({ start }: Context): void {
  const put = (server: TestServer, { account, cookie, state }: Patient, next: unknown): Promise<Answer> =>
    server.send('PUT', '/v1/account/state', changeOf(account, state, next), { cookie, signer: account })

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
      const outcome = (text: unknown) => server.outcome(() => put(server, patient, text))
      const changed = (changes: Parameters<typeof nextState<typeof state>>[1]) =>
        stateText(account, nextState(state, changes))
      expect(await outcome(stateText(account, firstState(account)))).toMatchObject(refused(409, 'ERR_CONFLICT'))
      expect(await outcome(stateText(account, state))).toMatchObject(refused(409, 'ERR_CONFLICT'))
      expect(await outcome(stateText(account, nextState(nextState(state))))).toMatchObject(refused(409, 'ERR_CONFLICT'))
      expect(await outcome(changed({ previous: stateHash(firstState(account)) }))).toMatchObject(
        refused(409, 'ERR_CONFLICT'),
      )
      expect(await outcome(changed({ account: randomUUID() }))).toMatchObject(refused(422, 'ERR_ACCOUNT_STATE'))
      expect(await outcome(stateText(other, nextState(firstState(other))))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await outcome(stateText(account, nextState(state), other.privateKey))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await outcome(changed({ keyring: state.keyring.slice(1) }))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await outcome(changed({ policy: { minIterations: 0, minSuite: 1 } }))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await outcome(changed({ slots: state.slots.slice(0, 1) }))).toMatchObject(
        refused(422, 'ERR_ACCOUNT_STATE'),
      )
      expect(await outcome(changed({ slots: [] }))).toMatchObject(refused(422, 'ERR_FORMAT_INVALID'))
      expect(await outcome(null)).toMatchObject(refused(422, 'ERR_FORMAT_INVALID'))
    })

    test('race: one of many at once is stored', async () => {
      const server = await start()
      const patient = await server.patient()
      const rivals = Array.from({ length: 6 }, () => stateText(patient.account, nextState(patient.state)))
      const answers = await Promise.all(rivals.map((text) => put(server, patient, text)))
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409])
    })
  })
}
