/** A port for a server that a suite starts. */
import { createServer } from 'node:net'

/** @returns {Promise<number>} a port that nothing listens on now */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
