/** IndexedDB with promises in the place of events: as much of it as the storage needs. */

/** Rows of an object store or of an index. */
export interface Rows<Row> {
  get(key: IDBValidKey): Promise<Row | undefined>
  getKey(key: IDBValidKey): Promise<IDBValidKey | undefined>
  getAll(query?: IDBValidKey | IDBKeyRange): Promise<Row[]>
  getAllKeys(query: IDBValidKey | IDBKeyRange): Promise<IDBValidKey[]>
  count(query: IDBValidKey | IDBKeyRange): Promise<number>
}

/** An object store that is read. */
export interface ReadStore<Row> extends Rows<Row> {
  index(name: string): Rows<Row>
}

/** An object store that is written. */
export interface WriteStore<Row> extends ReadStore<Row> {
  put(row: Row, key?: IDBValidKey): Promise<IDBValidKey>
  add(row: Row): Promise<IDBValidKey>
  delete(key: IDBValidKey): Promise<void>
}

/** A transaction; `Schema` names the rows of each object store. */
export interface Transaction<Schema> {
  objectStore<Name extends keyof Schema & string>(name: Name): ReadStore<Schema[Name]>
  /** Settles when the transaction has ended; rejects with what ended it, or an `AbortError`. */
  readonly done: Promise<void>
  abort(): void
}

/** A transaction that writes. */
export interface WritingTransaction<Schema> extends Transaction<Schema> {
  objectStore<Name extends keyof Schema & string>(name: Name): WriteStore<Schema[Name]>
}

/** A connection. */
export interface Connection<Schema> {
  read(stores: readonly (keyof Schema & string)[]): Transaction<Schema>
  write(stores: readonly (keyof Schema & string)[], durability: IDBTransactionDurability): WritingTransaction<Schema>
  close(): void
}

/** The result of a request. */
export function ask<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Resolves when the transaction is complete; rejects with what undid it, or an `AbortError` where that was `abort()`. */
export function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new DOMException('', 'AbortError'))
  })
}

/** The connection that an open database is. */
export function connectionOf<Schema>(database: IDBDatabase): Connection<Schema> {
  return {
    read: (stores) => transactionOf(database.transaction(stores)),
    write: (stores, durability) => transactionOf(database.transaction(stores, 'readwrite', { durability })),
    close: () => database.close(),
  }
}

function transactionOf<Schema>(transaction: IDBTransaction): WritingTransaction<Schema> {
  return {
    objectStore: (name) => storeOf(transaction.objectStore(name)),
    done: ended(transaction),
    abort: () => transaction.abort(),
  }
}

function storeOf<Row>(store: IDBObjectStore): WriteStore<Row> {
  return {
    ...rowsOf<Row>(store),
    index: (name) => rowsOf(store.index(name)),
    put: (row, key) => ask(store.put(row, key)),
    add: (row) => ask(store.add(row)),
    delete: (key) => ask(store.delete(key)),
  }
}

function rowsOf<Row>(rows: IDBObjectStore | IDBIndex): Rows<Row> {
  return {
    get: (key) => ask(rows.get(key)),
    getKey: (key) => ask(rows.getKey(key)),
    getAll: (query) => ask(rows.getAll(query)),
    getAllKeys: (query) => ask(rows.getAllKeys(query)),
    count: (query) => ask(rows.count(query)),
  }
}
