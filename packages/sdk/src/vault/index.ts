/**
 * The vault without a worker, for Node and for tests.
 *
 * @module
 */
export { createVault, type VaultOptions } from './create-vault.ts'
export type * from './api.ts'
export type { Transport, TransportRequest, TransportResponse } from './transport.ts'
export type { Storage } from '../storage/storage.ts'
