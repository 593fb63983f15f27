import 'fake-indexeddb/auto'
import { afterAll } from 'vitest'
import { createVault } from '@lockstitch/sdk/vault'
import { createBackend } from '../support/backend.ts'
import { conformance } from './suite.ts'

const backend = await createBackend()
const clocked = await createBackend()
afterAll(() => Promise.all([backend.close(), clocked.close()]))

await conformance('in process on Node', {
  wire: (device) => ({ send: (request) => backend.send(device, request) }),
  clocked: {
    wire: (device) => ({ send: (request) => clocked.send(device, request) }),
    advance: async (ms) => clocked.advance(ms),
  },
  async makeVault(transport, database) {
    const vault = createVault({ transport, database })
    return { vault, dispose: () => vault.lock() }
  },
})
