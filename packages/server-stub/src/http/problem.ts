import { type ErrorCode, ERRORS } from '@lockstitch/sdk/format'

/** What a problem may say beside its code. */
export interface ProblemExtras {
  /** Which item of a batch is at fault. */
  readonly index?: number
  /** Seconds after which the same request may be made again. */
  readonly retryAfter?: number
  /** The server's time, for a client whose clock is off. */
  readonly now?: number
  /** How many more PINs may be tried. */
  readonly triesLeft?: number
}

/** A refusal: thrown anywhere while a request is served, and answered as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ErrorCode
  readonly extras: ProblemExtras

  constructor(status: number, code: ErrorCode, extras: ProblemExtras = {}) {
    super(ERRORS[code])
    this.status = status
    this.code = code
    this.extras = extras
  }
}

/** The answer that a problem is. Constant texts only: nothing of the request is echoed. */
export function problemResponse({ status, code, extras: { retryAfter, ...members } }: Problem): Response {
  const body = { type: 'about:blank', status, title: ERRORS[code], code, ...members }
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  // What is still being sent of a body that is too large would be taken for the next request.
  if (status === 413) headers.set('connection', 'close')
  return new Response(JSON.stringify(body), { status, headers })
}
