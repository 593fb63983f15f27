import type { createMemoryStorage } from '../storage/memory-storage.ts'
import type { codeOfWords, wordsOfCode } from '../keys/recovery-words.ts'
import type { addDataKeys } from './add-data-keys.ts'
import type { confirmRecovery } from './confirm.ts'
import type { convertBatch } from './convert.ts'
import type { refuseOther } from './destroyed-account.ts'
import type { enrol } from './enrol.ts'
import type { files } from './files.ts'
import type { startDevice } from './device-unlock.ts'
import type { manage } from './manage.ts'
import type { deriveOtherCredential } from './other-credentials.ts'
import type { write } from './outbox.ts'
import type { currentHead, load } from './read.ts'
import type { openRowRecord } from './read-device.ts'
import type { raiseIterations } from './raise-iterations.ts'
import type { renewWrites, settleConflict } from './renew.ts'
import type { sealBatch } from './seal.ts'
import type { createSecond } from './second.ts'
import type { passwordStrength } from './strength.ts'

/**
 * The flows of the vault that its parts use. They are handed over and not imported, because in a browser a part is a file
 * of its own, and a second copy of the vault in it would not be this vault.
 */
export interface VaultFlows {
  readonly sealBatch: typeof sealBatch
  readonly write: typeof write
  readonly load: typeof load
  readonly currentHead: typeof currentHead
  readonly openRowRecord: typeof openRowRecord
}

/** The code that is loaded only when it is used, by the name of its file. */
export interface Parts {
  /** Conversion of other systems' records. */
  readonly convert: { readonly convertBatch: typeof convertBatch }
  /** The same, with OpenPGP in it. */
  readonly 'convert-pgcrypto': { readonly convertBatch: typeof convertBatch }
  /** Recovery codes as words: the list of words is as large as half of the worker. */
  readonly words: { readonly codeOfWords: typeof codeOfWords; readonly wordsOfCode: typeof wordsOfCode }
  /** How strong a password is: lists of passwords, ten times as large as the worker. */
  readonly strength: { readonly passwordStrength: typeof passwordStrength }
  /** Sealing, opening, uploading and downloading files. */
  readonly files: { readonly files: typeof files }
  /** A storage that is never written down, for shared computers. */
  readonly 'memory-storage': { readonly createMemoryStorage: typeof createMemoryStorage }
  /** Working with two threads. */
  readonly second: { readonly createSecond: typeof createSecond }
  /** What changes the account, its keys and what waits under an old one, and the credentials that are used seldom. */
  readonly manage: {
    readonly manage: typeof manage
    readonly enrol: typeof enrol
    readonly refuseOther: typeof refuseOther
    readonly confirmRecovery: typeof confirmRecovery
    readonly addDataKeys: typeof addDataKeys
    readonly renewWrites: typeof renewWrites
    readonly settleConflict: typeof settleConflict
    readonly deriveOtherCredential: typeof deriveOtherCredential
    readonly startDevice: typeof startDevice
    readonly raiseIterations: typeof raiseIterations
  }
}

/** Name of a part. */
export type PartName = keyof Parts

/** Loads a part. */
export type LoadPart = <N extends PartName>(name: N) => Promise<Parts[N]>

const MODULES: { readonly [N in PartName]: () => Promise<Parts[N]> } = {
  convert: () => import('./convert.ts'),
  'convert-pgcrypto': () => import('./convert.ts'),
  manage: () => import('./manage.ts'),
  words: () => import('../keys/recovery-words.ts'),
  strength: () => import('./strength.ts'),
  files: () => import('./files.ts'),
  second: () => import('./second.ts'),
  'memory-storage': () => import('../storage/memory-storage.ts'),
}

/** The parts as modules beside this one. */
export const loadPart: LoadPart = (name) => MODULES[name]()
