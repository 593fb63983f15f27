import { createHash } from 'node:crypto'
import type { Context, Hono } from 'hono'
import { isLockstitchError } from '@lockstitch/sdk'
import { CLASSIFICATIONS, parseUuid } from '@lockstitch/sdk/format'
import { isAccountActive, MAX_FILE_PARTS, verifyFileKey, verifyFileParts } from '@lockstitch/sdk/server'
import type { Deps, Env } from '../deps.ts'
import { requireSession, requireSigned, requireSignedPart, type SignedRequest } from '../http/authenticate.ts'
import { anything, exactly, queryInteger, type Reader } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { type ByteRange, objectKey } from '../objects/object-store.ts'
import { holdAccount } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import {
  announcePart,
  completeFile,
  confirmPart,
  type FilePlace,
  findFile,
  findPart,
  partsOf,
  startFile,
} from '../store/files.ts'
import { removeFile } from '../store/remove-file.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

const readStart = exactly<{ kid: unknown; classification: unknown }>({ kid: anything, classification: anything })
const whole: Reader<number> = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw new Problem(400, 'ERR_FORMAT_INVALID')
  return value as number
}
const readComplete = exactly<{ parts: number; bytes: number }>({ parts: whole, bytes: whole })
const readNothing = exactly<object>({})

