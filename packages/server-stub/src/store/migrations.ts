/**
 * The schema, as statements that PGlite, PostgreSQL and the distributed engines that speak its dialect all run: every
 * primary key begins with the tenant, ids are made by clients, and there is no foreign key, sequence, trigger, extension or
 * advisory lock. A migration is never changed once it was released; a new one is added.
 *
 * What stands where: `credentials` has keyed hashes of handles and locators and scrypt of secrets; `records.body` is the
 * sealed record as it was received, with the values that the server may read sealed at rest (`at_rest` lists their paths);
 * `record_keys` says which data keys the stored revision of each record is sealed under;
 * `device_logins` has the shares of device slots sealed at rest, and counts wrong PINs; `link_messages` is the mailbox of
 * devices that are being linked; `files` and `file_parts` say which parts of sealed files lie in the object storage, and
 * `file_usage` how much of it an account has taken; `escrow_requests` has a request for a handle that nobody has too, with an
 * empty `account_id`, so that both are served alike; `envelope_nonces` has one mark for each nonce ever used; `audit_log` is a
 * hash chain for each account.
 */
import { sql } from 'kysely'
import { fillRecordKeys } from './record-keys.ts'
import type { Scope } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** One step of the schema. */
export interface Migration {
  readonly name: string
  readonly statements: readonly string[]
  /** Brings what is stored already into the new tables, of every tenant, in the same transaction. */
  readonly fill?: (scope: Scope) => Promise<void>
}

