/** The protocol of docs/server-api.md as calls: requests are made and signed here, answers are read strictly here. */
import type { Bytes } from '../assert.ts'
import { MAX_DOCUMENT_DEPTH, stringifyJson } from '../bytes/json.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { digest } from '../crypto/digest.ts'
import { type ErrorCode, isLockstitchError, LockstitchError } from '../errors.ts'
import { type KdfParams, parseKdfParams } from '../format/kdf-params.ts'
import { arrayOf, base64url, integer, nullable, object, type Reader, text } from '../format/reader.ts'
import type { DeviceLogin, Login } from '../keys/credential.ts'
import { type RequestSigner, signRequest } from './request-signature.ts'
import { answer, type Answer, isReplayed, isSessionEnd, PinRefusal, readAnswer, readProblem } from './server-answer.ts'
import { deviceSessionAnswer, sessionAnswer } from './session-answers.ts'
import type { Transport, TransportRequest, TransportResponse } from './transport.ts'

/** What the server says it stored. */
export interface Acknowledgement {
  readonly id: string
  readonly revision: number
  readonly hash: string
}

/** One record of a batch. */
export interface RecordWrite {
  readonly model: string
  readonly record: unknown
}

/** How a slot that is new in an account state logs in. */
export interface SlotLogin {
  /** Id of the slot. */
  readonly slot: string
  readonly login: Login | NewDeviceLogin
}

/** The login of a new device slot, with the share that the server keeps for it. */
export type NewDeviceLogin = DeviceLogin & { readonly share: string }

/** A body of bytes, which is a part of a sealed file. */
export interface BinaryBody {
  readonly blob: Blob
  /** SHA-256 of its bytes. */
  readonly digest: Bytes
}

/** A new account state, or the first. */
export interface StateChange {
  readonly state: string
  /** One for each slot that is new in the state. */
  readonly logins: readonly SlotLogin[]
  /** What the account says of the change, signed, for the audit log. */
  readonly statement: string
}

