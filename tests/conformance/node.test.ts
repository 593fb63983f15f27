import 'fake-indexeddb/auto'
import { afterAll } from 'vitest'
import { createVault } from '@lockstitch/sdk/vault'
import { createBackend } from '../support/backend.ts'
import { conformance } from './suite.ts'

const backend = await createBackend()
afterAll(() => backend.close())

await conformance('in process on Node', {
  wire: (device) => ({ send: (request) => backend.send(device, request) }),
  async makeVault(transport, database) {
    const vault = createVault({ transport, database })
    return { vault, dispose: () => vault.lock() }
  },
})
