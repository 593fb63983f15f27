/** The worker: it listens to one start message, holds its life lock, and serves a vault over the ports it was given. */
import { READY, type StartMessage } from './api.ts'
import { serveVault } from './serve-vault.ts'

addEventListener('message', function start({ data }: MessageEvent<StartMessage>): void {
  if (data?.type !== 'lockstitch/start') return
  removeEventListener('message', start)
  // What takes time in it goes on while the lock is asked for.
  const serving = serveVault(data)
  // Held until the worker ends, however it ends: that is how the page learns of it.
  const living = navigator.locks.request(data.lifeLock, async () => {
    await serving
    postMessage(READY)
    return new Promise<never>(() => undefined)
  })
  // The page sees it as the error of a worker that did not start.
  living.catch(reportError)
})
