import { LockstitchError } from '../errors.ts'
import type { Transport, TransportRequest, TransportResponse } from '../vault/transport.ts'

const TIMEOUT_MS = 30_000
/** For the parts of files, on a slow line. */
const BLOB_TIMEOUT_MS = 300_000
const RETRY_DELAYS_MS = [200, 800]
const RETRY_STATUS: ReadonlySet<number> = new Set([502, 503, 504])
const MAX_BODY_BYTES = 64 * 1_048_576

/**
 * A transport over `fetch`: cookies of the server's own origin, no redirect, no cache, no referrer, 30 seconds a request,
 * five minutes for a part of a file.
 * Only a `GET` is tried again by itself.
 */
export function createFetchTransport(server: string): Transport {
  const base = new URL(server, globalThis.location?.href).href.replace(/\/$/, '')
  return {
    async send(request) {
      const delays = request.method === 'GET' ? RETRY_DELAYS_MS : []
      for (const delay of delays) {
        const response = await attempt(base, request).catch(() => undefined)
        if (response !== undefined && !RETRY_STATUS.has(response.status)) return response
        await new Promise((resolve) => setTimeout(resolve, delay * (0.5 + jitter())))
      }
      return attempt(base, request)
    },
  }
}

async function attempt(
  base: string,
  { method, path, headers, body, blob: sent, answer }: TransportRequest,
): Promise<TransportResponse> {
  try {
    const response = await fetch(base + path, {
      method,
      headers,
      body: body ?? sent ?? null,
      credentials: 'include',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      // The session is ended when the page is left, too.
      keepalive: method === 'DELETE',
      signal: AbortSignal.timeout((answer ?? sent) ? BLOB_TIMEOUT_MS : TIMEOUT_MS),
    })
    const { status, ok } = response
    const blob = await readBlob(response)
    return answer === 'blob' && ok ? { status, body: '', blob } : { status, body: await blob.text() }
  } catch {
    throw new LockstitchError('ERR_OFFLINE')
  }
}

/** The body, up to a limit: an endless answer is no answer. */
async function readBlob(response: Response): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = response.body?.getReader()
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    length += value.length
    if (length > MAX_BODY_BYTES) {
      await reader?.cancel()
      return new Blob()
    }
    chunks.push(value)
  }
  return new Blob(chunks)
}

function jitter(): number {
  return (crypto.getRandomValues(new Uint8Array(1))[0] as number) / 256
}
