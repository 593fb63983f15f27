/** The routes of docs/server-api.md, "Files", as calls. */
import { decodeBase64url } from '../bytes/base64url.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import { HASH_BYTES } from '../format/constants.ts'
import type { FileContext } from '../format/context.ts'
import { arrayOf, base64url, nullable, object } from '../format/reader.ts'
import { throwIfAborted } from './abort.ts'
import type { VaultContext } from './context.ts'
import type { Answer } from './server-answer.ts'
import type { Session } from './session.ts'

const MAX_PARTS = 8192
const hash = base64url(HASH_BYTES)

const startedAnswer: Answer<{ parts: readonly (string | null)[] }> = {
  read: object({ parts: arrayOf(nullable(hash), 0, MAX_PARTS) }),
  refusals: ['ERR_FILE_QUOTA', 'ERR_KEY_STATE', 'ERR_ACCOUNT_PENDING'],
}
const storedAnswer: Answer<{ hash: string }> = { read: object({ hash }), refusals: ['ERR_FILE_QUOTA', 'ERR_KEY_STATE'] }
const doneAnswer: Answer<object> = { read: object({}), refusals: ['ERR_FILE_MISSING'] }
const partAnswer: Answer<Blob> = {
  blob: true,
  read(value) {
    if (!(value instanceof Blob)) throw new LockstitchError('ERR_PROTOCOL')
    return value
  },
  refusals: ['ERR_FILE_MISSING'],
}

/** One file on the server. */
export interface FileCalls {
  /** Begins the upload, or goes on with it: the hashes of the parts that the server has. */
  start(): Promise<readonly (string | null)[]>
  putPart(index: number, part: Blob, hash: string): Promise<void>
  /** Says that these are all of its parts. */
  complete(parts: number, bytes: number): Promise<void>
  /** Bytes of a part; a server that knows no ranges gives all of it. */
  getPart(index: number, from: number, to: number): Promise<Blob>
  remove(): Promise<void>
}

/** Calls for one file of the account. */
export function fileCalls({ server }: VaultContext, { recordKeys }: Session, file: FileContext): FileCalls {
  const { id, kid, classification } = file
  const signer = { account: recordKeys.account, signing: recordKeys.identity.signing }
  const path = `/v1/files/${id}`
  return {
    start: async () => (await server.call(startedAnswer, 'POST', path, { kid, classification }, signer)).parts,
    async putPart(index, blob, partHash) {
      const body = { blob, digest: decodeBase64url(partHash) }
      const stored = await server.call(storedAnswer, 'PUT', `${path}/parts/${index}`, body, signer)
      if (stored.hash !== partHash) throw new LockstitchError('ERR_PROTOCOL')
    },
    complete: async (parts, bytes) =>
      void (await server.call(doneAnswer, 'POST', `${path}/complete`, { parts, bytes }, signer)),
    getPart: (index, from, to) =>
      server.call(partAnswer, 'GET', `${path}/parts/${index}`, undefined, undefined, {
        range: `bytes=${from}-${to - 1}`,
      }),
    remove: async () => void (await server.call(doneAnswer, 'POST', `${path}/remove`, {}, signer)),
  }
}

const DELAYS_MS = [300, 1000, 3000]

/** Makes a call again where the network or the server failed, and may not the next time. */
export async function persist<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (const delay of DELAYS_MS) {
    throwIfAborted(signal)
    try {
      return await work()
    } catch (error) {
      if (!isLockstitchError(error) || !error.retryable) throw error
      await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
  throwIfAborted(signal)
  return work()
}
