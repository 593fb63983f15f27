/** The log of an account that was deleted: all that is left of it, and proved like any other. */
import { describe, expect, test } from 'vitest'
import { hashAuditLink } from '@lockstitch/sdk/server'
import { verifyAudit } from '@lockstitch/server-stub'
import { certificate, destroyed, remove, TIME } from '../support/destroyed.ts'
import { canonical, stateHash } from '../support/writer.ts'
import type { Context } from './context.ts'

export function accountRemainsCases({ start, store }: Context): void {
  describe('what is left of a deleted account', () => {
    test('cannot be taken out of the log, or put into it', async () => {
      const server = await start()
      const { db } = store()
      const scope = { db, tenant: server.tenant }
      const patient = await destroyed(server)
      const { account, state } = patient
      const living = await destroyed(server)
      await remove(server, patient, certificate(account, state))
      const { head } = await verifyAudit(scope, account.id)
      const rows = await db
        .selectFrom('audit_log')
        .selectAll()
        .where('tenant_id', '=', server.tenant)
        .where('account_id', '=', account.id)
        .orderBy('seq')
        .execute()
      const end = rows.at(-1) as (typeof rows)[number]
      const faultWith = async (changed: readonly (typeof end)[], noted?: typeof head): Promise<unknown> => {
        const log = () => db.deleteFrom('audit_log').where('account_id', '=', account.id)
        await log().execute()
        for (const row of changed) await db.insertInto('audit_log').values(row).execute()
        const { fault } = await verifyAudit(scope, account.id, noted)
        await log().execute()
        for (const row of rows) await db.insertInto('audit_log').values(row).execute()
        return fault
      }
      expect(await faultWith(rows)).toBe(null)
      expect(await faultWith(rows.slice(0, -1))).toBe('states')
      expect(await faultWith([], head)).toBe('head')
      expect(await faultWith(rows.filter((row) => row !== rows[1]))).toBe('chain')
      const other = certificate(living.account, living.state)
      for (const details of [
        { certificate: other, signing: living.state.identity.signing },
        { certificate: certificate(account, state, { revision: 2 }), signing: state.identity.signing },
        {
          certificate: certificate(account, state, { state: stateHash(living.state) }),
          signing: state.identity.signing,
        },
        {
          certificate: certificate(account, state, { whole: undefined, classification: 'phi' }),
          signing: state.identity.signing,
        },
        { certificate: certificate(account, state), signing: living.state.identity.signing },
        {},
      ]) {
        // The chain itself is anybody's to compute who can write into the database.
        const forged = { ...end, seq: Number(end.seq), time: Number(end.time), details: canonical(details) }
        const hash = hashAuditLink(account.id, forged)
        expect(await faultWith([...rows.slice(0, -1), { ...forged, hash }])).toBe('statement')
      }
      // Nobody is said to be destroyed whose states are still there.
      const { seq, hash } = (await verifyAudit(scope, living.account.id)).head
      const details = canonical({ certificate: other, signing: living.state.identity.signing })
      const entry = { seq: seq + 1, time: TIME, event: 'account.destroyed', details, previous: hash }
      const row = { tenant_id: server.tenant, account_id: living.account.id, ...entry }
      await db
        .insertInto('audit_log')
        .values({ ...row, hash: hashAuditLink(living.account.id, entry) })
        .execute()
      expect(await verifyAudit(scope, living.account.id)).toMatchObject({ fault: 'states' })
    })
  })
}
