/** Writes: sealed, kept on the device, sent in order, and done only when the server acknowledges exactly what was sent. */
import type { Bytes } from '../assert.ts'
import { isLockstitchError, LockstitchError } from '../errors.ts'
import type { ModelSpec } from '../format/model.ts'
import type { RecordHead } from '../records/keys.ts'
import { sealTombstone } from '../records/seal-record.ts'
import type { OutboxRow } from '../storage/database.ts'
import { openRow, sealRow } from '../storage/local-box.ts'
import { sealModel } from '../storage/local-model.ts'
import type { NewWrite } from '../storage/storage.ts'
import { throwIfAborted } from './abort.ts'
import { refreshAccount } from './account.ts'
import type { DrainResult, ItemResult, SaveResult } from './api.ts'
import { requireActiveSession, requireSession, type VaultContext } from './context.ts'
import { failedItem } from './items.ts'
import { currentHead } from './read.ts'
import { type SealedNext, sealBatch } from './seal.ts'
import { saveResult } from './save-result.ts'
import { isStale } from './stale.ts'
import { refusedIndex } from './server-answer.ts'
import type { Acknowledgement, RecordWrite } from './server-api.ts'
import type { Session } from './session.ts'

const BATCH_RECORDS = 100
const BATCH_CHARS = 2_097_152

/**
 * Saves records. Each is sealed and kept in the outbox first; then the outbox is sent.
 *
 * A result is `stored` when the server's acknowledgement matches, `queued` when there is no server to be reached now.
 *
 * @throws LockstitchError `ERR_LOCKED`, `ERR_ACCOUNT_PENDING`, `ERR_ABORTED` before anything is kept, and storage codes; a
 * refusal is the item's own: `ERR_CONFLICT`, `ERR_REJECTED_BY_SERVER`, or what sealing throws. Refused writes stay in
 * the outbox, sealed, until they are superseded or discarded.
 */
export async function saveBatch(
  context: VaultContext,
  model: ModelSpec,
  records: readonly unknown[],
  signal?: AbortSignal,
): Promise<ItemResult<SaveResult>[]> {
  const sealed = await sealBatch(context, model, records, signal)
  const session = requireActiveSession(context)
  const good = sealed.flatMap((item) => (item.ok ? [item.value] : []))
  const outcomes = (await write(context, session, model, good))[Symbol.iterator]()
  return sealed.map((item) => (item.ok ? (outcomes.next().value as ItemResult<SaveResult>) : item))
}

/**
 * Deletes a record: a sealed tombstone that says so is written like any other revision.
 *
 * @throws LockstitchError `ERR_RECORD_NOT_FOUND` when there is nothing to delete, and the codes of {@link saveBatch}.
 */
export async function remove(
  context: VaultContext,
  model: ModelSpec,
  id: string,
  signal?: AbortSignal,
): Promise<SaveResult> {
  const session = requireActiveSession(context)
  const head = await currentHead(context, model, id)
  if (head.state === 'tombstone') throw new LockstitchError('ERR_RECORD_NOT_FOUND')
  const sealed = await sealTombstone(session.recordKeys, model, id, head)
  throwIfAborted(signal)
  const [outcome] = await write(context, session, model, [{ ...sealed, follows: head }])
  if (outcome?.ok !== true) throw outcome?.error ?? new LockstitchError('ERR_INTERNAL')
  return outcome.value
}

/**
 * Sends what waits, in order, in batches.
 *
 * @throws LockstitchError the codes of the transport, `ERR_PROTOCOL` when an acknowledgement does not match what was sent;
 * what was not acknowledged keeps waiting.
 */
export async function drain(context: VaultContext, signal?: AbortSignal): Promise<DrainResult> {
  const { account } = requireSession(context).recordKeys
  const sent = await send(context, signal)
  const left = await context.storage.listOutbox(account)
  const waiting = left.filter((row) => row.delivery === 'waiting').length
  return { stored: sent.stored, waiting, refused: left.length - waiting }
}

