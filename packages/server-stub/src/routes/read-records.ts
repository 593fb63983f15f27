import type { Context, Hono } from 'hono'
import { type Kid, parseKid, parseRecordId, stringifyJson } from '@lockstitch/sdk/format'
import type { Deps, Env } from '../deps.ts'
import { requireSession } from '../http/authenticate.ts'
import { queryInteger } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { appendAudit } from '../store/audit.ts'
import { openRow } from '../store/at-rest.ts'
import { findRawRow, findRecord, listRecords, type StoredRecord } from '../store/read-records.ts'
import { countKeyUse } from '../store/record-keys.ts'
import { inTransaction } from '../store/transaction.ts'

const PAGE = 100
const MAX_PAGE = 500
const MODEL = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** `GET /v1/records/:model`, `GET /v1/records/:model/:id`, `GET /v1/stored/:model/:id` and `GET /v1/keys`. */
export function readRecordsRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/records/:model', async (c) => {
    const { account } = await requireSession(c, deps)
    const model = modelOf(c)
    const after = recordIdOr('', c.req.query('after'))
    const limit = queryInteger(c.req.query('limit'), 1, MAX_PAGE, PAGE)
    const page = await listRecords(deps.scope, account, model, after, limit, kidOf(c.req.query('kid')))
    await auditRead(deps, account, model, page.records)
    const texts: string[] = []
    for (const stored of page.records) texts.push(await openRow(deps.keyring, account, model, stored))
    return json(c, `{"records":[${texts.join(',')}],"next":${JSON.stringify(page.next)}}`)
  })

  app.get('/v1/records/:model/:id', async (c) => {
    const { account } = await requireSession(c, deps)
    const model = modelOf(c)
    const stored = await findRecord(deps.scope, account, model, recordId(c.req.param('id')))
    if (stored === undefined) throw new Problem(404, 'ERR_RECORD_NOT_FOUND')
    await auditRead(deps, account, model, [stored])
    return json(c, `{"record":${await openRow(deps.keyring, account, model, stored)}}`)
  })

  app.get('/v1/stored/:model/:id', async (c) => {
    const { account } = await requireSession(c, deps)
    const row = await findRawRow(deps.scope, account, modelOf(c), recordId(c.req.param('id')))
    if (row === undefined) throw new Problem(404, 'ERR_RECORD_NOT_FOUND')
    return json(c, stringifyJson({ table: 'records', row }))
  })

  app.get('/v1/keys', async (c) => {
    const { account } = await requireSession(c, deps)
    return c.json(await countKeyUse(deps.scope, account))
  })
}

/** Reading what identifies or treats a person is written down; when that fails, nothing is read. */
async function auditRead(deps: Deps, account: string, model: string, records: readonly StoredRecord[]): Promise<void> {
  if (!deps.audited.has(model) || records.length === 0) return
  const details = { records: records.map(({ id, revision }) => [model, id, revision]) }
  await inTransaction(deps.scope, (scope) => appendAudit(scope, account, 'record.read', details, deps.now()))
}

function modelOf(c: Context<Env>): string {
  const model = c.req.param('model') ?? ''
  if (!MODEL.test(model)) throw new Problem(400, 'ERR_FORMAT_INVALID')
  return model
}

function kidOf(text: string | undefined): Kid | undefined {
  try {
    return text === undefined ? undefined : parseKid(text)
  } catch {
    throw new Problem(400, 'ERR_FORMAT_INVALID')
  }
}

function recordIdOr(fallback: string, text: string | undefined): string {
  return text === undefined ? fallback : recordId(text)
}

function recordId(text: string): string {
  try {
    return parseRecordId(text)
  } catch {
    throw new Problem(400, 'ERR_RECORD_ID')
  }
}

/** The text is already JSON; parsing and writing it again could change a number. */
function json(c: Context<Env>, text: string): Response {
  return c.body(text, 200, { 'content-type': 'application/json' })
}
