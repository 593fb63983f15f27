/**
 * The vault without a worker, for Node and for tests.
 *
 * @module
 */
export { isExactJson } from '../records/convert-value.ts'
export { type ForeignLayout, layoutOf } from '../records/convert-layout.ts'
export type { OpenValue } from '../records/convert-record.ts'
export type { LoadPart, PartName, Parts } from './parts.ts'
export { createVault, type VaultOptions } from './create-vault.ts'
export type * from './api.ts'
export type * from './devices-api.ts'
export type * from './escrow-api.ts'
export type * from './keys-api.ts'
export type * from './audit-api.ts'
export type * from './slots-api.ts'
export type * from './strength-api.ts'
export type { Transport, TransportRequest, TransportResponse } from './transport.ts'
export { createMemoryStorage } from '../storage/memory-storage.ts'
export type { Storage } from '../storage/storage.ts'
