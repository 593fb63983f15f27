import type { Hono } from 'hono'
import { encodeBase64url } from '@lockstitch/sdk/format'
import type { Deps, Env } from '../deps.ts'
import { requireSession, requireSigned } from '../http/authenticate.ts'
import { bytes, exactly, string } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { appendAudit } from '../store/audit.ts'
import { custodyOf } from '../store/escrow.ts'
import {
  approvalsOf,
  cancelRequest,
  findRequest,
  putApproval,
  requestsFor,
  type StoredRequest,
} from '../store/escrow-requests.ts'
import type { Scope } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'

const SEALED_SHARE_BYTES = 81
const readApproval = exactly<{ account: string; request: Uint8Array; document: Uint8Array; share: Uint8Array }>({
  account: string,
  request: bytes(16),
  document: bytes(32),
  share: bytes(SEALED_SHARE_BYTES),
})
const readCancellation = exactly<{ request: Uint8Array }>({ request: bytes(16) })

/** `GET /v1/escrow`, `POST /v1/escrow/approvals` and `POST /v1/escrow/cancellations`: for owners and custodians. */
export function escrowRoute(app: Hono<Env>, deps: Deps): void {
  app.get('/v1/escrow', async (c) => {
    const { account } = await requireSession(c, deps)
    const { scope } = deps
    const now = deps.now()
    const show = async (owner: string, isSeen: (custodian: string) => boolean): Promise<object[]> =>
      Promise.all((await requestsFor(scope, owner, now)).map((request) => shown(scope, request, isSeen)))
    const requests = await show(account, () => true)
    const custody = []
    for (const { account: owner, document } of await custodyOf(scope, account))
      custody.push({ document, requests: await show(owner, (custodian) => custodian === account) })
    return c.json({ requests, custody })
  })

  app.post('/v1/escrow/approvals', async (c) => {
    const { session, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const { account, request, document, share } = readApproval(body)
    const id = encodeBase64url(request)
    const hash = encodeBase64url(document)
    const now = deps.now()
    await inTransaction(deps.scope, async (scope) => {
      const held = (await custodyOf(scope, session.account)).find((one) => one.account === account)
      const asked = await findRequest(scope, id, now)
      // An escrow that the account has replaced is not approved for any more.
      if (held?.hash !== hash || asked?.account !== account || asked.state === 'cancelled')
        throw new Problem(404, 'ERR_ESCROW_ENDED')
      await putApproval(scope, id, { custodian: session.account, hash, share: encodeBase64url(share) }, now)
      await appendAudit(scope, account, 'escrow.approved', { request: id, custodian: session.account }, now)
    })
    return c.json({ id })
  })

  app.post('/v1/escrow/cancellations', async (c) => {
    const { session, body } = await requireSigned(c, deps, deps.limits.smallBodyBytes)
    const id = encodeBase64url(readCancellation(body).request)
    const now = deps.now()
    await inTransaction(deps.scope, async (scope) => {
      const asked = await findRequest(scope, id, now)
      if (asked?.account !== session.account) throw new Problem(404, 'ERR_ESCROW_ENDED')
      if (await cancelRequest(scope, id))
        await appendAudit(scope, session.account, 'escrow.cancelled', { request: id }, now)
      else if ((await findRequest(scope, id, now))?.state === 'released') throw new Problem(409, 'ERR_ESCROW_RELEASED')
    })
    return c.json({ id })
  })
}

async function shown(
  scope: Scope,
  { id, key, created, state }: StoredRequest,
  isSeen: (custodian: string) => boolean,
): Promise<object> {
  const approvals = (await approvalsOf(scope, id)).map(({ custodian }) => custodian).filter(isSeen)
  return { id, key, created, approvals, released: state === 'released' }
}
