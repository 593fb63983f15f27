/**
 * What a server needs to store Lockstitch records: checks that a write is sealed, owned, signed and next in its chain, and
 * the sealing at rest of the fields that the server itself may read. It runs on Node and holds no key that opens a field
 * of the audience `user`. `docs/server-api.md` is the protocol around it.
 *
 * @module
 */
export { isAccountActive } from '../format/account-transition.ts'
export { CHANGE_EVENT, DESTROYED_EVENT, NOTE_EVENT } from '../format/audit.ts'
export { hashAuditLink, verifyErasedStatement, verifyStatement } from './audit.ts'
export { readCheckpoint, type VerifiedAccountState, verifyAccountState } from './account-state.ts'
export { verifyAccountDestruction, verifyCertificate } from './certificate.ts'
export { type FileKey, MAX_FILE_PARTS, verifyFileKey, verifyFileParts } from './file-verifier.ts'
export {
  type ExpectedSigner,
  type IncomingRequest,
  REQUEST_WINDOW_SECONDS,
  type RequestSignature,
  verifyRequestSignature,
} from './http-signature.ts'
export {
  type AtRestCipher,
  type AtRestKey,
  type AtRestKeyStore,
  type AtRestPlace,
  createKeyring,
  type Keyring,
  type KeyringOptions,
} from './keyring.ts'
export type { Kms, KmsContext } from './kms.ts'
export { type LocalKmsOptions, openLocalKms } from './local-kms.ts'
export {
  checkRevision,
  type ClearValue,
  createVerifier,
  type RecordWrite,
  type StoredRevision,
  type VerifiedRecord,
  type Verifier,
} from './verifier.ts'
