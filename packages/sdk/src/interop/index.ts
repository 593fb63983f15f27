/**
 * The ciphertext of five server systems: read it, write what is safe to write, and know what it is worth. Each format's code
 * is loaded when it is first used. `docs/interop.md` describes the formats byte by byte.
 *
 * @module
 */
export { ERRORS } from '../error-messages.ts'
export { type ErrorCode, isLockstitchError, LockstitchError } from '../errors.ts'
export { FOREIGN_FORMATS, type ForeignFormatInfo } from './formats.ts'
export { openForeign } from './open-foreign.ts'
export { sealForeign } from './seal-foreign.ts'
export { deriveCryptoJsKey } from './novamind/derive-crypto-js-key.ts'
export { deriveFernetKey } from './novamind/fernet-key.ts'
export { FOREIGN_WARNINGS, type ForeignWarning } from './warnings.ts'
export type {
  ForeignFormat,
  ForeignInput,
  ForeignKeys,
  ForeignSealed,
  OpenedForeign,
  OpenForeignOptions,
  OpensslDigest,
  PazpazForm,
  SealForeignOptions,
  WritableForeignFormat,
} from './types.ts'
