import type { Kysely } from 'kysely'

/** Times are milliseconds since 1970; PostgreSQL gives a `bigint` as text, so that every read goes through `Number`. */
type Count = number | string | bigint

/** Every table, as docs in migrations.ts. */
export interface Tables {
  schema_migrations: { name: string; applied: Count }
  settings: { tenant_id: string; name: string; value: string }
  accounts: { tenant_id: string; id: string; revision: Count; hash: string; created: Count }
  account_states: { tenant_id: string; account_id: string; revision: Count; hash: string; state: string; stored: Count }
  credentials: {
    tenant_id: string
    kind: 'password' | 'locator'
    lookup: string
    account_id: string
    slot_id: string
    kdf: string | null
    verifier: string
    /** Of a login that works once: when it ceases to. */
    expires: Count | null
  }
  device_logins: {
    tenant_id: string
    slot_id: string
    account_id: string
    /** `null` once it is destroyed, like the share. */
    verifier: string | null
    share: string | null
    tries: Count
    tried: Count
    idle: Count
    ends: Count
    used: Count
  }
  link_messages: { tenant_id: string; channel: string; step: string; message: string; expires: Count }
  at_rest_keys: { tenant_id: string; account_id: string; id: string; wrapped: string; created: Count }
  sessions: { tenant_id: string; id: string; account_id: string; slot_id: string; created: Count; used: Count }
  request_nonces: { tenant_id: string; account_id: string; nonce: string; expires: Count }
  records: {
    tenant_id: string
    account_id: string
    model: string
    id: string
    revision: Count
    hash: string
    state: 'live' | 'tombstone'
    body: string
    at_rest: string
    updated: Count
  }
  record_keys: { tenant_id: string; account_id: string; model: string; id: string; kid: string }
  escrows: { tenant_id: string; account_id: string; slot_id: string; hash: string; document: string }
  escrow_custodians: { tenant_id: string; custodian_id: string; account_id: string }
  escrow_requests: {
    tenant_id: string
    id: string
    lookup: string
    account_id: string
    signing: string
    key: string
    verifier: string
    created: Count
    expires: Count
    state: 'waiting' | 'cancelled' | 'released'
    released_hash: string
  }
  escrow_approvals: {
    tenant_id: string
    request_id: string
    custodian_id: string
    hash: string
    share: string
    stored: Count
  }
  envelope_nonces: { tenant_id: string; account_id: string; mark: string }
  files: {
    tenant_id: string
    account_id: string
    id: string
    kid: string
    classification: string
    state: 'open' | 'stored' | 'removing'
    bytes: Count
    updated: Count
  }
  file_parts: {
    tenant_id: string
    account_id: string
    file_id: string
    number: Count
    hash: string
    bytes: Count
    stored: Count
  }
  file_usage: { tenant_id: string; account_id: string; files: Count; bytes: Count }
  audit_log: {
    tenant_id: string
    account_id: string
    seq: Count
    time: Count
    event: string
    details: string
    previous: string
    hash: string
  }
}

/** The connection, or the transaction, that a query runs in, and the tenant whose rows it sees. */
export interface Scope {
  readonly db: Kysely<Tables>
  readonly tenant: string
}
