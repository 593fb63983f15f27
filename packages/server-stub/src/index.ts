/**
 * The reference server: it checks that what it stores is sealed, and stores it. `createApp` is the server as a web-standard
 * app over a store and a KMS; `startServer` runs one on a data folder.
 *
 * @module
 */
export { type AppOptions, createApp } from './app.ts'
export { type Limits, LIMITS } from './deps.ts'
export { PAGE_POLICY } from './http/security-headers.ts'
export { loadModels } from './host/load-models.ts'
export { type RunningServer, type ServerOptions, startServer } from './host/start-server.ts'
export { createLog } from './log.ts'
export { type AuditEntry, readAudit } from './store/audit.ts'
export { type AuditFault, type AuditHead, type AuditReport, verifyAudit } from './store/verify-audit.ts'
export { openStore, type Store, type StoreLocation } from './store/open-store.ts'
export type { Scope, Tables } from './store/tables.ts'
