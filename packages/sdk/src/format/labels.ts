/**
 * The namespaces: the first part of every frame that is authenticated, signed, hashed or derived from.
 * One purpose, one label; bytes made for one purpose are noise for every other.
 */
export const LABELS = {
  fieldAad: 'lockstitch/ls1/field',
  recordKey: 'lockstitch/ls1/record-key',
  fileKey: 'lockstitch/ls1/file-key',
  file: 'lockstitch/ls1/file',
  recordDigest: 'lockstitch/ls1/record-digest',
  manifestHash: 'lockstitch/ls1/manifest-hash',
  manifestMac: 'lockstitch/ls1/manifest-mac',
  manifestSignature: 'lockstitch/ls1/manifest-signature',
  accountStateHash: 'lockstitch/ls1/account-state-hash',
  accountStateSignature: 'lockstitch/ls1/account-state-signature',
  commitment: 'lockstitch/ls1/commit',
  wrappingKey: 'lockstitch/ls1/wrapping-key',
  manifestKey: 'lockstitch/ls1/manifest-key',
  localKey: 'lockstitch/ls1/local-key',
  notesKey: 'lockstitch/ls1/notes-key',
  noteAad: 'lockstitch/ls1/note',
  uploadBox: 'lockstitch/ls1/upload-box',
  uploadName: 'lockstitch/ls1/upload-name',
  localBox: 'lockstitch/ls1/local-box',
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
  passkeySalt: 'lockstitch/ls1/passkey/salt',
  passkeyLocate: 'lockstitch/ls1/passkey/locate',
  passkeyAuth: 'lockstitch/ls1/passkey/auth',
  passkeyUnlock: 'lockstitch/ls1/passkey/unlock',
  deviceSalt: 'lockstitch/ls1/device/salt',
  deviceStretched: 'lockstitch/ls1/device/stretched',
  deviceAuth: 'lockstitch/ls1/device/auth',
  deviceUnlock: 'lockstitch/ls1/device/unlock',
  recoveryChecksum: 'lockstitch/ls1/recovery/checksum',
} as const

/** The namespaces of escrow, apart so that code which needs none of them carries none. */
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
export type Label = (typeof LABELS)[keyof typeof LABELS] | (typeof ESCROW_LABELS)[keyof typeof ESCROW_LABELS]
