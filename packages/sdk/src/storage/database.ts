/**
 * The local database: what this device has seen and what it still has to send. Records lie in it sealed, also those parts
 * that the server may read; it holds no key.
 *
 * It is a cache and a memory of revisions, never the only copy of anything that was stored; what waits in the outbox is
 * the exception, and a failure to keep it is an error that the caller sees.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Bytes } from '../assert.ts'
import { LockstitchError } from '../errors.ts'
import { generateUuid } from '../crypto/uuid.ts'

/** The newest account state that this device has seen. */
export interface AccountRow {
  readonly account: string
  /** Hash of the handle, so that the handle itself is not on the disk. */
  readonly handleHash: string
  readonly stateText: string
  /** The newest entry of the audit log that this device has seen. */
  readonly auditHead?: { readonly seq: number; readonly hash: string }
  /** When a slot was last tried out on this device, in milliseconds since 1970, by its id. For reminders; nothing depends on it. */
  readonly drills?: Readonly<Record<string, number>>
}

/** This device's part of a device slot, in clear: without the PIN and the server's share it opens nothing. */
export interface DeviceRow {
  readonly account: string
  /** Id of the slot. */
  readonly slot: string
  /** 32 random bytes. */
  readonly secret: Bytes
  /** By the clock of this device. */
  readonly created: number
  readonly used: number
  /** Milliseconds without a use, and since it was made, after which it is not tried any more. */
  readonly idleMs: number
  readonly lifeMs: number
  /** As the server last said. */
  readonly triesLeft: number
}

/** The newest revision of a record that this device has seen. */
export interface HeadRow {
  readonly account: string
  readonly model: string
  readonly id: string
  readonly revision: number
  readonly hash: string
  readonly state: 'live' | 'tombstone'
  /** The sealed record's JSON, sealed once more under the device's local key. */
  readonly box: Bytes
}

/** A write that waits for the server, in the order of `sequence`. */
export interface OutboxRow extends HeadRow {
  readonly sequence: number
  readonly queuedAt: number
  readonly delivery: 'waiting' | 'conflict' | 'refused'
  /** The record's model, sealed under the device's local key, so that the write can be sealed anew; rows of before have none. */
  readonly spec?: Bytes
  /** The revision that the write follows, as this device knew it. */
  readonly base?: HeadRow
}

/** An upload that is under way: what it takes to go on with it. */
export interface UploadRow {
  readonly account: string
  /** Keyed hash of what the file is called here, so that no name is on the disk. */
  readonly name: string
  /** Its state, sealed under the device's local key. */
  readonly box: Bytes
}

/** The object stores. */
export interface Schema extends DBSchema {
  /** `birth`: a random mark of this very database, so that an empty one in its place is noticed. */
  marks: { key: 'birth'; value: string }
  accounts: { key: string; value: AccountRow; indexes: { handleHash: string } }
  devices: { key: string; value: DeviceRow }
  heads: { key: [account: string, model: string, id: string]; value: HeadRow }
  outbox: {
    key: number
    value: Omit<OutboxRow, 'sequence'> & { sequence?: number }
    indexes: { account: string; record: [account: string, model: string, id: string] }
  }
  uploads: { key: [account: string, name: string]; value: UploadRow }
}

export type Database = IDBPDatabase<Schema>

const DATABASE_VERSION = 3

/**
 * Opens the database, made on first use.
 *
 * @param onLost Called when the connection ends although nobody closed it: the browser evicted the data, the user cleared
 * it, or another tab needs a newer version.
 * @throws LockstitchError `ERR_STORAGE_BLOCKED` when another tab holds an older version open, `ERR_STORAGE_LOST` when the
 * browser offers no database.
 */
export async function openDatabase(name: string, onLost: () => void): Promise<Database> {
  let onBlocked: (error: LockstitchError) => void
  const blocked = new Promise<never>((_, reject) => {
    onBlocked = reject
  })
  let failure: Promise<unknown> | undefined
  const opening = openDB<Schema>(name, DATABASE_VERSION, {
    upgrade(database, from, _to, transaction) {
      failure = transaction.done.then(
        () => undefined,
        (error: unknown) => error,
      )
      if (from < 2) database.createObjectStore('uploads', { keyPath: ['account', 'name'] })
      database.createObjectStore('devices', { keyPath: 'account' })
      if (from > 0) return
      database.createObjectStore('marks')
      // When this fails, so does the transaction.
      transaction
        .objectStore('marks')
        .put(generateUuid(), 'birth')
        .catch(() => undefined)
      database.createObjectStore('accounts', { keyPath: 'account' }).createIndex('handleHash', 'handleHash')
      database.createObjectStore('heads', { keyPath: ['account', 'model', 'id'] })
      const outbox = database.createObjectStore('outbox', { keyPath: 'sequence', autoIncrement: true })
      outbox.createIndex('account', 'account')
      outbox.createIndex('record', ['account', 'model', 'id'])
    },
    // An older version is open elsewhere and does not close.
    blocked: () => onBlocked(new LockstitchError('ERR_STORAGE_BLOCKED')),
    // This connection keeps a newer version elsewhere from opening: give way.
    blocking(_current, _blocked, event) {
      ;(event.target as IDBDatabase).close()
      onLost()
    },
    terminated: onLost,
  })
  // A database that opens after all, once nobody waits for it, must not stay open.
  blocked.catch(() => opening.then((database) => database.close()).catch(() => undefined))
  try {
    return await Promise.race([opening, blocked])
  } catch (error) {
    // Why a database could not be made is what ended the transaction that makes it.
    throw storageError((await failure) ?? error)
  }
}

/** The coded error of whatever a database call threw. */
export function storageError(error: unknown): LockstitchError {
  if (error instanceof LockstitchError) return error
  const { name } = (error ?? {}) as { name?: unknown }
  return new LockstitchError(name === 'QuotaExceededError' ? 'ERR_STORAGE_QUOTA' : 'ERR_STORAGE_LOST')
}
