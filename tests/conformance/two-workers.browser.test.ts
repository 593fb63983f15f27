/** What is sealed and opened once more with two workers, in batches that are large enough for both. */
import { type Client, createClient, type ItemResult, type Transport } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { browserWire, clockedWire } from '../support/browser-wire.ts'
import { asVault } from './client-vault.ts'
import { conformance } from './suite.ts'

/** Records that go ahead: the first worker takes from the head of a batch, so that what a test looks at is for the second. */
const AHEAD = 160

await conformance(
  'through two workers',
  {
    wire: browserWire,
    clocked: clockedWire,
    async makeVault(transport: Transport, database: string) {
      const client = createClient({ server: transport, database, workers: 2 })
      return { vault: inLargeBatches(client), files: client.files, dispose: () => client.dispose() }
    },
  },
  ['sealing', 'record layout', 'records', 'rotation'],
)

function inLargeBatches(client: Client): Vault {
  const vault = asVault(client)
  const behind = async <T>(
    records: readonly T[],
    fill: (record: T) => T,
    run: (all: readonly T[]) => Promise<readonly ItemResult<unknown>[]>,
  ): Promise<never[]> => {
    const ahead =
      records.length === 0 ? [] : Array.from({ length: AHEAD }, (_, at) => fill(records[at % records.length] as T))
    return (await run([...ahead, ...records])).slice(ahead.length) as never[]
  }
  return {
    ...vault,
    // A record without an id is a new one: those ahead are no revisions of what is looked at.
    sealMany: (model, records, options) =>
      behind(
        records as readonly object[],
        ({ ...record }) => ({ ...record, id: undefined, $revision: undefined }),
        (all) => vault.sealMany(model, all as never, options),
      ),
    openMany: (model, records, options) =>
      behind(
        records as readonly object[],
        (record) => record,
        (all) => vault.openMany(model, all as never, options),
      ),
  }
}
