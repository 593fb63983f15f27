import { LockstitchError } from '../errors.ts'
import type { AccountRow, HeadRow, OutboxRow, UploadRow } from './database.ts'
import type { RecordPlace, Storage } from './storage.ts'
import { checkWaiting, waitingRow } from './waiting.ts'

/**
 * A storage that is never written down: it ends with this object, or with the worker that it is in. For a computer that
 * others use too. It behaves as the one in IndexedDB does; closing it empties nothing.
 */
export function createMemoryStorage(): Storage {
  const accounts = new Map<string, AccountRow>()
  const heads = new Map<string, HeadRow>()
  const uploads = new Map<string, UploadRow>()
  let outbox: readonly OutboxRow[] = []
  let last = 0

  const raise = (row: HeadRow): void => {
    const key = keyOf(placeOf(row))
    if ((heads.get(key)?.revision ?? -1) < row.revision) heads.set(key, row)
  }
  const baseIn = (rows: readonly OutboxRow[], place: RecordPlace): HeadRow | undefined =>
    rows.findLast((row) => row.delivery === 'waiting' && isAt(row, place)) ?? heads.get(keyOf(place))

  return {
    findAccount: async (handleHash) =>
      [...accounts.values()]
        .filter((row) => row.handleHash === handleHash)
        .toSorted((a, b) => (a.account < b.account ? -1 : 1))
        .at(-1),
    readAccount: async (account) => accounts.get(account),
    writeAccount: async (row) => void accounts.set(row.account, row),
    forgetAccount: async (account) => void accounts.delete(account),
    listDevices: async () => [],
    writeDevice: async () => {
      throw new LockstitchError('ERR_DEVICE_SHARED')
    },
    forgetDevice: async () => undefined,
    readHeads: async (account, model, ids) => ids.map((id) => heads.get(keyOf([account, model, id]))),
    listHeads: async (account, model, after, upTo) =>
      [...heads.values()]
        .filter((row) => row.account === account && row.model === model)
        .filter(({ id }) => id > (after ?? '') && (upTo === null || id <= upTo))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    allHeads: async (account) => [...heads.values()].filter((row) => row.account === account),
    forgetHeads: async (rows) => {
      for (const row of rows) if (heads.get(keyOf(placeOf(row)))?.hash === row.hash) heads.delete(keyOf(placeOf(row)))
    },
    raiseHeads: async (rows) => rows.forEach(raise),
    readBase: async (place) => baseIn(outbox, place),
    readBases: async (account, model, ids) => ids.map((id) => baseIn(outbox, [account, model, id])),
    async enqueue(writes) {
      const next = [...outbox]
      for (const { row, follows } of writes) {
        const base = baseIn(next, placeOf(row))
        if (base?.hash !== follows) throw new LockstitchError('ERR_CONFLICT')
        next.push({ ...waitingRow(row, base), sequence: ++last })
      }
      const added = next.slice(outbox.length)
      outbox = next
      return added.map(({ sequence }) => sequence)
    },
    listOutbox: async (account) => outbox.filter((row) => row.account === account),
    outboxOf: async (place) => outbox.filter((row) => isAt(row, place)),
    async settle(rows) {
      for (const { sequence, queuedAt: _queuedAt, delivery: _delivery, spec: _spec, base: _base, ...head } of rows) {
        raise(head)
        // What was refused before is superseded by what was stored now.
        outbox = outbox.filter((row) => {
          const isDone = row.sequence === sequence || (row.delivery !== 'waiting' && row.sequence < sequence)
          return !(isAt(row, placeOf(head)) && isDone)
        })
      }
    },
    async replaceWaiting(before, after) {
      const place = placeOf(before[0] as OutboxRow)
      checkWaiting(
        outbox.filter((row) => isAt(row, place)),
        before,
      )
      const replaced = new Map(after.map((row) => [row.sequence, row]))
      const gone = new Set(before.map(({ sequence }) => sequence).filter((sequence) => !replaced.has(sequence)))
      outbox = outbox.filter(({ sequence }) => !gone.has(sequence)).map((row) => replaced.get(row.sequence) ?? row)
    },
    async markRefused({ sequence }, delivery) {
      outbox = outbox.map((row) => (row.sequence === sequence ? { ...row, delivery } : row))
    },
    async discard(place) {
      outbox = outbox.filter((row) => !isAt(row, place))
    },
    readUpload: async (account, name) => uploads.get(`${account}\n${name}`),
    listUploads: async (account) => [...uploads.values()].filter((row) => row.account === account),
    writeUpload: async (row) => void uploads.set(`${row.account}\n${row.name}`, row),
    forgetUpload: async (account, name) => void uploads.delete(`${account}\n${name}`),
    async close() {
      // The worker's end takes it all; a vault in this process may be unlocked again.
    },
  }
}

type Columns = Pick<HeadRow, 'account' | 'model' | 'id'>

function placeOf({ account, model, id }: Columns): RecordPlace {
  return [account, model, id]
}

/** No part of a place has a line break: account, model and record ids have alphabets without one. */
function keyOf(place: RecordPlace): string {
  return place.join('\n')
}

function isAt(row: Columns, place: RecordPlace): boolean {
  return keyOf(placeOf(row)) === keyOf(place)
}
