import type { AtRestKey, AtRestKeyStore } from '@lockstitch/sdk/server'
import type { Scope } from './tables.ts'

/** The wrapped at-rest keys of every account. */
export function atRestKeyStore({ db, tenant }: Scope): AtRestKeyStore {
  return {
    async list(account) {
      const rows = await db
        .selectFrom('at_rest_keys')
        .select(['id', 'wrapped', 'created'])
        .where('tenant_id', '=', tenant)
        .where('account_id', '=', account)
        .execute()
      return rows.map(({ id, wrapped, created }) => ({ id, wrapped, created: Number(created) }))
    },
    async add(account, { id, wrapped, created }: AtRestKey) {
      await db
        .insertInto('at_rest_keys')
        .values({ tenant_id: tenant, account_id: account, id, wrapped, created })
        .execute()
    },
  }
}
