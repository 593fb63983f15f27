/**
 * A page with nothing but the built SDK, and a server whose clock the test moves: for flows that the demo has no screens for
 * and that take days, or an option that it does not use. Page and workers have the policy of the demo. Prints its port.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { PAGE_POLICY } from '../../../packages/server-stub/src/http/security-headers.ts'
import { createBackend } from '../../support/backend.ts'

const root = join(import.meta.dirname, '../../..')
const backend = await createBackend()
const { outputFiles } = await build({
  stdin: { contents: "export * from '@lockstitch/sdk'", resolveDir: root },
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
})
const page = outputFiles[0]?.text ?? ''

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming
  const send = (status: number, type: string, body: string | Buffer): void =>
    void outgoing.writeHead(status, { 'content-type': type, 'content-security-policy': PAGE_POLICY }).end(body)
  if (url.startsWith('/advance/')) {
    backend.advance(Number(basename(url)))
    return send(200, 'text/plain', 'done')
  }
  if (url === '/') return send(200, 'text/html', '<!doctype html><title>Escrow</title>')
  if (url === '/sdk/client/page.js') return send(200, 'text/javascript', page)
  // What the page loads beside its own code, from the package as it is published.
  if (url.startsWith('/sdk/'))
    return send(200, 'text/javascript', await readFile(join(root, 'packages/sdk/dist', basename(url))))
  // Every profile has a cookie jar of its own here, and a cookie that says which.
  const device = /device=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? randomUUID()
  outgoing.setHeader('set-cookie', `device=${device}; Path=/; HttpOnly; SameSite=Strict`)
  const body = await text(incoming)
  const own = Object.entries(headers).filter(([name]) => name !== 'cookie' && name !== 'host')
  const sent = Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
  const request = { method: method as 'GET', path: url, headers: sent, ...(body === '' ? {} : { body }) }
  const response = await backend.send(device, request)
  // A 204 has no body, and Node writes none.
  send(response.status, 'application/json', response.body)
}

const server = createServer((incoming, outgoing) => {
  answer(incoming, outgoing).catch(() => outgoing.writeHead(500).end())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`)
})
