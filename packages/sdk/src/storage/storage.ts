import type { IDBPTransaction } from 'idb'
import { LockstitchError } from '../errors.ts'
import {
  type AccountRow,
  type Database,
  type DeviceRow,
  type HeadRow,
  openDatabase,
  type OutboxRow,
  type Schema,
  storageError,
  type UploadRow,
} from './database.ts'
import { forgetHeads, raiseHeads, readMany } from './heads.ts'
import { replaceWaiting, waitingRow } from './waiting.ts'

/** A place of a record: account, model, id. */
export type RecordPlace = readonly [account: string, model: string, id: string]

/** A write for the outbox, and the head that it was sealed to follow. */
export interface NewWrite {
  readonly row: Omit<OutboxRow, 'sequence' | 'delivery'>
  readonly follows: string | undefined
}

/**
 * What a vault keeps on its device. Each method is one transaction: it happens whole or not at all.
 * All throw `ERR_STORAGE_LOST`, `ERR_STORAGE_QUOTA` or `ERR_STORAGE_BLOCKED`.
 */
export interface Storage {
  findAccount(handleHash: string): Promise<AccountRow | undefined>
  readAccount(account: string): Promise<AccountRow | undefined>
  writeAccount(row: AccountRow): Promise<void>
  forgetAccount(account: string): Promise<void>
  /** What this device has of device slots, one for each account. */
  listDevices(): Promise<DeviceRow[]>
  /** In memory alone: `ERR_DEVICE_SHARED`. */
  writeDevice(row: DeviceRow): Promise<void>
  /** Forgets the secret of a device slot. */
  forgetDevice(slot: string): Promise<void>
  /** The heads of some records of a model, in the order of the ids; `undefined` where there is none. */
  readHeads(account: string, model: string, ids: readonly string[]): Promise<(HeadRow | undefined)[]>
  /** Heads of a model with `after < id`, and `id <= upTo` where it is given, by id. */
  listHeads(account: string, model: string, after: string | null, upTo: string | null): Promise<HeadRow[]>
  /** Every head of an account. */
  allHeads(account: string): Promise<HeadRow[]>
  /** Forgets heads, unless they are newer now. */
  forgetHeads(rows: readonly HeadRow[]): Promise<void>
  /** Keeps each row, all of one model, unless the head is already as new. */
  raiseHeads(rows: readonly HeadRow[]): Promise<void>
  /** What the next revision of a record follows: its last waiting write, else its head. */
  readBase(place: RecordPlace): Promise<HeadRow | undefined>
  /** The same for some records of a model, in the order of the ids. */
  readBases(account: string, model: string, ids: readonly string[]): Promise<(HeadRow | undefined)[]>
  /**
   * Puts writes at the end of the outbox, all or none. A write whose base has changed since it was sealed is an
   * `ERR_CONFLICT` for all.
   */
  enqueue(writes: readonly NewWrite[]): Promise<number[]>
  listOutbox(account: string): Promise<OutboxRow[]>
  /** Writes of one record that wait or were refused, oldest first. */
  outboxOf(place: RecordPlace): Promise<OutboxRow[]>
  /** Takes acknowledged writes out of the outbox and makes them heads, in one step. */
  settle(rows: readonly OutboxRow[]): Promise<void>
  /**
   * Puts waiting writes of one record, sealed anew, into the places of the ones of before; those that are left out are gone.
   * `ERR_CONFLICT` when the writes of the record that wait are not exactly the ones of before any more.
   */
  replaceWaiting(before: readonly OutboxRow[], after: readonly OutboxRow[]): Promise<void>
  /** Marks a write that the server refused, unless it was discarded meanwhile. */
  markRefused(row: OutboxRow, delivery: 'conflict' | 'refused'): Promise<void>
  discard(place: RecordPlace): Promise<void>
  readUpload(account: string, name: string): Promise<UploadRow | undefined>
  /** Every upload of an account that is under way. */
  listUploads(account: string): Promise<UploadRow[]>
  /** On the disk before it resolves. */
  writeUpload(row: UploadRow): Promise<void>
  forgetUpload(account: string, name: string): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the storage in the browser's IndexedDB. The connection is made when it is first needed, and again when it was
 * lost; a database that is not the one of before is `ERR_STORAGE_LOST`, never silently an empty memory.
 */
export function openStorage(name: string): Storage {
  let connection: Promise<Database> | undefined
  let birth: string | undefined
  const open = async (): Promise<Database> => {
    const database = await openDatabase(name, () => {
      connection = undefined
    })
    try {
      const mark = await transact(database.transaction('marks'), ({ store }) => store.get('birth'))
      birth ??= mark
      if (mark === undefined || mark !== birth) throw new LockstitchError('ERR_STORAGE_LOST')
      return database
    } catch (error) {
      database.close()
      throw error
    }
  }
  const connect = (): Promise<Database> => {
    connection ??= open()
    // A failure to open is not remembered: the next call tries again.
    connection.catch(() => {
      connection = undefined
    })
    return connection
  }
  const run = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    try {
      return await work(await connect())
    } catch (error) {
      throw storageError(error)
    }
  }
  const read = <T>(stores: StoreName[], steps: (transaction: Transaction) => Promise<T>): Promise<T> =>
    run((database) => transact(database.transaction(stores), steps))
  const write = <T>(
    stores: StoreName[],
    steps: (transaction: WritingTransaction) => Promise<T>,
    durability: IDBTransactionDurability = 'strict',
  ): Promise<T> => run((database) => transact(database.transaction(stores, 'readwrite', { durability }), steps))
  return {
    // A handle can be enrolled anew: ids rise with time, so the last account is the one that has it now.
    findAccount: (handleHash) =>
      read(['accounts'], async (transaction) =>
        (await transaction.objectStore('accounts').index('handleHash').getAll(handleHash)).at(-1),
      ),
    readAccount: (account) => read(['accounts'], (transaction) => transaction.objectStore('accounts').get(account)),
    writeAccount: (row) =>
      write(['accounts'], async (transaction) => void (await transaction.objectStore('accounts').put(row))),
    forgetAccount: (account) =>
      write(['accounts'], (transaction) => transaction.objectStore('accounts').delete(account)),
    listDevices: () => read(['devices'], (transaction) => transaction.objectStore('devices').getAll()),
    writeDevice: (row) =>
      write(['devices'], async (transaction) => void (await transaction.objectStore('devices').put(row))),
    forgetDevice: (slot) => write(['devices'], (transaction) => forgetDevice(transaction, slot)),
    readHeads: (account, model, ids) =>
      read(['heads'], (transaction) => readMany(transaction.objectStore('heads'), account, model, ids)),
    listHeads: (account, model, after, upTo) =>
      read(['heads'], (transaction) => transaction.objectStore('heads').getAll(idRange(account, model, after, upTo))),
    allHeads: (account) =>
      read(['heads'], (transaction) => transaction.objectStore('heads').getAll(accountRange(account))),
    forgetHeads: async (rows) => {
      if (rows.length > 0) await write(['heads'], (transaction) => forgetHeads(transaction, rows))
    },
    // What can be read again need not reach the disk before the answer.
    raiseHeads: async (rows) => {
      if (rows.length > 0) await write(['heads'], (transaction) => raiseHeads(transaction, rows), 'relaxed')
    },
    readBase: (place) => read(['heads', 'outbox'], (transaction) => readBase(transaction, place)),
    readBases: (account, model, ids) =>
      read(['heads', 'outbox'], (transaction) => readBases(transaction, account, model, ids)),
    enqueue: (writes) => write(['heads', 'outbox'], (transaction) => enqueue(transaction, writes)),
    listOutbox: (account) =>
      read(
        ['outbox'],
        async (transaction) =>
          (await transaction.objectStore('outbox').index('account').getAll(account)) as OutboxRow[],
      ),
    outboxOf: ([account, model, id]) =>
      read(
        ['outbox'],
        async (transaction) =>
          (await transaction.objectStore('outbox').index('record').getAll([account, model, id])) as OutboxRow[],
      ),
    settle: (rows) => write(['heads', 'outbox'], (transaction) => settle(transaction, rows)),
    replaceWaiting: (before, after) =>
      write(['outbox'], (transaction) => replaceWaiting(transaction.objectStore('outbox'), before, after)),
    markRefused: (row, delivery) => write(['outbox'], (transaction) => markRefused(transaction, row, delivery)),
    discard: (place) => write(['outbox'], (transaction) => discard(transaction, place)),
    readUpload: (account, name) =>
      read(['uploads'], (transaction) => transaction.objectStore('uploads').get([account, name])),
    listUploads: (account) =>
      read(['uploads'], (transaction) => transaction.objectStore('uploads').getAll(accountRange(account))),
    writeUpload: (row) =>
      write(['uploads'], async (transaction) => void (await transaction.objectStore('uploads').put(row))),
    forgetUpload: (account, name) =>
      write(['uploads'], (transaction) => transaction.objectStore('uploads').delete([account, name])),
    close: async () => {
      const closing = connection
      connection = undefined
      birth = undefined
      await closing?.then(
        (database) => database.close(),
        () => undefined,
      )
    },
  }
}

