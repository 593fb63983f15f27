/** The reference server for the benchmarks, as a process of its own. Prints its port. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TransportRequest } from '@lockstitch/sdk'
import { createBackend } from '../../support/backend.ts'
import { MODELS } from './models.ts'

const backend = await createBackend(MODELS)
const server = createServer((incoming, outgoing) => {
  outgoing.setHeader('access-control-allow-origin', '*')
  outgoing.setHeader('access-control-allow-headers', '*')
  outgoing.setHeader('access-control-max-age', '600')
  if (incoming.method === 'OPTIONS') return void outgoing.end()
  text(incoming)
    .then((body) => JSON.parse(body) as { device: string; request: TransportRequest })
    .then(({ device, request }) => backend.send(device, request))
    .then((response) => outgoing.end(JSON.stringify(response)))
    .catch(() => outgoing.writeHead(500).end())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
// Its parent holds the other end; when that is gone, so is whoever measures.
process.stdin.resume().on('end', () => process.exit(0))
