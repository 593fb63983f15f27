/**
 * The namespaces: the first part of every frame that is authenticated, signed, hashed or derived from.
 * One purpose, one label; bytes made for one purpose are noise for every other.
 */
export const LABELS = {
  fieldAad: 'lockstitch/ls1/field',
  recordKey: 'lockstitch/ls1/record-key',
  recordDigest: 'lockstitch/ls1/record-digest',
  manifestHash: 'lockstitch/ls1/manifest-hash',
  manifestMac: 'lockstitch/ls1/manifest-mac',
  manifestSignature: 'lockstitch/ls1/manifest-signature',
  accountStateHash: 'lockstitch/ls1/account-state-hash',
  auditSignature: 'lockstitch/ls1/audit-signature',
  accountStateSignature: 'lockstitch/ls1/account-state-signature',
  commitment: 'lockstitch/ls1/commit',
  wrappingKey: 'lockstitch/ls1/wrapping-key',
  manifestKey: 'lockstitch/ls1/manifest-key',
  manifestKeyAad: 'lockstitch/ls1/wrapped-manifest-key',
  localKey: 'lockstitch/ls1/local-key',
  notesKey: 'lockstitch/ls1/notes-key',
  localBox: 'lockstitch/ls1/local-box',
  localModel: 'lockstitch/ls1/local-model',
  localHandle: 'lockstitch/ls1/local-handle',
  slotAad: 'lockstitch/ls1/slot',
  dataKeyAad: 'lockstitch/ls1/data-key',
  signingKeyAad: 'lockstitch/ls1/signing-key',
  receivingKeyAad: 'lockstitch/ls1/receiving-key',
  writer: 'lockstitch/ls1/writer',
  passwordSalt: 'lockstitch/ls1/password/salt',
  passwordAuth: 'lockstitch/ls1/password/auth',
  passwordUnlock: 'lockstitch/ls1/password/unlock',
  recoveryLocate: 'lockstitch/ls1/recovery/locate',
  recoveryAuth: 'lockstitch/ls1/recovery/auth',
  recoveryUnlock: 'lockstitch/ls1/recovery/unlock',
  recoveryChecksum: 'lockstitch/ls1/recovery/checksum',
} as const

// What is seldom used stands apart, so that code which needs none of it carries none.

/** The namespaces of managing an account. */
export const MANAGE_LABELS = {
  noteAad: 'lockstitch/ls1/note',
  auditHash: 'lockstitch/ls1/audit-hash',
  certificateSignature: 'lockstitch/ls1/certificate-signature',
} as const

/** The namespaces of files. */
export const FILE_LABELS = {
  fileKey: 'lockstitch/ls1/file-key',
  file: 'lockstitch/ls1/file',
  uploadBox: 'lockstitch/ls1/upload-box',
  uploadName: 'lockstitch/ls1/upload-name',
} as const

/** The namespaces of passkeys. */
export const PASSKEY_LABELS = {
  passkeySalt: 'lockstitch/ls1/passkey/salt',
  passkeyLocate: 'lockstitch/ls1/passkey/locate',
  passkeyAuth: 'lockstitch/ls1/passkey/auth',
  passkeyUnlock: 'lockstitch/ls1/passkey/unlock',
} as const

/** The namespaces of handing keys to a second thread. */
export const SECOND_LABELS = {
  secondKey: 'lockstitch/ls1/second/key',
  secondManifestKey: 'lockstitch/ls1/second/manifest-key',
  secondDataKey: 'lockstitch/ls1/second/data-key',
} as const

/** The namespaces of remembered devices. */
export const DEVICE_LABELS = {
  deviceSalt: 'lockstitch/ls1/device/salt',
  deviceStretched: 'lockstitch/ls1/device/stretched',
  deviceAuth: 'lockstitch/ls1/device/auth',
  deviceUnlock: 'lockstitch/ls1/device/unlock',
} as const

/** The namespaces of linking a device. */
export const LINK_LABELS = {
  linkCommitment: 'lockstitch/ls1/link/commitment',
  linkWords: 'lockstitch/ls1/link/words',
  linkSeal: 'lockstitch/ls1/link/seal',
  linkLocate: 'lockstitch/ls1/link/locate',
  linkAuth: 'lockstitch/ls1/link/auth',
  linkUnlock: 'lockstitch/ls1/link/unlock',
} as const

/** The namespaces of escrow. */
export const ESCROW_LABELS = {
  cardSignature: 'lockstitch/ls1/card-signature',
  accountDigits: 'lockstitch/ls1/account-digits',
  escrowSignature: 'lockstitch/ls1/escrow/signature',
  escrowHash: 'lockstitch/ls1/escrow/hash',
  escrowCommitment: 'lockstitch/ls1/escrow/commit',
  escrowShareCommitment: 'lockstitch/ls1/escrow/share-commit',
  escrowShare: 'lockstitch/ls1/escrow/share',
  escrowApproval: 'lockstitch/ls1/escrow/approval',
  escrowLocate: 'lockstitch/ls1/escrow/locate',
  escrowAuth: 'lockstitch/ls1/escrow/auth',
  escrowUnlock: 'lockstitch/ls1/escrow/unlock',
  requestChecksum: 'lockstitch/ls1/escrow-request/checksum',
  requestLocate: 'lockstitch/ls1/escrow-request/locate',
  requestAuth: 'lockstitch/ls1/escrow-request/auth',
  requestKey: 'lockstitch/ls1/escrow-request/key',
  requestDigits: 'lockstitch/ls1/escrow-request/digits',
} as const

/** One of the namespaces. */
export type Label =
  | ValueOf<typeof LABELS>
  | ValueOf<typeof MANAGE_LABELS>
  | ValueOf<typeof FILE_LABELS>
  | ValueOf<typeof PASSKEY_LABELS>
  | ValueOf<typeof SECOND_LABELS>
  | ValueOf<typeof DEVICE_LABELS>
  | ValueOf<typeof LINK_LABELS>
  | ValueOf<typeof ESCROW_LABELS>

type ValueOf<T> = T[keyof T]