/**
 * Keeps sealed records in the outbox, all or none, and sends it.
 *
 * @throws LockstitchError `ERR_CONFLICT` when one of them no longer follows what this device knows, and storage codes.
 */
export async function write(
  context: VaultContext,
  session: Session,
  model: ModelSpec,
  sealed: readonly SealedNext[],
): Promise<ItemResult<SaveResult>[]> {
  if (sealed.length === 0) return []
  const { account } = session.recordKeys
  const spec = await sealModel(session.accountKeys.local, account, model)
  const writes = await Promise.all(sealed.map((item) => newWrite(session, model.name, spec, item)))
  const sequences = await context.storage.enqueue(writes)
  // Whichever call of this vault sends them, this one asks what became of them.
  for (const sequence of sequences) context.awaited.set(sequence, undefined)
  try {
    return await outcomesOf(context, session, model, sealed, sequences)
  } finally {
    for (const sequence of sequences) context.awaited.delete(sequence)
  }
}

/** Sends what waits, and says what became of these writes. */
async function outcomesOf(
  context: VaultContext,
  { recordKeys: { account } }: Session,
  model: ModelSpec,
  sealed: readonly SealedNext[],
  sequences: readonly number[],
): Promise<ItemResult<SaveResult>[]> {
  let stopped: unknown
  const sent = await send(context, undefined).catch((error: unknown) => {
    stopped = error
    return undefined
  })
  const waiting = new Map((await context.storage.listOutbox(account)).map((row) => [row.sequence, row]))
  const ids = sealed.map(({ record }) => record.id)
  const heads = await context.storage.readHeads(account, model.name, ids)
  return sealed.map(({ record: { id }, head }, index) => {
    const sequence = sequences[index] as number
    const refusal = sent?.refused.get(sequence)
    if (refusal !== undefined) return failedItem(id, refusal)
    const row = waiting.get(sequence)
    // Another tab may have sent it; only a head says that the server acknowledged it, since it can also be discarded there.
    const isKnown = (heads[index]?.revision ?? 0) >= head.revision
    const stored = context.awaited.get(sequence) ?? (isKnown ? head : undefined)
    if (row === undefined)
      return stored === undefined
        ? failedItem(id, new LockstitchError('ERR_ABORTED'))
        : { ok: true, value: saveResult(id, stored, 'stored') }
    if (row.delivery !== 'waiting')
      return failedItem(
        id,
        new LockstitchError(row.delivery === 'conflict' ? 'ERR_CONFLICT' : 'ERR_REJECTED_BY_SERVER'),
      )
    if (stopped === undefined || isUnreachable(stopped)) return { ok: true, value: saveResult(id, row, 'queued') }
    return failedItem(id, stopped)
  })
}

async function newWrite(
  { accountKeys, recordKeys }: Session,
  model: string,
  spec: Bytes,
  { record, head, follows }: SealedNext,
): Promise<NewWrite> {
  const columns = { account: recordKeys.account, model, id: record.id, ...head }
  const row = await sealRow(accountKeys.local, columns, record)
  return { row: { ...row, spec, queuedAt: Date.now() }, follows: follows?.hash }
}

interface Sent {
  /** How many writes were stored. */
  stored: number
  readonly refused: Map<number, LockstitchError>
}

async function send(context: VaultContext, signal: AbortSignal | undefined): Promise<Sent> {
  const first = requireActiveSession(context)
  const { account } = first.recordKeys
  const sent: Sent = { stored: 0, refused: new Map() }
  await context.exclusive(`outbox/${account}`, async () => {
    let limit = BATCH_RECORDS
    for (;;) {
      throwIfAborted(signal)
      // What was sealed while the account changed is sent under its newest state.
      const session = context.session?.recordKeys.account === account ? context.session : first
      const rows = (await context.storage.listOutbox(account)).filter((row) => row.delivery === 'waiting')
      if (rows.length === 0) return
      const isSplit = await sendBatch(context, session, nextBatch(rows, limit), sent)
      // A refusal without an index may be any of them: find it one by one.
      if (isSplit) limit = 1
    }
  })
  return sent
}

