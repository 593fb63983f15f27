/** One request of the protocol of docs/server-api.md. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Begins with `/v1/`; a query only where the protocol has one. */
  readonly path: string
  /** `content-type`, and for a signed request `content-digest`, `signature-input`, `signature`. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON text, byte for byte what the signature covers. */
  readonly body?: string
  /** The body in place of `body` where it is a part of a sealed file. */
  readonly blob?: Blob
  /** Set where a successful answer is a part of a sealed file, to be handed over as `blob`. */
  readonly answer?: 'blob'
}

/** The answer to a {@link TransportRequest}. */
export interface TransportResponse {
  readonly status: number
  /** Body as text, empty when there is none. */
  readonly body: string
  /** The body of a successful answer to a request with `answer: 'blob'`; `body` is empty then. */
  readonly blob?: Blob
}

/**
 * Carries requests to a server. `createClient({ server: 'https://...' })` uses `fetch`; a team with a back end of its own
 * gives an object of this kind instead.
 *
 * It never sees a key or a plaintext. It must hand over answers as they came, whatever their status, and reject with a
 * `LockstitchError` `ERR_OFFLINE` when no answer came. It must not repeat a request that is not a `GET`.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
}