type StoreName = 'accounts' | 'devices' | 'heads' | 'outbox' | 'uploads'
type Transaction = IDBPTransaction<Schema, StoreName[], 'readonly' | 'readwrite'>
type WritingTransaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>

async function forgetDevice(transaction: WritingTransaction, slot: string): Promise<void> {
  const devices = transaction.objectStore('devices')
  for (const row of await devices.getAll()) if (row.slot === slot) await devices.delete(row.account)
}

/** An array sorts after every string, so [account, []] is past the last row of an account. */
function accountRange(account: string): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []])
}

function idRange(account: string, model: string, after: string | null, upTo: string | null): IDBKeyRange {
  const lower = [account, model, after ?? '']
  return IDBKeyRange.bound(lower, [account, model, upTo ?? []], true, false)
}

async function readBase(transaction: Transaction, [account, model, id]: RecordPlace): Promise<HeadRow | undefined> {
  const waiting = (await transaction.objectStore('outbox').index('record').getAll([account, model, id])).filter(
    (row) => row.delivery === 'waiting',
  )
  return waiting.at(-1) ?? transaction.objectStore('heads').get([account, model, id])
}

async function readBases(
  transaction: Transaction,
  account: string,
  model: string,
  ids: readonly string[],
): Promise<(HeadRow | undefined)[]> {
  const bases = await readMany(transaction.objectStore('heads'), account, model, ids)
  if ((await transaction.objectStore('outbox').index('account').count(account)) === 0) return bases
  return Promise.all(ids.map((id) => readBase(transaction, [account, model, id])))
}

