/** How answers of the server are read: strictly, and refusals as codes. */
import { type JsonValue, parseJson } from '../bytes/json.ts'
import { type ErrorCode, isErrorCode, isLockstitchError, LockstitchError } from '../errors.ts'
import type { Reader } from '../format/reader.ts'
import type { TransportResponse } from './transport.ts'

/** How many PINs of a device may be tried. */
export const MAX_TRIES = 5
const MAX_ANSWER_CHARS = 64 * 1_048_576

/** A refusal that concerns one item of a batch. */
export class BatchRefusal extends LockstitchError {
  readonly index: number

  constructor(code: ErrorCode, reason: ErrorCode | undefined, index: number) {
    super(code, reason)
    this.index = index
  }
}

/** The item of a batch that a refusal concerns, if it says one; also where another copy of this module made the error. */
export function refusedIndex(error: LockstitchError): number | undefined {
  const { index } = error as { index?: unknown }
  return typeof index === 'number' ? index : undefined
}

/** A wrong PIN, and how many more may be tried. */
export class PinRefusal extends LockstitchError {
  readonly triesLeft: number

  constructor(triesLeft: number) {
    super('ERR_PIN_WRONG')
    this.triesLeft = triesLeft
  }
}

/** How many more PINs may be tried after a wrong one; undefined for every other error. */
export function triesLeftOf(error: unknown): number | undefined {
  // Not by its class: the parts of the vault have one of their own.
  const { triesLeft } = (error ?? {}) as { triesLeft?: number }
  return isLockstitchError(error) && error.code === 'ERR_PIN_WRONG' ? triesLeft : undefined
}

/** True when no answer came, or only a failure: the server may have done what it was asked for. */
export function isUnanswered(error: unknown): boolean {
  return isLockstitchError(error) && ['ERR_OFFLINE', 'ERR_SERVER'].includes(error.code)
}

/** How an answer is read: its body, and the refusals that mean the same to a caller. Every other one is a reason. */
export interface Answer<T> {
  readonly read: Reader<T>
  /** Set where the answer is bytes: they are read as a `Blob`. */
  readonly blob?: true
  readonly refusals: readonly ErrorCode[]
}

/** The answer that this reads. */
export const answer = <T>(read: Reader<T>, ...refusals: readonly ErrorCode[]): Answer<T> => ({ read, refusals })

/** What an answer says, or the error that its refusal is. */
export function readAnswer<T>(response: TransportResponse, { read, refusals, blob }: Answer<T>): T {
  const isAnswer = response.status >= 200 && response.status <= 299
  if (!isAnswer) throw refusal(response, refusals)
  if (blob) return read(response.blob)
  if (typeof response.body !== 'string' || response.body.length > MAX_ANSWER_CHARS)
    throw new LockstitchError('ERR_PROTOCOL')
  try {
    return read(parseJson(response.body))
  } catch (error) {
    // The floor of the key derivation keeps its own code; every other fault of an answer is one.
    if (isLockstitchError(error) && error.code === 'ERR_KDF_PARAMS') throw error
    throw new LockstitchError('ERR_PROTOCOL')
  }
}

function refusal({ status, body }: TransportResponse, refusals: readonly ErrorCode[]): LockstitchError {
  const { code, index, isCoded } = readProblem(body)
  if (status === 429) return new LockstitchError('ERR_RATE_LIMITED')
  if (status >= 500) return new LockstitchError('ERR_SERVER')
  // A refusal without a code is not the server's: a proxy or a sign-in page answered, and nothing is known.
  if (status < 400 || !isCoded) return new LockstitchError('ERR_PROTOCOL')
  const isPassedOn = code !== undefined && refusals.includes(code)
  const own: ErrorCode = isPassedOn ? code : 'ERR_REJECTED_BY_SERVER'
  const reason = isPassedOn ? undefined : code
  return index === undefined ? new LockstitchError(own, reason) : new BatchRefusal(own, reason, index)
}

/** True when the request was refused for its session, its signature or its time, and not for what it asked for. */
export function isSessionEnd({ status, body }: TransportResponse): boolean {
  return status === 401 || isReplayed({ status, body })
}

/** True when the request was refused for its nonce or its time. */
export function isReplayed({ status, body }: TransportResponse): boolean {
  return status === 409 && readProblem(body).code === 'ERR_REQUEST_REPLAYED'
}

/** What a problem document says. Its code may be one that this client does not know. */
export function readProblem(body: string): {
  code?: ErrorCode
  index?: number
  serverTime?: number
  triesLeft?: number
  isCoded: boolean
} {
  let problem: JsonValue
  try {
    problem = parseJson(body)
  } catch {
    return { isCoded: false }
  }
  const { code, index, now, triesLeft } = (problem ?? {}) as Record<string, unknown>
  return {
    isCoded: typeof code === 'string',
    ...(isErrorCode(code) ? { code } : {}),
    ...(isTries(triesLeft) ? { triesLeft } : {}),
    ...(Number.isSafeInteger(now) ? { serverTime: now as number } : {}),
    ...(Number.isSafeInteger(index) && (index as number) >= 0 ? { index: index as number } : {}),
  }
}

function isTries(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TRIES
}
