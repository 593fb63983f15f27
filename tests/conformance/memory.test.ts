import { afterAll, expect, test } from 'vitest'
import { createMemoryStorage, createVault, type Storage } from '@lockstitch/sdk/vault'
import { createBackend } from '../support/backend.ts'
import { conformance } from './suite.ts'

const backend = await createBackend()
const clocked = await createBackend()
afterAll(() => Promise.all([backend.close(), clocked.close()]))

/** What a device keeps, as long as this process lives. */
const storages = new Map<string, Storage>()

await conformance('in process with a storage in memory', {
  isShared: true,
  wire: (device) => ({ send: (request) => backend.send(device, request) }),
  clocked: {
    wire: (device) => ({ send: (request) => clocked.send(device, request) }),
    advance: async (ms) => clocked.advance(ms),
  },
  async makeVault(transport, database) {
    const storage = storages.get(database) ?? createMemoryStorage()
    storages.set(database, storage)
    const vault = createVault({ transport, database, storage })
    return { vault, dispose: () => vault.lock() }
  },
})

test('needs no IndexedDB, and so writes nothing to one', () => {
  expect(globalThis.indexedDB).toBeUndefined()
  expect(storages.size).toBeGreaterThan(1)
})