/**
 * Runs the steps of a transaction. When one of them fails the transaction is undone whole, and the error is the one that
 * ended it, also where a step only learnt that it had ended.
 */
async function transact<T, X extends { readonly done: Promise<void>; abort(): void }>(
  transaction: X,
  steps: (transaction: X) => Promise<T>,
): Promise<T> {
  // Awaited in every case below; until then its failure is not an unhandled one.
  const done = transaction.done.catch((error: unknown) => ({ error }))
  const outcome = await steps(transaction).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome) {
    try {
      transaction.abort()
    } catch {
      // It has ended already.
    }
  }
  const ended = await done
  const cause = (ended as { error?: { name?: unknown } } | undefined)?.error
  if ('error' in outcome) throw cause === undefined || cause.name === 'AbortError' ? outcome.error : cause
  if (cause !== undefined) throw storageError(cause)
  return outcome.value
}

async function enqueue(transaction: WritingTransaction, writes: readonly NewWrite[]): Promise<number[]> {
  const sequences: number[] = []
  for (const { row, follows } of writes) {
    const base = await readBase(transaction, [row.account, row.model, row.id])
    if (base?.hash !== follows) throw new LockstitchError('ERR_CONFLICT')
    sequences.push(await transaction.objectStore('outbox').add(waitingRow(row, base)))
  }
  return sequences
}

async function settle(transaction: WritingTransaction, rows: readonly OutboxRow[]): Promise<void> {
  const outbox = transaction.objectStore('outbox')
  for (const { sequence, queuedAt: _queuedAt, delivery: _delivery, spec: _spec, base: _base, ...head } of rows) {
    await raiseHeads(transaction, [head])
    // What was refused before is superseded by what was stored now.
    for (const row of await outbox.index('record').getAll([head.account, head.model, head.id])) {
      const isDone = row.sequence === sequence || (row.delivery !== 'waiting' && (row.sequence as number) < sequence)
      if (isDone) await outbox.delete(row.sequence as number)
    }
  }
}

async function markRefused(
  transaction: WritingTransaction,
  row: OutboxRow,
  delivery: 'conflict' | 'refused',
): Promise<void> {
  const outbox = transaction.objectStore('outbox')
  if ((await outbox.getKey(row.sequence)) !== undefined) await outbox.put({ ...row, delivery })
}

async function discard(transaction: WritingTransaction, [account, model, id]: RecordPlace): Promise<void> {
  const outbox = transaction.objectStore('outbox')
  for (const key of await outbox.index('record').getAllKeys([account, model, id])) await outbox.delete(key)
}
