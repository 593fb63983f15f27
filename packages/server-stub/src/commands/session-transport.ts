import { LockstitchError, type Transport } from '@lockstitch/sdk'

const TIMEOUT_MS = 30_000

/** A transport for Node: `fetch`, which has no memory for cookies there, with one for the session's. */
export function createSessionTransport(server: string): Transport {
  const base = server.replace(/\/$/, '')
  let cookie: string | undefined
  return {
    async send({ method, path, headers, body, blob, answer }) {
      try {
        const response = await fetch(base + path, {
          method,
          headers: cookie === undefined ? headers : { ...headers, cookie },
          body: body ?? blob ?? null,
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        for (const set of response.headers.getSetCookie()) cookie = set.split(';', 1)[0] as string
        const { status, ok } = response
        if (answer === 'blob' && ok) return { status, body: '', blob: await response.blob() }
        return { status, body: await response.text() }
      } catch {
        throw new LockstitchError('ERR_OFFLINE')
      }
    },
  }
}
