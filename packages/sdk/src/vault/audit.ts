/** Reading the audit log: nothing of it is shown before all of it is known to be whole. */
import { parseJson } from '../bytes/json.ts'
import { LockstitchError } from '../errors.ts'
import { type AuditLink, CHANGE_EVENT, isNote, NOTE_EVENT } from '../format/audit.ts'
import { HASH_BYTES } from '../format/constants.ts'
import { arrayOf, base64url, integer, object, text } from '../format/reader.ts'
import { NO_PREVIOUS } from '../format/account-transition.ts'
import { hashAuditLink, verifyAuditStatement } from '../keys/audit.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { LongCallOptions } from './api.ts'
import type { AuditEntry } from './audit-api.ts'
import { requireSession, type VaultContext } from './context.ts'
import { answer } from './server-answer.ts'
import type { Session } from './session.ts'

/** An entry with its hash, as the server shows it. */
interface HashedAuditLink extends AuditLink {
  readonly hash: string
}

const MAX_DETAILS_CHARS = 262_144
const PAGE = 500
const hash = base64url(HASH_BYTES)
const count = integer(0, Number.MAX_SAFE_INTEGER)
const readLink = object<HashedAuditLink>({
  seq: count,
  time: count,
  event: text(1, 64),
  details: text(2, MAX_DETAILS_CHARS),
  previous: hash,
  hash,
})
const LINKS = answer(object<{ entries: readonly HashedAuditLink[] }>({ entries: arrayOf(readLink, 0, PAGE) }))

/**
 * The audit log of the account.
 *
 * @throws LockstitchError `ERR_AUDIT_BROKEN` when an entry was changed, moved or cut, `ERR_LOCKED`, `ERR_ABORTED`, and the
 * codes of the transport.
 */
export async function listAudit(context: VaultContext, { signal, onProgress }: LongCallOptions): Promise<AuditEntry[]> {
  // The state first: the log that is read after it must already tell of it.
  const session = await refreshAccount(context, requireSession(context))
  const { account } = session.recordKeys
  const pinned = (await context.storage.readAccount(account))?.auditHead
  const chain = createChain(session)
  const entries: AuditEntry[] = []
  for (;;) {
    throwIfAborted(signal)
    const { entries: links } = await context.server.call(LINKS, 'GET', `/v1/audit?after=${chain.head.seq}`)
    if (links.length === 0) break
    for (const link of links) {
      entries.push(await chain.add(link))
      if (link.seq === pinned?.seq && link.hash !== pinned.hash) throw broken()
    }
    onProgress?.({ done: entries.length })
  }
  if (chain.revision < session.account.state.revision || chain.head.seq < (pinned?.seq ?? 0)) throw broken()
  const { head } = chain
  await context.exclusive(`pin/${account}`, async () => {
    const row = await context.storage.readAccount(account)
    if (row !== undefined && (row.auditHead?.seq ?? 0) < head.seq)
      await context.storage.writeAccount({ ...row, auditHead: head })
  })
  return entries
}

interface Chain {
  readonly head: { readonly seq: number; readonly hash: string }
  /** The newest revision of the account state that the log tells of. */
  readonly revision: number
  add(link: HashedAuditLink): Promise<AuditEntry>
}

function createChain({ account, recordKeys }: Session): Chain {
  let head = { seq: 0, hash: NO_PREVIOUS }
  let revision = 0
  const heard = new Set<unknown>()
  return {
    get head() {
      return head
    },
    get revision() {
      return revision
    },
    async add(link) {
      const { seq, time, event, details, previous, hash } = link
      const isNext = seq === head.seq + 1 && previous === head.hash
      if (!isNext || (await hashAuditLink(recordKeys.account, link)) !== hash) throw broken()
      head = { seq, hash }
      const entry = { seq, time: new Date(time), event }
      if (event !== CHANGE_EVENT && event !== NOTE_EVENT) return { ...entry, by: 'server', details }
      const said = statementIn(details)
      // What was said once is not said twice.
      if (heard.has(said)) throw broken()
      heard.add(said)
      const statement = await verifyAuditStatement(said, recordKeys.identity.signingPublic)
      if (statement.account !== recordKeys.account) throw broken()
      if (event === NOTE_EVENT && !isNote(statement.facts)) throw broken()
      if (event === CHANGE_EVENT) {
        if (statement.revision !== revision + 1) throw broken()
        revision = statement.revision
        if (revision === account.state.revision && statement.state !== account.hash) throw broken()
      }
      return { ...entry, by: 'account', facts: statement.facts, signedAt: new Date(statement.time) }
    },
  }
}

function statementIn(details: string): unknown {
  return (parseJson(details) as { statement?: unknown } | null)?.statement
}

function broken(): LockstitchError {
  return new LockstitchError('ERR_AUDIT_BROKEN')
}
