/** Records that are stored: revisions, batches, re-sending, reading, and what lies in the database. */
import { describe, expect, test } from 'vitest'
import { intake, leaflet, letter, type Sealed, tombstone } from '../support/sealed.ts'
import { kms, type Patient, refused, type TestServer } from '../support/server.ts'
import { changeOf, envelope, nextState, stateText } from '../support/writer.ts'
import type { Context } from './context.ts'

export function storedRecordCases({ start }: Context): void {
  const started = async (): Promise<{ server: TestServer; patient: Patient }> => {
    const server = await start()
    return { server, patient: await server.patient() }
  }
  const read = (server: TestServer, { cookie }: Patient, path: string) =>
    server.send('GET', path, undefined, { cookie })
  const ok = { status: 200 }

  describe('revisions', () => {
    test('follow one another, and a deletion is one of them', async () => {
      const { server, patient } = await started()
      const { account } = patient
      const first = intake(account, 'r1')
      const second = intake(account, 'r1', { revision: 2, previous: first.hash })
      const third = tombstone(account, 'r1', { revision: 3, previous: second.hash })
      for (const [index, sealed] of [first, second, third].entries()) {
        const answer = await server.write(patient, sealed)
        expect(answer.json).toEqual({ stored: [{ id: 'r1', revision: index + 1, hash: sealed.hash }] })
        expect((await read(server, patient, '/v1/records/intake/r1')).json).toEqual({ record: sealed.record })
      }
    })

    test('that do not follow are a conflict', async () => {
      const { server, patient } = await started()
      const { account } = patient
      const first = intake(account, 'r1')
      const second = intake(account, 'r1', { revision: 2, previous: first.hash })
      await server.write(patient, first)
      const conflict = async (sealed: Sealed) => {
        const answer = await server.outcome(() => server.write(patient, sealed))
        expect(answer).toMatchObject(refused(409, 'ERR_CONFLICT'))
        expect(answer.json.index).toBe(0)
      }
      await conflict(intake(account, 'r1'))
      await conflict(intake(account, 'r1', { revision: 2 }))
      await conflict(intake(account, 'r1', { revision: 3, previous: first.hash }))
      await conflict(intake(account, 'r2', { revision: 2, previous: first.hash }))
      await conflict(intake(account, 'r2', { revision: 1, previous: first.hash }))
      expect(await server.write(patient, second)).toMatchObject(ok)
      await conflict(first)
      const deleted = tombstone(account, 'r1', { revision: 3, previous: second.hash })
      expect(await server.write(patient, deleted)).toMatchObject(ok)
      await conflict(second)
      await conflict(tombstone(account, 'r1', { revision: 2, previous: first.hash }))
    })

    test('sent once more are acknowledged once more and change nothing', async () => {
      const { server, patient } = await started()
      const sealed = [intake(patient.account, 'r1'), letter(patient.account, 'l1')]
      const first = await server.write(patient, sealed)
      const before = await server.dump(['request_nonces'])
      expect((await server.write(patient, sealed)).json).toEqual(first.json)
      expect(await server.dump(['request_nonces'])).toBe(before)
    })

    test('race: one of many at once is stored', async () => {
      const { server, patient } = await started()
      const rivals = Array.from({ length: 8 }, () => intake(patient.account, 'r1'))
      const answers = await Promise.all(rivals.map((sealed) => server.write(patient, sealed)))
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
        200,
        ...Array.from({ length: 7 }, () => 409),
      ])
      const others = Array.from({ length: 8 }, (_, index) => intake(patient.account, `other-${index}`))
      const together = await Promise.all(others.map((sealed) => server.write(patient, sealed)))
      expect(together.map(({ status }) => status)).toEqual(together.map(() => 200))
      const listed = await read(server, patient, '/v1/records/intake')
      expect(listed.json['records']).toHaveLength(9)
    })

    test('race with a change of the keys: what was checked against the old keys is not stored', async () => {
      const { promise: unwrapping, resolve: isUnwrapping } = Promise.withResolvers<void>()
      const { promise: allowed, resolve: allow } = Promise.withResolvers<void>()
      let slow = false
      const unwrap: typeof kms.unwrap = async (...given) => {
        if (slow) {
          isUnwrapping()
          await allowed
        }
        return kms.unwrap(...given)
      }
      const server = await start({ kms: { ...kms, unwrap } })
      const patient = await server.patient()
      const { account, cookie, state } = patient
      slow = true
      const writing = server.write(patient, intake(account, 'r1'))
      await unwrapping
      const changed = changeOf(account, state, stateText(account, nextState(state)))
      expect(await server.send('PUT', '/v1/account/state', changed, { cookie, signer: account })).toMatchObject(ok)
      const answer = await server.outcome(() => {
        allow()
        return writing
      })
      expect(answer).toMatchObject(refused(503, 'ERR_SERVER'))
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(await server.write(patient, intake(account, 'r1'))).toMatchObject(ok)
    })
  })

  describe('nonces', () => {
    test('are used once in a record under a key', async () => {
      const { server, patient } = await started()
      const { account } = patient
      const first = intake(account, 'r1')
      await server.write(patient, first)
      const name = first.record['name'] as string
      const again = intake(account, 'r1', { revision: 2, previous: first.hash }, { name })
      expect(await server.outcome(() => server.write(patient, again))).toMatchObject(refused(422, 'ERR_NONCE_REUSED'))
      const nonce = Buffer.from(name.split('.')[2] as string, 'base64url').subarray(0, 12)
      const sameNonce = { revision: 2, previous: first.hash }
      const reused = intake(account, 'r1', sameNonce, { name: envelope(account.keys.pii.kid, nonce) })
      expect(await server.outcome(() => server.write(patient, reused))).toMatchObject(refused(422, 'ERR_NONCE_REUSED'))
      const twice = intake(
        account,
        'r2',
        {},
        { medications: [1, 2].map(() => ({ name: envelope(account.keys.phi.kid, nonce) })) },
      )
      expect(await server.outcome(() => server.write(patient, twice))).toMatchObject(refused(422, 'ERR_NONCE_REUSED'))
      const fresh = intake(account, 'r3')
      const same = { name: fresh.record['name'] }
      const next = [fresh, intake(account, 'r3', { revision: 2, previous: fresh.hash }, same)]
      const within = await server.outcome(() => server.write(patient, next))
      expect(within).toMatchObject({ ...refused(422, 'ERR_NONCE_REUSED'), json: { index: 1 } })
      const batch = [leaflet(account, 'l1'), again]
      const answer = await server.outcome(() => server.write(patient, batch))
      expect(answer).toMatchObject(refused(422, 'ERR_NONCE_REUSED'))
      expect(answer.json.index).toBe(1)
    })

    test('may stand in another record or under another key, which are other keys', async () => {
      const { server, patient } = await started()
      const { pii, phi } = patient.account.keys
      const nonce = Buffer.alloc(12, 1)
      const fields = { name: envelope(pii.kid, nonce), diagnosis: envelope(phi.kid, nonce) }
      const batch = ['r1', 'r2'].map((id) => intake(patient.account, id, {}, fields))
      expect(await server.write(patient, batch)).toMatchObject(ok)
    })
  })

  describe('a batch', () => {
    test('is stored whole or not at all', async () => {
      const { server, patient } = await started()
      const { account } = patient
      const good = intake(account, 'good')
      for (const bad of [intake(account, 'bad', {}, { name: 'John' }), intake(account, 'bad', { revision: 2 })]) {
        const { code } = (await server.write(patient, bad)).json
        const status = code === 'ERR_CONFLICT' ? 409 : 422
        const answer = await server.outcome(() => server.write(patient, [good, bad]))
        expect(answer).toMatchObject(refused(status, String(code)))
        expect(answer.json.index).toBe(1)
      }
      expect(await server.write(patient, good)).toMatchObject(ok)
    })

    test('may hold several revisions of a record', async () => {
      const { server, patient } = await started()
      const first = intake(patient.account, 'r1')
      const second = intake(patient.account, 'r1', { revision: 2, previous: first.hash })
      expect(await server.write(patient, [first, second])).toMatchObject(ok)
      expect((await read(server, patient, '/v1/records/intake/r1')).json).toEqual({ record: second.record })
    })

    test('has 1 to 500 records', async () => {
      const { server, patient } = await started()
      const leaflets = Array.from({ length: 501 }, (_, index) => leaflet(patient.account, `l-${index}`))
      expect(await server.outcome(() => server.write(patient, leaflets))).toMatchObject(
        refused(413, 'ERR_FORMAT_LIMIT'),
      )
      expect(await server.outcome(() => server.write(patient, []))).toMatchObject(refused(400, 'ERR_FORMAT_INVALID'))
      expect(await server.write(patient, leaflets.slice(1))).toMatchObject(ok)
    })
  })

  describe('at rest', () => {
    test('lies no value that the server may read, but the public ones; all of them come back', async () => {
      const { server, patient } = await started()
      const insurer = 'Acme "Health" \u00e9\u{1f600}'
      const sealed = intake(patient.account, 'r1', {}, { insurer, triage: { level: -0.5, __proto: [null, 'x'] } })
      await server.write(patient, sealed)
      expect((await read(server, patient, '/v1/records/intake/r1')).json).toEqual({ record: sealed.record })
      expect((await read(server, patient, '/v1/records/intake')).json).toEqual({ records: [sealed.record], next: null })
      const { row } = (await read(server, patient, '/v1/stored/intake/r1')).json as { row: { body: string } }
      const body = JSON.parse(row.body) as Record<string, unknown>
      expect(body['insurer']).toMatch(/^lsr1\./)
      expect(body['triage']).toMatch(/^lsr1\./)
      expect(body).toMatchObject({ formVersion: 7, name: sealed.record['name'], $seal: sealed.record.$seal })
      const everything = await server.dump()
      expect(everything).toContain('"formVersion')
      for (const secret of ['Acme', patient.account.handle, patient.account.passwordSecret, patient.account.locator]) {
        expect(everything).not.toContain(secret)
      }
      expect(everything).not.toContain(patient.cookie.split('=')[1])
    })

    test('a value moved to another record does not open', async () => {
      const { server, patient } = await started()
      await server.write(patient, [intake(patient.account, 'r1'), intake(patient.account, 'r2')])
      const { db } = server.store
      const row = await db
        .selectFrom('records')
        .select('body')
        .where('tenant_id', '=', server.tenant)
        .where('id', '=', 'r1')
        .executeTakeFirstOrThrow()
      await db
        .updateTable('records')
        .set({ body: row.body })
        .where('tenant_id', '=', server.tenant)
        .where('id', '=', 'r2')
        .execute()
      expect(await read(server, patient, '/v1/records/intake/r1')).toMatchObject(ok)
      expect(await read(server, patient, '/v1/records/intake/r2')).toMatchObject({
        status: 500,
        json: { code: 'ERR_SERVER' },
      })
    })
  })
}
