import type { IDBPTransaction } from 'idb'
import { LockstitchError } from '../errors.ts'
import {
  type AccountRow,
  type Database,
  type HeadRow,
  openDatabase,
  type OutboxRow,
  type Schema,
  storageError,
} from './database.ts'

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
  /** The heads of some records of a model, in the order of the ids; `undefined` where there is none. */
  readHeads(account: string, model: string, ids: readonly string[]): Promise<(HeadRow | undefined)[]>
  /** Heads of a model with `after < id`, and `id <= upTo` where it is given, by id. */
  listHeads(account: string, model: string, after: string | null, upTo: string | null): Promise<HeadRow[]>
  /** Keeps the row unless the head is already as new. */
  raiseHeads(rows: readonly HeadRow[]): Promise<void>
  /** What the next revision of a record follows: its last waiting write, else its head. */
  readBase(place: RecordPlace): Promise<HeadRow | undefined>
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
  markRefused(row: OutboxRow, delivery: 'conflict' | 'refused'): Promise<void>
  discard(place: RecordPlace): Promise<void>
  close(): Promise<void>
}

/** Opens the storage in the browser's IndexedDB. The connection is made when it is first needed. */
export function openStorage(name: string): Storage {
  let connection: Promise<Database> | undefined
  const connect = (): Promise<Database> => {
    connection ??= openDatabase(name, () => {
      connection = undefined
    })
    // A failure to open is not remembered: the next call tries again.
    connection.catch(() => {
      connection = undefined
    })
    return connection
  }
  const run = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await connect()
    try {
      return await work(database)
    } catch (error) {
      throw storageError(error)
    }
  }
  return {
    findAccount: (handleHash) => run((database) => database.getFromIndex('accounts', 'handleHash', handleHash)),
    readAccount: (account) => run((database) => database.get('accounts', account)),
    writeAccount: (row) => run(async (database) => void (await database.put('accounts', row))),
    readHeads: (account, model, ids) =>
      run((database) => {
        const { store } = database.transaction('heads')
        return Promise.all(ids.map((id) => store.get([account, model, id])))
      }),
    listHeads: (account, model, after, upTo) =>
      run((database) => database.getAll('heads', idRange(account, model, after, upTo))),
    raiseHeads: (rows) => run((database) => raiseHeads(database, rows)),
    readBase: (place) => run((database) => readBase(database.transaction(['heads', 'outbox']), place)),
    enqueue: (writes) => run((database) => enqueue(database, writes)),
    listOutbox: (account) =>
      run(async (database) => (await database.getAllFromIndex('outbox', 'account', account)) as OutboxRow[]),
    outboxOf: ([account, model, id]) =>
      run(
        async (database) => (await database.getAllFromIndex('outbox', 'record', [account, model, id])) as OutboxRow[],
      ),
    settle: (rows) => run((database) => settle(database, rows)),
    markRefused: (row, delivery) => run(async (database) => void (await database.put('outbox', { ...row, delivery }))),
    discard: (place) => run((database) => discard(database, place)),
    close: async () => {
      const open = connection
      connection = undefined
      await open?.then(
        (database) => database.close(),
        () => undefined,
      )
    },
  }
}

type Transaction = IDBPTransaction<Schema, ('heads' | 'outbox')[], 'readonly' | 'readwrite'>

function idRange(account: string, model: string, after: string | null, upTo: string | null): IDBKeyRange {
  const lower = [account, model, after ?? '']
  // An array sorts after every string, so [account, model, []] is past the last id.
  return IDBKeyRange.bound(lower, [account, model, upTo ?? []], true, false)
}

async function readBase(transaction: Transaction, [account, model, id]: RecordPlace): Promise<HeadRow | undefined> {
  const waiting = (await transaction.objectStore('outbox').index('record').getAll([account, model, id])).filter(
    (row) => row.delivery === 'waiting',
  )
  return waiting.at(-1) ?? transaction.objectStore('heads').get([account, model, id])
}

async function enqueue(database: Database, writes: readonly NewWrite[]): Promise<number[]> {
  const transaction = database.transaction(['heads', 'outbox'], 'readwrite', { durability: 'strict' })
  const outbox = transaction.objectStore('outbox')
  const sequences: number[] = []
  for (const { row, follows } of writes) {
    const base = await readBase(transaction as unknown as Transaction, [row.account, row.model, row.id])
    if (base?.hash !== follows) {
      transaction.abort()
      await transaction.done.catch(() => undefined)
      throw new LockstitchError('ERR_CONFLICT')
    }
    sequences.push(await outbox.add({ ...row, delivery: 'waiting' }))
  }
  await transaction.done
  return sequences
}

async function raiseHeads(database: Database, rows: readonly HeadRow[]): Promise<void> {
  const transaction = database.transaction('heads', 'readwrite')
  for (const row of rows) {
    const known = await transaction.store.get([row.account, row.model, row.id])
    if (known === undefined || known.revision < row.revision) await transaction.store.put(row)
  }
  await transaction.done
}

async function settle(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  const transaction = database.transaction(['heads', 'outbox'], 'readwrite', { durability: 'strict' })
  const heads = transaction.objectStore('heads')
  for (const { sequence, queuedAt: _queuedAt, delivery: _delivery, ...head } of rows) {
    const place: [string, string, string] = [head.account, head.model, head.id]
    const known = await heads.get(place)
    if (known === undefined || known.revision < head.revision) await heads.put(head)
    // What was refused before is superseded by what was stored now.
    for (const row of await transaction.objectStore('outbox').index('record').getAll(place)) {
      const isDone = row.sequence === sequence || (row.delivery !== 'waiting' && (row.sequence as number) < sequence)
      if (isDone) await transaction.objectStore('outbox').delete(row.sequence as number)
    }
  }
  await transaction.done
}

async function discard(database: Database, [account, model, id]: RecordPlace): Promise<void> {
  const transaction = database.transaction('outbox', 'readwrite')
  for (const key of await transaction.store.index('record').getAllKeys([account, model, id]))
    await transaction.store.delete(key)
  await transaction.done
}
