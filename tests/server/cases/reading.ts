/** Lists, other people's records, and what is written down about reading. */
import { describe, expect, test } from 'vitest'
import { hashAuditLink } from '@lockstitch/sdk/server'
import { type AuditEntry, readAudit, verifyAudit } from '@lockstitch/server-stub'
import { intake, leaflet } from '../support/sealed.ts'
import { type Answer, type Patient, type TestServer } from '../support/server.ts'
import type { Context } from './context.ts'

export function readingCases({ start }: Context): void {
  const read = (server: TestServer, patient: Patient | undefined, path: string): Promise<Answer> =>
    server.send('GET', path, undefined, patient === undefined ? {} : { cookie: patient.cookie })

  test('a list comes in pages, by id in the order of its characters, tombstones included', async () => {
    const server = await start()
    const patient = await server.patient()
    const ids = ['Z', 'a', '-', '_', '0', 'B', 'aa', 'b-1']
    await server.write(
      patient,
      ids.map((id) => leaflet(patient.account, id)),
    )
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const after: string = next === '' ? '' : `&after=${next}`
      const page: Answer = await read(server, patient, `/v1/records/leaflet?limit=3${after}`)
      seen.push(...(page.json['records'] as { id: string }[]).map(({ id }) => id))
      next = page.json['next'] as string | null
    }
    expect(seen).toEqual(ids.toSorted())
  })

  test('a page ends early when its records are large', async () => {
    const server = await start()
    const patient = await server.patient()
    for (const id of ['a', 'b', 'c']) await server.write(patient, leaflet(patient.account, id, 'x'.repeat(4_000_000)))
    const first = await read(server, patient, '/v1/records/leaflet')
    expect(first.json).toMatchObject({ records: [{ id: 'a' }, { id: 'b' }], next: 'b' })
    expect((await read(server, patient, '/v1/records/leaflet?after=b')).json).toMatchObject({
      records: [{ id: 'c' }],
      next: null,
    })
  })

  test('only whole and sensible pages are asked for', async () => {
    const server = await start()
    const patient = await server.patient()
    for (const limit of ['0', '501', '-1', '1.5', '01', 'x', '1e1', '']) {
      expect(await read(server, patient, `/v1/records/leaflet?limit=${limit}`)).toMatchObject({ status: 400 })
    }
    for (const path of ['leaflet?after=a/b', 'leaflet/..%2f', 'leaflet/%00', '%00', '1x']) {
      expect(await read(server, patient, `/v1/records/${path}`)).toMatchObject({ status: 400 })
    }
    expect((await read(server, patient, '/v1/records/unknown')).json).toEqual({ records: [], next: null })
  })

  test('nobody reads the records of another account, or anything without a session', async () => {
    const server = await start()
    const [alice, bob] = [await server.patient(), await server.patient()]
    await server.write(alice, intake(alice.account, 'r1'))
    for (const path of ['/v1/records/intake/r1', '/v1/stored/intake/r1']) {
      expect(await read(server, alice, path)).toMatchObject({ status: 200 })
      expect(await read(server, bob, path)).toMatchObject({ status: 404, json: { code: 'ERR_RECORD_NOT_FOUND' } })
      expect(await read(server, undefined, path)).toMatchObject({ status: 401, json: { code: 'ERR_SESSION' } })
    }
    expect((await read(server, bob, '/v1/records/intake')).json).toEqual({ records: [], next: null })
    expect(await read(server, undefined, '/v1/account/states')).toMatchObject({ status: 401 })
    // Both may have a record of the same id.
    expect(await server.write(bob, intake(bob.account, 'r1'))).toMatchObject({ status: 200 })
  })

  describe('the audit log', () => {
    test('says what happened, with ids and without a value', async () => {
      const server = await start()
      const patient = await server.patient()
      const sealed = intake(patient.account, 'r1')
      await server.write(patient, [sealed, leaflet(patient.account, 'l1')])
      await read(server, patient, '/v1/records/intake/r1')
      await read(server, patient, '/v1/records/leaflet/l1')
      await server.send('DELETE', '/v1/sessions', undefined, { cookie: patient.cookie })
      const scope = { db: server.store.db, tenant: server.tenant }
      const entries = await readAudit(scope, patient.account.id)
      expect(entries.map(({ event }) => event)).toEqual([
        'account.changed',
        'account.changed',
        'record.written',
        'record.read',
        'session.ended',
      ])
      expect(entries[3]?.details).toBe('{"records":[["intake","r1",1]]}')
      const text = JSON.stringify(entries)
      for (const value of ['Acme', 'Wash', String(sealed.record['name']), patient.account.handle]) {
        expect(text).not.toContain(value)
      }
    })

    test('has every reading, also of those that come at once', async () => {
      const server = await start()
      const patient = await server.patient()
      await server.write(patient, intake(patient.account, 'r1'))
      const answers = await Promise.all(Array.from({ length: 8 }, () => read(server, patient, '/v1/records/intake/r1')))
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      const scope = { db: server.store.db, tenant: server.tenant }
      const entries = await readAudit(scope, patient.account.id)
      expect(entries.filter(({ event }) => event === 'record.read')).toHaveLength(8)
      expect(await verifyAudit(scope, patient.account.id)).toMatchObject({ fault: null })
    })

    test('shows when an entry was changed, removed or cut, or a state is not what it tells of', async () => {
      const server = await start()
      const patient = await server.patient()
      const { id } = patient.account
      await server.write(patient, leaflet(patient.account, 'l1'))
      const { tenant } = server
      const scope = { db: server.store.db, tenant }
      const entries = await readAudit(scope, id)
      const { head, fault } = await verifyAudit(scope, id)
      expect([head, fault]).toEqual([{ seq: 3, hash: entries[2]?.hash }, null])
      const faultNow = async (noted = head) => (await verifyAudit(scope, id, noted)).fault
      const rows = () => scope.db.deleteFrom('audit_log').where('tenant_id', '=', tenant).where('account_id', '=', id)
      const put = async (link: object) => {
        const row = { ...entries[1], tenant_id: tenant, account_id: id, ...link } as never
        await scope.db.insertInto('audit_log').values(row).execute()
      }
      const rehash = (link: object) => {
        const changed = { ...(entries[2] as AuditEntry), ...link }
        return { ...changed, hash: hashAuditLink(id, changed) }
      }

      await rows().where('seq', '=', 3).execute()
      expect([await faultNow(), await faultNow({ seq: 0, hash: '' })]).toEqual(['head', null])
      await put(rehash({ event: 'account.changed' }))
      expect(await faultNow({ seq: 0, hash: '' })).toBe('states')
      await rows().where('seq', '=', 3).execute()
      await put(rehash({ event: 'account.noted', details: entries[1]?.details }))
      expect(await faultNow({ seq: 0, hash: '' })).toBe('statement')
      await rows().where('seq', '=', 3).execute()
      await put({ ...entries[2], event: 'record.read' })
      expect(await faultNow()).toBe('chain')
      await rows().where('seq', '=', 3).execute()
      await put({ ...entries[2] })
      expect(await faultNow()).toBe(null)
      await rows().where('seq', '=', 2).execute()
      expect(await faultNow()).toBe('chain')
      // With the newest change cut from the log, the account state is one that the log does not tell of.
      await rows().where('seq', '>', 1).execute()
      expect(await faultNow({ seq: 0, hash: '' })).toBe('states')
      await rows().execute()
      expect(await faultNow({ seq: 0, hash: '' })).toBe('states')
    })
  })
}
