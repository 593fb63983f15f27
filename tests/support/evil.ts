/** Between a vault and the server: the network, and the server's will. */
import { LockstitchError, type Transport, type TransportRequest, type TransportResponse } from '@lockstitch/sdk'

/** What the middle sends on; `undefined` lets the request pass as it is. */
type Passed = TransportRequest | TransportResponse | undefined

/** Changes what passes. Both sides see only what it gives. */
export interface Mutator {
  /** Answers in the server's place, or changes the request; `undefined` lets it pass. */
  request?(request: TransportRequest, count: number): Passed | Promise<Passed>
  /** Changes the answer; `undefined` lets it pass. */
  response?(
    response: TransportResponse,
    request: TransportRequest,
  ): TransportResponse | Promise<TransportResponse> | undefined
}

/** A transport that can be cut, changed and read. */
export interface EvilTransport extends Transport {
  offline: boolean
  mutator: Mutator
  /** Everything that was asked for, in order. */
  readonly log: TransportRequest[]
}

/** Puts a person in the middle. */
export function evil(honest: Transport): EvilTransport {
  const evilTransport: EvilTransport = {
    offline: false,
    mutator: {},
    log: [],
    async send(request) {
      evilTransport.log.push(request)
      if (evilTransport.offline) throw new LockstitchError('ERR_OFFLINE')
      const changed = (await evilTransport.mutator.request?.(request, evilTransport.log.length)) ?? request
      if ('status' in changed) return changed
      const response = await honest.send(changed)
      return (await evilTransport.mutator.response?.(response, request)) ?? response
    },
  }
  return evilTransport
}

/** An answer with a changed JSON body. */
export function editJson(response: TransportResponse, edit: (body: never) => unknown): TransportResponse {
  return { ...response, body: JSON.stringify(edit(JSON.parse(response.body) as never)) }
}

/** An answer of a lying server. */
export function answer(status: number, body: unknown): TransportResponse {
  return { status, body: typeof body === 'string' ? body : JSON.stringify(body) }
}
