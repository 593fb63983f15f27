/** The backend of the tests as a process of its own, for tests that run in a browser. Prints its port. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TransportRequest } from '@lockstitch/sdk'
import { createBackend } from './backend.ts'

const backend = await createBackend()
const server = createServer((incoming, outgoing) => {
  outgoing.setHeader('access-control-allow-origin', '*')
  outgoing.setHeader('access-control-allow-headers', '*')
  if (incoming.method === 'OPTIONS') return void outgoing.end()
  text(incoming)
    .then((body) => JSON.parse(body) as { device: string; request: TransportRequest; base64?: string })
    .then(({ device, request, base64 }) =>
      backend.send(
        device,
        base64 === undefined ? request : { ...request, blob: new Blob([Buffer.from(base64, 'base64')]) },
      ),
    )
    .then(async ({ blob, ...response }) => {
      const base64 = blob && Buffer.from(await blob.arrayBuffer()).toString('base64')
      outgoing.end(JSON.stringify({ ...response, base64 }))
    })
    .catch(() => outgoing.writeHead(500).end())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
