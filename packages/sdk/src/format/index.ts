/**
 * The format `ls1`: strict parsers and writers, synchronous and free of cryptography and dependencies, so that a server
 * can run them. `docs/format.md` is the normative text.
 *
 * @module
 */
export { ERRORS } from '../error-messages.ts'
export { type ErrorCode, isLockstitchError, LockstitchError } from '../errors.ts'
export { decodeBase64url, encodeBase64url } from '../bytes/base64url.ts'
export { canonicalJson, type JsonValue, parseJson, stringifyJson } from '../bytes/json.ts'
export * from './constants.ts'
export {
  type Audience,
  type Classification,
  type ClassificationRule,
  CLASSIFICATIONS,
  type Padding,
} from './classification.ts'
export { type Envelope, type EnvelopeText, type ParsedEnvelope, parseEnvelope, serializeEnvelope } from './envelope.ts'
export { type Kid, kidOf, parseKid } from './kid.ts'
export { type KdfParams, parseKdfParams } from './kdf-params.ts'
export {
  type Manifest,
  manifestHashInput,
  manifestSignatureInput,
  type ManifestText,
  type ParsedManifest,
  parseManifest,
} from './manifest.ts'
export {
  type AccountState,
  accountStateHashInput,
  accountStateSignatureInput,
  type AccountStateText,
  type KeyringEntry,
  type KeyState,
  type ParsedAccountState,
  parseAccountState,
} from './account-state.ts'
export { type Certificate, parseCertificate } from './certificate.ts'
export { ERASURE_METHOD, type Erasure } from './erasure.ts'
export { type Card, parseCard } from './card.ts'
export { type Custodian, type Escrow, escrowHashInput, escrowSignatureInput, parseEscrow } from './escrow.ts'
export { type SignedText } from './signed-text.ts'
export { type AuditEvent, type AuditFact, type AuditLink, type AuditStatement, factsOf } from './audit.ts'
export { parseAuditStatement } from './parse-audit-statement.ts'
export { isWayIn, type Slot, type SlotKind } from './slot.ts'
export { type FieldSpec, isEndToEnd, modelFields, type ModelSpec, type NodeSpec, parseModel } from './model.ts'
export { filePartCount, isSealedFileLength, paddedFileLength, sealedFileLength } from './file-layout.ts'
export { type FileRef, parseFileRef } from './file-ref.ts'
export { parseRecordId } from './record-id.ts'
export { parseUuid } from './uuid.ts'
export { type ParsedRecord, SEAL_MEMBER, type SealedLeaf, verifySealedRecord } from './sealed-record.ts'
export { type Leaf, type RecordTree } from './record-tree.ts'
export { type ValueType, type ValueTypes } from './value-type.ts'