/** Every migration, in order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-first',
    statements: [
      `create table if not exists settings (
        tenant_id text not null, name text not null, value text not null,
        primary key (tenant_id, name))`,
      `create table if not exists accounts (
        tenant_id text not null, id text not null, revision bigint not null, hash text not null, created bigint not null,
        primary key (tenant_id, id))`,
      `create table if not exists account_states (
        tenant_id text not null, account_id text not null, revision bigint not null, hash text not null,
        state text not null, stored bigint not null,
        primary key (tenant_id, account_id, revision))`,
      `create table if not exists credentials (
        tenant_id text not null, kind text not null, lookup text not null, account_id text not null, slot_id text not null,
        kdf text, verifier text not null,
        primary key (tenant_id, kind, lookup))`,
      `create table if not exists at_rest_keys (
        tenant_id text not null, account_id text not null, id text not null, wrapped text not null, created bigint not null,
        primary key (tenant_id, account_id, id))`,
      `create table if not exists sessions (
        tenant_id text not null, id text not null, account_id text not null, slot_id text not null, created bigint not null,
        used bigint not null,
        primary key (tenant_id, id))`,
      `create table if not exists request_nonces (
        tenant_id text not null, account_id text not null, nonce text not null, expires bigint not null,
        primary key (tenant_id, account_id, nonce))`,
      `create table if not exists records (
        tenant_id text not null, account_id text not null, model text not null, id text collate "C" not null,
        revision bigint not null, hash text not null, state text not null, body text not null, at_rest text not null,
        updated bigint not null,
        primary key (tenant_id, account_id, model, id))`,
      `create table if not exists envelope_nonces (
        tenant_id text not null, account_id text not null, mark text not null,
        primary key (tenant_id, account_id, mark))`,
      `create table if not exists audit_log (
        tenant_id text not null, account_id text not null, seq bigint not null, time bigint not null, event text not null,
        details text not null, previous text not null, hash text not null,
        primary key (tenant_id, account_id, seq))`,
    ],
  },
  {
    name: '0002-pruning',
    statements: [
      'create index if not exists sessions_by_use on sessions (tenant_id, used)',
      'create index if not exists request_nonces_by_expiry on request_nonces (tenant_id, expires)',
      'create index if not exists credentials_by_account on credentials (tenant_id, account_id)',
    ],
  },
  {
    name: '0003-keys-in-use',
    statements: [
      `create table if not exists record_keys (
        tenant_id text not null, account_id text not null, model text not null, id text collate "C" not null,
        kid text not null,
        primary key (tenant_id, account_id, model, id, kid))`,
      'create index if not exists record_keys_by_kid on record_keys (tenant_id, account_id, kid, model, id)',
    ],
    fill: fillRecordKeys,
  },
  {
    name: '0004-files',
    statements: [
      `create table if not exists files (
        tenant_id text not null, account_id text not null, id text not null, kid text not null,
        classification text not null, state text not null, bytes bigint not null, updated bigint not null,
        primary key (tenant_id, account_id, id))`,
      `create table if not exists file_parts (
        tenant_id text not null, account_id text not null, file_id text not null, number bigint not null,
        hash text not null, bytes bigint not null, stored bigint not null,
        primary key (tenant_id, account_id, file_id, number))`,
      `create table if not exists file_usage (
        tenant_id text not null, account_id text not null, files bigint not null, bytes bigint not null,
        primary key (tenant_id, account_id))`,
      'create index if not exists files_by_state on files (tenant_id, state, updated)',
      'create index if not exists file_parts_by_hash on file_parts (tenant_id, account_id, hash)',
    ],
  },
  {
    name: '0005-devices',
    statements: [
      'alter table credentials add column if not exists expires bigint',
      `create table if not exists device_logins (
        tenant_id text not null, slot_id text not null, account_id text not null, verifier text, share text,
        tries bigint not null, tried bigint not null, idle bigint not null, ends bigint not null, used bigint not null,
        primary key (tenant_id, slot_id))`,
      'create index if not exists device_logins_by_account on device_logins (tenant_id, account_id)',
      `create table if not exists link_messages (
        tenant_id text not null, channel text not null, step text not null, message text not null, expires bigint not null,
        primary key (tenant_id, channel, step))`,
      'create index if not exists link_messages_by_expiry on link_messages (tenant_id, expires)',
    ],
  },
  {
    name: '0006-escrow',
    statements: [
      `create table if not exists escrows (
        tenant_id text not null, account_id text not null, slot_id text not null, hash text not null, document text not null,
        primary key (tenant_id, account_id))`,
      `create table if not exists escrow_custodians (
        tenant_id text not null, custodian_id text not null, account_id text not null,
        primary key (tenant_id, custodian_id, account_id))`,
      `create table if not exists escrow_requests (
        tenant_id text not null, id text not null, lookup text not null, account_id text not null, signing text not null,
        key text not null, verifier text not null, created bigint not null, expires bigint not null, state text not null,
        released_hash text not null,
        primary key (tenant_id, id))`,
      `create table if not exists escrow_approvals (
        tenant_id text not null, request_id text not null, custodian_id text not null, hash text not null,
        share text not null, stored bigint not null,
        primary key (tenant_id, request_id, custodian_id))`,
      'create index if not exists escrow_requests_by_lookup on escrow_requests (tenant_id, lookup)',
      'create index if not exists escrow_requests_by_account on escrow_requests (tenant_id, account_id)',
      'create index if not exists escrow_requests_by_expiry on escrow_requests (tenant_id, expires)',
      'create index if not exists escrow_custodians_by_account on escrow_custodians (tenant_id, account_id)',
    ],
  },
]

/** Brings the schema up to date. Each migration is one transaction; two processes may run it at once. */
export async function migrate(db: Scope['db'], now: number): Promise<void> {
  const scope = { db, tenant: '' }
  await inTransaction(scope, async (step) => {
    await sql`create table if not exists schema_migrations (name text primary key, applied bigint not null)`.execute(
      step.db,
    )
  })
  const done = new Set((await db.selectFrom('schema_migrations').select('name').execute()).map(({ name }) => name))
  for (const { name, statements, fill } of MIGRATIONS.filter((migration) => !done.has(migration.name))) {
    await inTransaction(scope, async (step) => {
      for (const statement of statements) await sql.raw(statement).execute(step.db)
      await fill?.(step)
      const row = { name, applied: now }
      await step.db
        .insertInto('schema_migrations')
        .values(row)
        .onConflict((on) => on.doNothing())
        .execute()
    })
  }
}