/** The server as a vault sees it. Its answers are checked for form here and for truth by the caller. */
export interface ServerApi {
  kdf(handle: string): Promise<KdfParams>
  enrol(signer: RequestSigner, enrolment: StateChange): Promise<{ readonly revision: number; readonly hash: string }>
  /**
   * `ERR_UNLOCK_FAILED` when the server does not accept the login; that of a device: `ERR_DEVICE_REVOKED`, or
   * `ERR_PIN_WRONG` ({@link triesLeftOf}). A device gets its share.
   */
  startSession(login: Login): Promise<{ readonly state: string; readonly share?: string }>
  /** The server's time, as far as it is known. */
  now(): number
  /** The login with which a session that ended is started again, and the account that every session must be of. */
  useLogin(login: Login | undefined, account?: string): void
  endSession(): Promise<void>
  listStates(after: number): Promise<readonly string[]>
  /** `next`: what this vault logs in with once the change is stored. */
  putState(
    signer: RequestSigner,
    change: StateChange,
    next?: Login,
  ): Promise<{ readonly revision: number; readonly hash: string }>
  putRecords(signer: RequestSigner, records: readonly RecordWrite[]): Promise<readonly Acknowledgement[]>
  /** `ERR_RECORD_NOT_FOUND` when the server shows none. */
  getRecord(model: string, id: string): Promise<unknown>
  /** With `kid`: those that the server says are sealed under that key. */
  listRecords(
    model: string,
    after: string | null,
    limit: number,
    kid?: string,
  ): Promise<{ readonly records: readonly unknown[]; readonly next: string | null }>
  /**
   * Any other call: those of files and devices are made by the code that is loaded for them.
   *
   * @param body Plain JSON data or bytes; it is signed where there is a signer.
   */
  call<T>(
    expected: Answer<T>,
    method: TransportRequest['method'],
    path: string,
    body?: unknown,
    signer?: RequestSigner,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>
}

type CallParts = Parameters<ServerApi['call']> extends [unknown, ...infer Parts] ? Parts : never
const NOTHING = async (): Promise<void> => undefined

/** Refusals of a login that was right before. */
const REFUSED: ReadonlySet<ErrorCode> = new Set(['ERR_UNLOCK_FAILED', 'ERR_DEVICE_REVOKED', 'ERR_PIN_WRONG'])
const MAX_BATCH = 500
const anything: Reader<unknown> = (value) => value
const hash = base64url(32)
const count = integer(1, Number.MAX_SAFE_INTEGER)
const time = integer(0, Number.MAX_SAFE_INTEGER)
const recordId = text(1, 64)

const kdfAnswer = answer(parseKdfParams)
const enrolledAnswer = answer(
  object<{ revision: number; hash: string; now: number }>({ revision: count, hash, now: time }),
  'ERR_HANDLE_TAKEN',
)
const statesAnswer = answer(object<{ states: readonly string[] }>({ states: arrayOf(text(1, 262_144), 0, 100) }))
const storedStateAnswer = answer(
  object<{ revision: number; hash: string }>({ revision: count, hash }),
  'ERR_CONFLICT',
  'ERR_HANDLE_TAKEN',
)
const acknowledgedAnswer = answer(
  object<{ stored: readonly Acknowledgement[] }>({
    stored: arrayOf(object<Acknowledgement>({ id: recordId, revision: count, hash }), 1, MAX_BATCH),
  }),
  'ERR_CONFLICT',
  'ERR_ACCOUNT_PENDING',
)
const recordAnswer = answer(object<{ record: unknown }>({ record: anything }), 'ERR_RECORD_NOT_FOUND')
const recordsAnswer = answer(
  object<{ records: readonly unknown[]; next: string | null }>({
    records: arrayOf(anything, 0, MAX_BATCH),
    next: nullable(recordId),
  }),
)
/**
 * The calls over a transport.
 *
 * A session that ended by itself is started again with the login of this vault, once per call, and the request is signed
 * anew, by the time that the server told then: a signature is never sent twice.
 *
 * @param onRevoked Called when the server says that it has no share for a device slot any more.
 */
export function createServerApi(transport: Transport, onRevoked: (slot: string) => Promise<void>): ServerApi {
  let login: Login | undefined
  let account: string | undefined
  let clockOffset = 0
  /** The newest change of the account: it may put another login in the place of this one. */
  let changing: Promise<unknown> = NOTHING()

  const send = async (request: TransportRequest): Promise<TransportResponse> => {
    try {
      return await transport.send(request)
    } catch (error) {
      // Whatever a transport of the app's own throws, the meaning is that no answer came.
      throw isLockstitchError(error) ? error : new LockstitchError('ERR_OFFLINE')
    }
  }
  const request = async (
    method: TransportRequest['method'],
    path: string,
    body?: unknown,
    signer?: RequestSigner,
    headers?: Readonly<Record<string, string>>,
    blob?: true,
  ): Promise<TransportResponse> => {
    // A cookie that another tab left may be of another account: the server refuses it instead of showing its records.
    const named = { ...headers, ...(account === undefined ? {} : { 'lockstitch-account': account }) }
    if (body === undefined) return send({ method, path, headers: named, ...(blob && { answer: 'blob' }) })
    const bytes = isBinary(body) ? body : undefined
    const text = bytes === undefined ? stringifyJson(body, MAX_DOCUMENT_DEPTH) : ''
    const contentType = bytes === undefined ? 'application/json' : 'application/octet-stream'
    const hash = signer && (bytes?.digest ?? (await digest(encodeUtf8(text))))
    const proof = hash && (await signRequest(signer, method, path, hash, Date.now() + clockOffset))
    const content = bytes === undefined ? { body: text } : { blob: bytes.blob }
    return send({ method, path, headers: { 'content-type': contentType, ...named, ...proof }, ...content })
  }
  const startSession: ServerApi['startSession'] = async (newLogin) => {
    const response = await request('POST', '/v1/sessions', newLogin)
    const isDevice = 'device' in newLogin
    if (response.status === 401) {
      const { code, triesLeft = 0 } = readProblem(response.body)
      if (isDevice && code === 'ERR_PIN_WRONG') throw new PinRefusal(triesLeft)
      if (!isDevice || code !== 'ERR_DEVICE_REVOKED') throw new LockstitchError('ERR_UNLOCK_FAILED')
      await onRevoked(newLogin.device)
      throw new LockstitchError('ERR_DEVICE_REVOKED')
    }
    const { now, state, ...rest } = readAnswer<{ now: number; state: string; share?: string }>(
      response,
      isDevice ? deviceSessionAnswer : sessionAnswer,
    )
    login = newLogin
    clockOffset = now - Date.now()
    return { state, ...(rest.share === undefined ? {} : { share: rest.share }) }
  }
  const isAccepted = async (tried: Login): Promise<boolean> => {
    try {
      await startSession(tried)
      return true
    } catch (error) {
      if (isLockstitchError(error) && REFUSED.has(error.code)) return false
      throw error
    }
  }
  const inSession: ServerApi['call'] = (expected, ...call) => inSessionAfter(() => changing, expected, ...call)
  const inSessionAfter = async <T>(
    changed: () => Promise<unknown>,
    expected: Answer<T>,
    ...[method, path, body, signer, headers]: CallParts
  ): Promise<T> => {
    const call = [method, path, body, signer, headers, expected.blob] as const
    const response = await request(...call)
    if (!isSessionEnd(response)) return readAnswer(response, expected)
    if (login === undefined) throw new LockstitchError('ERR_SESSION')
    const tried = login
    if (!(await isAccepted(tried))) {
      // A change of this very vault may just have put another login in its place.
      await changed()
      const isOther = login !== undefined && login !== tried
      if (!isOther || !(await isAccepted(login))) throw new LockstitchError('ERR_SESSION')
    }
    const second = await request(...call)
    if (isSessionEnd(second)) throw new LockstitchError('ERR_SESSION')
    return readAnswer(second, expected)
  }

  return {
    async kdf(handle) {
      return readAnswer(await request('POST', '/v1/kdf', { handle }), kdfAnswer)
    },
    async enrol(signer, enrolment) {
      let response = await request('POST', '/v1/accounts', enrolment, signer)
      const { serverTime } = readProblem(response.body)
      if (isReplayed(response) && serverTime !== undefined) {
        // The clock of this device is off: sign by the server's.
        clockOffset = serverTime - Date.now()
        response = await request('POST', '/v1/accounts', enrolment, signer)
      }
      const { now, ...enrolled } = readAnswer(response, enrolledAnswer)
      clockOffset = now - Date.now()
      return enrolled
    },
    startSession,
    now: () => Date.now() + clockOffset,
    useLogin(newLogin, ofAccount) {
      login = newLogin
      account = ofAccount
    },
    async endSession() {
      login = undefined
      await request('DELETE', '/v1/sessions')
    },
    listStates: async (after) => (await inSession(statesAnswer, 'GET', `/v1/account/states?after=${after}`)).states,
    putState(signer, change, next) {
      const before = login
      const put = inSessionAfter(NOTHING, storedStateAnswer, 'PUT', '/v1/account/state', change, signer)
      const call = put.then((stored) => {
        if (next !== undefined && login === before) login = next
        return stored
      })
      changing = call.catch(() => undefined)
      return call
    },
    putRecords: async (signer, records) =>
      (await inSession(acknowledgedAnswer, 'POST', '/v1/records', { records }, signer)).stored,
    getRecord: async (model, id) => (await inSession(recordAnswer, 'GET', `/v1/records/${model}/${id}`)).record,
    listRecords: (model, after, limit, kid) => {
      const query = `limit=${limit}${after === null ? '' : `&after=${after}`}${kid === undefined ? '' : `&kid=${kid}`}`
      return inSession(recordsAnswer, 'GET', `/v1/records/${model}?${query}`)
    },
    call: inSession,
  }
}

function isBinary(body: unknown): body is BinaryBody {
  return (body as { blob?: unknown } | null)?.blob instanceof Blob
}