/** Sends one batch, or seals of it anew what has to be. True when the server refused it without saying which write. */
async function sendBatch(
  context: VaultContext,
  session: Session,
  batch: readonly OutboxRow[],
  sent: Sent,
): Promise<boolean> {
  const { recordKeys, accountKeys } = session
  const refuse = async (row: OutboxRow, error: LockstitchError): Promise<false> => {
    await context.storage.markRefused(row, error.code === 'ERR_CONFLICT' ? 'conflict' : 'refused')
    sent.refused.set(row.sequence, error)
    return false
  }
  const writes: RecordWrite[] = []
  const stale: OutboxRow[] = []
  for (const row of batch) {
    try {
      const record = await openRow(accountKeys.local, row)
      if (await isStale(session, row, record)) stale.push(row)
      writes.push({ model: row.model, record })
    } catch (error) {
      if (!isLockstitchError(error)) throw error
      // What was changed from outside cannot be sent, and must not keep back what was not.
      return refuse(row, error)
    }
  }
  for (const row of stale) {
    const { renewWrites } = await context.part('manage')
    const error = await renewWrites(context, session, row)
    if (error !== undefined) return refuse(row, error)
  }
  if (stale.length > 0) return false
  try {
    const signer = { account: recordKeys.account, signing: recordKeys.identity.signing }
    checkAcknowledged(await context.server.putRecords(signer, writes), batch)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const index = batch.length === 1 ? 0 : refusedIndex(error)
    const row = index === undefined ? undefined : batch[index]
    if (row === undefined) return true
    if (error.code === 'ERR_CONFLICT') {
      const { settleConflict } = await context.part('manage')
      const settled = await settleConflict(context, session, row)
      if (settled === undefined) return refuse(row, error)
      if (settled.stored !== undefined) noteStored(context, sent, row.sequence, settled.stored)
      return false
    }
    // The key was active when this device last asked. Where it still is, the server has no reason to refuse it.
    const isStale = error.reason === 'ERR_KEY_STATE' && (await refreshAccount(context, session)) !== session
    return isStale ? false : refuse(row, error)
  }
  await context.storage.settle(batch)
  for (const row of batch) noteStored(context, sent, row.sequence, row)
  return false
}

function noteStored({ awaited }: VaultContext, sent: Sent, sequence: number, head: RecordHead): void {
  sent.stored += 1
  if (awaited.has(sequence)) awaited.set(sequence, head)
}

/**
 * Checks that the server stored exactly what was sent.
 *
 * @throws LockstitchError `ERR_PROTOCOL`
 */
export function checkAcknowledged(
  acknowledgements: readonly Acknowledgement[],
  batch: readonly Acknowledgement[],
): void {
  const isExact =
    acknowledgements.length === batch.length &&
    batch.every(({ id, revision, hash }, index) => {
      const acknowledged = acknowledgements[index] as Acknowledgement
      return acknowledged.id === id && acknowledged.revision === revision && acknowledged.hash === hash
    })
  if (!isExact) throw new LockstitchError('ERR_PROTOCOL')
}

/** The first writes that fit one request; a second revision of a record waits for the next one. */
function nextBatch(rows: readonly OutboxRow[], limit: number): OutboxRow[] {
  const batch: OutboxRow[] = []
  const places = new Set<string>()
  let chars = 0
  for (const row of rows) {
    const place = `${row.model}/${row.id}`
    chars += row.box.length
    if (batch.length === limit || places.has(place) || (batch.length > 0 && chars > BATCH_CHARS)) break
    places.add(place)
    batch.push(row)
  }
  return batch
}

/** True when the server answered that it does not store what was sent. */
export function isRefusal(error: unknown): error is LockstitchError {
  return isLockstitchError(error) && (error.code === 'ERR_CONFLICT' || error.code === 'ERR_REJECTED_BY_SERVER')
}

function isUnreachable(error: unknown): boolean {
  return isLockstitchError(error) && error.retryable
}
