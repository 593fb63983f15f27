/** What a vault and its second thread say to one another. */
import type { Bytes } from '../assert.ts'
import type { ModelSpec } from '../format/model.ts'
import type { Kid } from '../format/kid.ts'
import type { HandedKeys } from '../keys/hand-over.ts'
import type { Identity } from '../keys/identity.ts'
import type { RecordHead } from '../records/keys.ts'
import type { SealedRecord } from '../records/seal-record.ts'
import type { OpenedRecord } from './read-device.ts'
import type { Session } from './session.ts'

/** A record to seal as the revision after `follows`. */
export interface SealJob {
  readonly verb: 'seal'
  readonly record: unknown
  readonly id: string
  readonly follows: RecordHead | undefined
}

/** A record to prove and to open. */
export interface OpenJob {
  readonly verb: 'open'
  readonly record: unknown
}

/** One record's work. */
export type Job = SealJob | OpenJob

/** A live record that is proved and opened, with what it takes to hold it against what the device has seen. */
export interface SeenOpened {
  readonly parsed: { readonly id: string; readonly manifest: { readonly previous: Bytes } }
  readonly head: RecordHead
  readonly opened: OpenedRecord
}

/** What becomes of a job. */
export type Done<J extends Job> = J extends SealJob ? SealedRecord : SeenOpened

/** A job, and what it is done with. */
export interface Work<J extends Job> {
  readonly session: Session
  readonly model: ModelSpec
  readonly job: J
}

/** A second thread of a vault, which does some of the records while the first does the others. */
export interface Second {
  /**
   * Does one record in either thread.
   *
   * @param here The whole work in this thread: also for what the second does not do, for whatever reason.
   * @param there What is left to do with what the second has done.
   */
  run<J extends Job, T>(work: Work<J>, here: () => Promise<T>, there: (done: Done<J>) => T | Promise<T>): Promise<T>
  /** Ends the second thread and with it every key in it. What it had is done in this one. */
  end(): void
}

/** The first message of the second thread: it listens. */
export interface SecondReady {
  /** Its public key for this one exchange. */
  readonly publicKey: Bytes
}

/** Keys for the jobs that come after it. They take the place of those before. */
export interface SecondKeys {
  readonly account: string
  readonly accountKid: Kid
  readonly identity: Pick<Identity, 'signingPublic' | 'writer'>
  readonly handed: HandedKeys
  /** The first thread's public key for this one exchange. */
  readonly publicKey: Bytes
}

/** Work for the second thread. The model stands in it where it is not that of the message before. */
export interface SecondRequest {
  readonly number: number
  readonly model?: ModelSpec
  readonly jobs: readonly Job[]
}

/** Its answer: what became of each job, and nothing for one that failed. */
export interface SecondAnswer {
  readonly number: number
  readonly done: readonly (Done<Job> | undefined)[]
}
