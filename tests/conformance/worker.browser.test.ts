import { createClient, type Transport } from '@lockstitch/sdk'
import { browserWire, clockedWire } from '../support/browser-wire.ts'
import { asVault } from './client-vault.ts'
import { conformance } from './suite.ts'

await conformance('through the worker', {
  wire: browserWire,
  clocked: clockedWire,
  async makeVault(transport: Transport, database: string) {
    const client = createClient({ server: transport, database })
    return { vault: asVault(client), files: client.files, dispose: () => client.dispose() }
  },
})
