/** The backend of the tests as a process of its own, for tests that run in a browser. Prints its port. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { TransportRequest } from '@lockstitch/sdk'
import { createBackend } from './backend.ts'

type Message =
  | {
      readonly device: string
      readonly request: TransportRequest
      readonly base64?: string
      readonly clocked?: boolean
    }
  | { readonly advanceMs: number }

const backend = await createBackend()
/** A second one, whose clock the tests move. */
const clocked = await createBackend()
const server = createServer((incoming, outgoing) => {
  outgoing.setHeader('access-control-allow-origin', '*')
  outgoing.setHeader('access-control-allow-headers', '*')
  if (incoming.method === 'OPTIONS') return void outgoing.end()
  text(incoming)
    .then((body) => JSON.parse(body) as Message)
    .then(async (message) => {
      if ('advanceMs' in message) return clocked.advance(message.advanceMs)
      const { device, request, base64 } = message
      const { blob, ...response } = await (message.clocked === true ? clocked : backend).send(
        device,
        base64 === undefined ? request : { ...request, blob: new Blob([Buffer.from(base64, 'base64')]) },
      )
      return { ...response, base64: blob && Buffer.from(await blob.arrayBuffer()).toString('base64') }
    })
    .then((response) => outgoing.end(JSON.stringify(response ?? null)))
    .catch(() => outgoing.writeHead(500).end())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) console.log(address.port)
})
