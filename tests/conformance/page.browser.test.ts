import { createVault } from '@lockstitch/sdk/vault'
import { browserWire, clockedWire } from '../support/browser-wire.ts'
import { conformance } from './suite.ts'

await conformance('in process in a page', {
  wire: browserWire,
  clocked: clockedWire,
  async makeVault(transport, database) {
    const vault = createVault({ transport, database })
    return { vault, dispose: () => vault.lock() }
  },
})
