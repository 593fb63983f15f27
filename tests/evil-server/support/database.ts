/** The local database of a device, from outside. */

/** Every row of a local database, by object store; that a database was made at all counts for nothing. */
export async function readDatabase(name: string): Promise<Record<string, unknown[]>> {
  // Opening a database that is not there would make an empty one.
  if ((await indexedDB.databases()).every((one) => one.name !== name)) return {}
  const database = await settled(indexedDB.open(name))
  try {
    const stores = [...database.objectStoreNames]
    const transaction = database.transaction(stores)
    const rows = await Promise.all(stores.map((store) => settled(transaction.objectStore(store).getAll())))
    const entries = stores.map((store, index): [string, unknown[]] => [store, rows[index] as unknown[]])
    return Object.fromEntries(entries.filter(([store, content]) => store !== 'marks' && content.length > 0))
  } finally {
    database.close()
  }
}

/** Changes the local database from outside, as a thief of the device could. */
export async function editDatabase(name: string, store: string, edit: (row: never) => unknown): Promise<void> {
  const database = await settled(indexedDB.open(name))
  try {
    const objects = database.transaction(store, 'readwrite').objectStore(store)
    const rows = (await settled(objects.getAll())) as never[]
    await settled(objects.clear())
    for (const row of rows) {
      const edited = edit(row)
      if (edited !== undefined) await settled(objects.put(edited))
    }
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
