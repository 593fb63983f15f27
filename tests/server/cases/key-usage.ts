/** What the server says about which records are sealed under which key. */
import { describe, expect, test } from 'vitest'
import { fillRecordKeys } from '../../../packages/server-stub/src/store/record-keys.ts'
import { intake, leaflet, letter, tombstone } from '../support/sealed.ts'
import { type Answer, type Patient, type TestServer } from '../support/server.ts'
import { changeOf, nextState, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

export function keyUsageCases({ start }: Context): void {
  const read = (server: TestServer, { cookie }: Patient, path: string): Promise<Answer> =>
    server.send('GET', path, undefined, { cookie })
  const idsUnder = async (server: TestServer, patient: Patient, query: string): Promise<unknown> => {
    const { json } = await read(server, patient, `/v1/records/${query}`)
    return [(json['records'] as { id: string }[]).map(({ id }) => id), json['next']]
  }

  describe('the keys of records', () => {
    test('are counted as they are stored, changed and deleted', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account } = patient
      const { phi, pii } = account.keys
      expect((await read(server, patient, '/v1/keys')).json).toEqual({ keys: [], models: [], files: [] })
      const first = intake(account, 'r1')
      await server.write(patient, [first, intake(account, 'r2'), letter(account, 'l1'), leaflet(account, 'public')])
      const counts = (records: number) => ({
        keys: expect.arrayContaining([
          { kid: phi.kid, model: 'intake', records },
          { kid: pii.kid, model: 'intake', records },
          { kid: phi.kid, model: 'letter', records: 1 },
        ]),
        models: [
          { model: 'intake', records: 2 },
          { model: 'leaflet', records: 1 },
          { model: 'letter', records: 1 },
        ],
        files: [],
      })
      const all = (await read(server, patient, '/v1/keys')).json
      expect(all).toEqual(counts(2))
      expect(all['keys']).toHaveLength(3)
      await server.write(patient, tombstone(account, 'r1', { revision: 2, previous: first.hash }))
      expect((await read(server, patient, '/v1/keys')).json).toEqual(counts(1))
      // A refused write changes nothing of it.
      await server.write(patient, [letter(account, 'l2'), tombstone(account, 'r2', { revision: 9 })])
      expect((await read(server, patient, '/v1/keys')).json).toEqual(counts(1))
    })

    test('follow a record from one key to the next', async () => {
      const server = await start()
      const patient = await server.patient()
      const { account, state } = patient
      const old = letter(account, 'l1')
      await server.write(patient, [old, letter(account, 'l2')])
      const [phiOld, phi, pii] = state.keyring as [object, object, object]
      const keyring = [{ ...phiOld, state: 'active' }, { ...phi, state: 'decrypt-only' }, pii]
      const next = nextState(state, { keyring })
      const changed = changeOf(account, state, stateText(account, next))
      const { cookie } = patient
      expect(await server.send('PUT', '/v1/account/state', changed, { cookie, signer: account })).toMatchObject({
        status: 200,
      })
      expect(await server.write(patient, letter(account, 'l3'))).toMatchObject({ json: { code: 'ERR_KEY_STATE' } })
      const moved = { ...account, keys: { ...account.keys, phi: account.keys.old } }
      await server.write(patient, letter(moved, 'l1', { revision: 2, previous: old.hash }))
      expect(await idsUnder(server, patient, `letter?kid=${account.keys.phi.kid}`)).toEqual([['l2'], null])
      expect(await idsUnder(server, patient, `letter?kid=${account.keys.old.kid}`)).toEqual([['l1'], null])
      expect(await idsUnder(server, patient, 'letter')).toEqual([['l1', 'l2'], null])
    })

    test('lists of a key come in pages, and are each account’s own', async () => {
      const server = await start()
      const [alice, bob] = [await server.patient(), await server.patient()]
      for (const { account, cookie, state } of [alice, bob]) {
        const records = ['Z', 'a', '-', 'b'].map((id) => letter(account, id))
        await server.write({ account, cookie, state }, [...records, leaflet(account, 'a')])
      }
      const { kid } = alice.account.keys.phi
      expect(await idsUnder(server, alice, `letter?kid=${kid}&limit=3`)).toEqual([['-', 'Z', 'a'], 'a'])
      expect(await idsUnder(server, alice, `letter?kid=${kid}&limit=3&after=a`)).toEqual([['b'], null])
      expect(await idsUnder(server, bob, `letter?kid=${kid}`)).toEqual([[], null])
      expect(await idsUnder(server, alice, `leaflet?kid=${kid}`)).toEqual([[], null])
      for (const wrong of ['', 'x', `${kid}A`, `${kid.slice(1)}%`, '__________9']) {
        expect(await read(server, alice, `/v1/records/letter?kid=${wrong}`)).toMatchObject({ status: 400 })
      }
    })

    test('of records that were stored before are written down by the migration', async () => {
      const server = await start()
      const { db } = server.store
      const patient = await server.patient()
      await server.write(patient, [intake(patient.account, 'r1'), letter(patient.account, 'l1')])
      const before = await server.dump()
      expect(before).toContain('record_keys')
      await db.deleteFrom('record_keys').execute()
      expect(await server.dump()).not.toBe(before)
      await fillRecordKeys({ db, tenant: '' })
      expect(await server.dump()).toBe(before)
    })
  })
}
