/**
 * Lockstitch: seal sensitive fields in the browser, before upload.
 *
 * @module
 */
export { type ErrorCode, isLockstitchError, LockstitchError } from './errors.ts'
export {
  confidential,
  defineModel,
  type FieldOptions,
  internal,
  type ModelOptions,
  phi,
  pii,
  pub,
} from './schema/define-model.ts'
export type { Field, Model, Place, Plain, PlainOf, Sealed, SealedOf, Shape } from './schema/types.ts'
export { convertRecords } from './client/lazy-convert.ts'
export { createFiles } from './client/lazy-files.ts'
export { createClient } from './client/create-client.ts'
export type {
  AutoLockOptions,
  BatchOptions,
  Client,
  ClientOptions,
  ClientStatus,
  ConvertOptions,
  LockOptions,
  LockReason,
  LockResult,
  LockWarning,
  Outbox,
  StatusListener,
  UnlockOptions,
} from './client/types.ts'
export type {
  AcceptableKind,
  ConversionKeys,
  ConversionKind,
  ConversionMapping,
  ConversionMode,
  ConversionProblem,
  FieldMapping,
} from './schema/conversion.ts'
export type {
  CallOptions,
  ConversionItem,
  ConversionOrder,
  ConversionResult,
  Credentials,
  DeviceCredentials,
  DrainResult,
  EnrolRequest,
  ItemResult,
  ListPage,
  LongCallOptions,
  OpeningCredentials,
  OtherCredentials,
  PasswordCredentials,
  PendingWrite,
  Progress,
  ReadOptions,
  RecoveryCredentials,
  RecoveryKit,
  SaveResult,
  VaultStatus,
} from './vault/api.ts'
export { type KitOptions, recoveryKitHtml } from './client/kit.ts'
export { type PasskeySupport, passkeySupport } from './client/passkeys.ts'
export { managed, type Managed } from './client/managed.ts'
export type {
  ApprovalOrder,
  CardInfo,
  CustodyInfo,
  EscrowCalls,
  EscrowInfo,
  EscrowOrder,
  EscrowOverview,
  EscrowRequestInfo,
  MadeRequest,
  RecoverOrder,
  RequestProgress,
} from './vault/escrow-api.ts'
export type {
  Exposure,
  FailedRecord,
  KeyInfo,
  Keys,
  RevocationReport,
  RevokeRequest,
  RotateRequest,
  RotationReport,
  WaitingKey,
} from './vault/keys-api.ts'
export type {
  AccountDestructionReport,
  DestroyAccountRequest,
  DestroyRecordRequest,
  DestroyRequest,
  DestructionProof,
  DestructionReport,
  RecordDestructionReport,
} from './vault/destroy-api.ts'
export type { RecordRef } from './vault/record-ref.ts'
export type { AuditEvent, AuditFact } from './format/audit.ts'
export type { Audit, AuditEntry } from './vault/audit-api.ts'
export type {
  AddDeviceRequest,
  DeviceInfo,
  Devices,
  LinkRequest,
  NewDevice,
  RememberedDevice,
} from './vault/devices-api.ts'
export type { AddedSlot, AddSlotRequest, NewPasskey, NewSlot, SlotInfo, Slots } from './vault/slots-api.ts'
export type { PasswordStrength, StrengthOptions, StrengthSuggestion, StrengthWarning } from './vault/strength-api.ts'
export type {
  FileInfo,
  FileRange,
  Files,
  FileSource,
  OpenFileOptions,
  SealedFile,
  SealFileOptions,
  SealingFile,
  UploadOptions,
} from './vault/files-api.ts'
export type { FileRef } from './format/file-ref.ts'
export type { Transport, TransportRequest, TransportResponse } from './vault/transport.ts'
