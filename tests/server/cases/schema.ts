/** The schema keeps to what every engine that speaks PostgreSQL's dialect offers. */
import { describe, expect, test } from 'vitest'
import { migrate, MIGRATIONS } from '../../../packages/server-stub/src/store/migrations.ts'
import { tableNames } from '../support/dump.ts'
import type { Context } from './context.ts'

const FORBIDDEN =
  /\b(serial|bigserial|sequence|trigger|extension|references|temp|temporary|partition|materialized|advisory|jsonb|generated)\b/i

export function schemaCases({ store }: Context): void {
  describe('the schema', () => {
    test('has tables whose keys begin with the tenant, and nothing that only one engine has', async () => {
      const statements = MIGRATIONS.flatMap((migration) => migration.statements)
      const created = statements.flatMap((text) => /^create table if not exists (\w+)/.exec(text)?.[1] ?? [])
      expect(created.sort()).toEqual((await tableNames(store())).sort())
      for (const text of statements) expect(text).not.toMatch(FORBIDDEN)
      for (const text of statements.filter((statement) => statement.startsWith('create table'))) {
        expect(text).toMatch(/primary key \(tenant_id, /)
      }
      expect('id bigserial primary key').toMatch(FORBIDDEN)
    })

    test('is brought up to date by many processes at once, and only once', async () => {
      const { db } = store()
      await db.schema.dropTable('settings').execute()
      await db.deleteFrom('schema_migrations').execute()
      await Promise.all(Array.from({ length: 4 }, (_, index) => migrate(db, index)))
      expect(await db.selectFrom('schema_migrations').select('name').execute()).toHaveLength(MIGRATIONS.length)
      expect(await tableNames(store())).toContain('settings')
    })
  })
}