/** The routes of docs/server-api.md, "Files". */
export function filesRoute(app: Hono<Env>, deps: Deps): void {
  const reads = createReadLog(deps)

  app.post('/v1/files/:id', async (c) => {
    const signed = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { kid, classification } = readStart(signed.body)
    const place = placeOf(c, signed)
    if (!isAccountActive(signed.account)) throw new Problem(403, 'ERR_ACCOUNT_PENDING')
    const key = coded(() => verifyFileKey(kid, classification, signed.account))
    await inTransaction(deps.scope, async (scope) => {
      await hold(scope, signed)
      await startFile(scope, place, key, deps.limits, deps.now())
    })
    const parts: (string | null)[] = []
    for (const { number, hash, isStored } of await partsOf(deps.scope, place)) {
      while (parts.length < number) parts.push(null)
      parts.push(isStored ? hash : null)
    }
    return c.json({ parts })
  })

  app.put('/v1/files/:id/parts/:number', async (c) => {
    const signed = await requireSignedPart(c, deps)
    const { bytes } = signed
    const place = placeOf(c, signed)
    const number = partNumber(c)
    if (bytes.length === 0) throw new Problem(400, 'ERR_FORMAT_INVALID')
    const file = await findFile(deps.scope, place)
    if (file === undefined) throw new Problem(404, 'ERR_FILE_MISSING')
    coded(() => verifyFileKey(file.kid, file.classification, signed.account))
    const hash = createHash('sha256').update(bytes).digest('base64url')
    const part = { number, hash, bytes: bytes.length }
    const isNew = await inTransaction(deps.scope, async (scope) => {
      await hold(scope, signed)
      return announcePart(scope, place, part, deps.limits, deps.now())
    })
    if (isNew) {
      const key = objectKey(deps.scope.tenant, place.account, hash)
      await deps.objects.put(key, bytes)
      if (!(await confirmPart(deps.scope, place, number))) {
        // It was removed meanwhile, and what removed it did not find the object yet.
        await deps.objects.remove(key)
        throw new Problem(404, 'ERR_FILE_MISSING')
      }
    }
    return c.json({ hash })
  })

  app.post('/v1/files/:id/complete', async (c) => {
    const signed = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { parts: count, bytes } = readComplete(signed.body)
    const place = placeOf(c, signed)
    await inTransaction(deps.scope, async (scope) => {
      await hold(scope, signed)
      const file = await findFile(scope, place)
      if (file === undefined || file.state === 'removing') throw new Problem(404, 'ERR_FILE_MISSING')
      const parts = await partsOf(scope, place)
      const areAll = parts.length === count && parts.every((part, index) => part.number === index && part.isStored)
      if (!areAll) throw new Problem(409, 'ERR_CONFLICT')
      coded(() =>
        verifyFileParts(
          parts.map((part) => part.bytes),
          bytes,
        ),
      )
      if (file.state === 'stored') return
      coded(() => verifyFileKey(file.kid, file.classification, signed.account))
      await completeFile(scope, place, bytes, deps.now())
      await appendAudit(scope, place.account, 'file.stored', { file: place.id, kid: file.kid, bytes }, deps.now())
    })
    return c.json({})
  })

  app.get('/v1/files/:id/parts/:number', async (c) => {
    const session = await requireSession(c, deps, 'partRequests')
    const place = placeOf(c, { session })
    const number = partNumber(c)
    const file = await findFile(deps.scope, place)
    const part = await findPart(deps.scope, place, number)
    if (file?.state !== 'stored' || part === undefined) throw new Problem(404, 'ERR_FILE_MISSING')
    const range = rangeOf(c.req.header('range'), part.bytes)
    if (CLASSIFICATIONS[file.classification].audited) await reads.note(session.id, place)
    const wanted = range ?? { start: 0, end: part.bytes }
    const bytes = await deps.objects.get(objectKey(deps.scope.tenant, place.account, part.hash), wanted)
    // A part that is in the table and not in the storage is lost, and that is not the client's fault.
    if (bytes?.length !== wanted.end - wanted.start) throw new Error('a part of a file is lost')
    const headers: Record<string, string> = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' }
    if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${part.bytes}`
    return c.body(bytes as Uint8Array<ArrayBuffer>, range === undefined ? 200 : 206, headers)
  })

  app.post('/v1/files/:id/remove', async (c) => {
    const signed = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    readNothing(signed.body)
    const place = placeOf(c, signed)
    if (await removeFile(deps.scope, deps.objects, place)) {
      await inTransaction(deps.scope, (scope) =>
        appendAudit(scope, place.account, 'file.removed', { file: place.id }, deps.now()),
      )
    }
    return c.json({})
  })
}

/** Keeps the account at the state that the request was checked against until the transaction ends. */
async function hold(scope: Scope, { account, accountHash }: Omit<SignedRequest, 'body'>): Promise<void> {
  if (!(await holdAccount(scope, account.account, accountHash))) throw new Problem(503, 'ERR_SERVER', { retryAfter: 1 })
}

function placeOf(c: Context<Env>, { session }: Pick<SignedRequest, 'session'>): FilePlace {
  return { account: session.account, id: coded(() => parseUuid(c.req.param('id')), 400) }
}

function partNumber(c: Context<Env>): number {
  return queryInteger(c.req.param('number'), 0, MAX_FILE_PARTS - 1, 0)
}

/** One range, as `bytes=a-b`; no other kind is known. */
function rangeOf(header: string | undefined, length: number): ByteRange | undefined {
  if (header === undefined) return undefined
  const [, first = '', last = ''] = /^bytes=(0|[1-9][0-9]{0,9})-(0|[1-9][0-9]{0,9})$/.exec(header) ?? []
  const range = { start: Number(first), end: Number(last) + 1 }
  if (first === '' || range.start >= range.end || range.end > length) throw new Problem(416, 'ERR_FORMAT_INVALID')
  return range
}

function coded<T>(check: () => T, status = 422): T {
  try {
    return check()
  } catch (error) {
    throw isLockstitchError(error) ? new Problem(status, error.code) : error
  }
}

const NOTED_MS = 5 * 60_000
const MAX_NOTED = 10_000

/** Writes down that a file was read: once for the many parts of one reading. When that fails, nothing is read. */
function createReadLog({ scope, now }: Deps): { note(session: string, place: FilePlace): Promise<void> } {
  const noted = new Map<string, { readonly time: number; readonly done: Promise<void> }>()
  return {
    async note(session, { account, id }) {
      const name = `${session}/${id}`
      const known = noted.get(name)
      if (known !== undefined && known.time > now() - NOTED_MS) return known.done
      // Parts that are asked for at once wait for the one entry.
      const done = inTransaction(scope, (inside) => appendAudit(inside, account, 'file.read', { file: id }, now()))
      noted.delete(name)
      noted.set(name, { time: now(), done })
      done.catch(() => noted.delete(name))
      for (const oldest of noted.keys()) {
        if (noted.size <= MAX_NOTED) break
        noted.delete(oldest)
      }
      return done
    },
  }
}
