/** States that destroy keys, and what is left of those before them. */
import { describe, expect, test } from 'vitest'
import { verifyAccountState } from '@lockstitch/sdk/server'
import { verifyAudit } from '@lockstitch/server-stub'
import { type Answer, type Patient, refused, type TestServer } from '../support/server.ts'
import { changeOf, firstState, nextState, type State, stateHash, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

type Erasing = State & { erased: object }

export function erasureCases({ start, store }: Context): void {
  const put = (server: TestServer, { account, cookie }: Patient, from: State, next: State): Promise<Answer> =>
    server.send('PUT', '/v1/account/state', changeOf(account, from, stateText(account, next)), {
      cookie,
      signer: account,
    })
  const statesOf = async (server: TestServer, { cookie }: Patient): Promise<unknown> =>
    (await server.send('GET', '/v1/account/states?after=0', undefined, { cookie })).json['states']

  /** The state that destroys the pii key. */
  function erasing(from: State, ancestors: readonly string[], kids?: readonly string[]): Erasing {
    const isPii = ({ classification }: { classification: string }): boolean => classification === 'pii'
    const keyring = from.keyring.map((key) => (isPii(key) ? { ...key, state: 'destroyed', wrapped: null } : key))
    const method = 'NIST SP 800-88r2 cryptographic erase'
    const named = kids ?? from.keyring.filter(isPii).map(({ kid }) => kid)
    return { ...nextState(from, { keyring }), erased: { method, kids: named, time: 6000, ancestors } }
  }

  describe('a state that destroys keys', () => {
    test('takes the states before it away, and the audit log is still whole', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account, state } = patient
      const first = firstState(account)
      const last = erasing(state, [stateHash(first), stateHash(state)])
      expect(await put(server, patient, state, last)).toMatchObject({ status: 200 })
      expect(await statesOf(server, patient)).toEqual([stateText(account, last)])
      const { db } = store()
      const rows = await db.selectFrom('account_states').selectAll().where('account_id', '=', account.id).execute()
      expect(rows).toHaveLength(1)
      const { erased: _erased, ...lasting } = last
      const after = nextState(lasting as State)
      const { previous: _previous, ...members } = after
      const next = { ...members, previous: stateHash(last) } as State
      expect(await put(server, patient, last, next)).toMatchObject({ status: 200 })
      const scope = { db, tenant: server.tenant }
      expect(await verifyAudit(scope, account.id)).toMatchObject({ fault: null })
      // What the account said of an erased state is still held against its hash.
      const forged = { ...last, erased: { ...last.erased, ancestors: [stateHash(state), stateHash(state)] } }
      await db
        .updateTable('account_states')
        .set({ state: stateText(account, forged), hash: stateHash(forged) })
        .where('account_id', '=', account.id)
        .where('revision', '=', 3)
        .execute()
      expect((await verifyAudit(scope, account.id)).fault).not.toBe(null)
    })

    test('is refused when it names another history or other keys', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account, state } = patient
      const before = await statesOf(server, patient)
      const [first, second] = [stateHash(firstState(account)), stateHash(state)]
      const { phi, pii } = account.keys
      for (const [next, code] of [
        [erasing(state, [second, second]), 'ERR_ACCOUNT_STATE'],
        [erasing(state, [second]), 'ERR_FORMAT_INVALID'],
        [erasing(state, [first, first]), 'ERR_FORMAT_INVALID'],
        [erasing(state, [first, second], [phi.kid]), 'ERR_FORMAT_INVALID'],
        [erasing(state, [first, second], [pii.kid, pii.kid]), 'ERR_FORMAT_INVALID'],
        [{ ...erasing(state, [first, second]), keyring: state.keyring }, 'ERR_FORMAT_INVALID'],
      ] as const) {
        expect(await server.outcome(() => put(server, patient, state, next))).toMatchObject(refused(422, code))
      }
      expect(await statesOf(server, patient)).toEqual(before)
    })

    test('is the first of nobody', async () => {
      const server = await start()
      const { account, state } = await server.patient()
      const text = stateText(account, erasing(state, [stateHash(firstState(account)), stateHash(state)]))
      expect(() => verifyAccountState(text, null)).toThrow(/not one that this account signed/)
      expect(verifyAccountState(text, stateText(account, state)).state.revision).toBe(3)
    })
  })
}
