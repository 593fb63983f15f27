/** Ports of this machine: a free one, and waiting for one to answer. */
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

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

/** @param {number} port @returns {Promise<boolean>} */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost')
    socket.on('connect', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })
}

/** Resolves when something listens on the port, or when `stopped` says that nothing ever will. @param {number} port @param {() => boolean} stopped */
export async function waitForPort(port, stopped) {
  while (!stopped() && !(await answers(port))) await sleep(50)
}
