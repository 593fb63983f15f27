import { LockstitchError } from '@lockstitch/sdk'
import type { Storage } from '@lockstitch/sdk/vault'

type Account = NonNullable<Awaited<ReturnType<Storage['readAccount']>>>
type Row = Awaited<ReturnType<Storage['listOutbox']>>[number]
type Head = NonNullable<Awaited<ReturnType<Storage['readBase']>>>

/** Heads that are kept: those of the batch under way, which it asks for again. */
const MAX_HEADS = 1024

/**
 * The storage of a run that keeps nothing on this machine: the account and what is under way, in memory. Records that the
 * server acknowledged are forgotten, so that a million of them take no more than a hundred.
 */
export function createPassingStorage(): Storage {
  const accounts = new Map<string, Account>()
  const outbox = new Map<number, Row>()
  const heads = new Map<string, Head>()
  let sequence = 0
  const of = (model: string, id: string): Row[] =>
    [...outbox.values()].filter((row) => row.model === model && row.id === id)
  const base = (model: string, id: string): Head | undefined =>
    of(model, id).findLast(({ delivery }) => delivery === 'waiting') ?? heads.get(`${model}/${id}`)
  const remember = (head: Head): void => {
    heads.set(`${head.model}/${head.id}`, head)
    for (const oldest of heads.keys()) {
      if (heads.size <= MAX_HEADS) break
      heads.delete(oldest)
    }
  }
  return {
    findAccount: async (handleHash) => [...accounts.values()].find((row) => row.handleHash === handleHash),
    readAccount: async (account) => accounts.get(account),
    writeAccount: async (row) => void accounts.set(row.account, row),
    forgetAccount: async (account) => void accounts.delete(account),
    listDevices: async () => [],
    writeDevice: async () => {
      throw new LockstitchError('ERR_DEVICE_SHARED')
    },
    forgetDevice: async () => undefined,
    readHeads: async (_account, model, ids) => ids.map((id) => heads.get(`${model}/${id}`)),
    listHeads: async () => [],
    // Keys are not destroyed in such a run.
    allHeads: async () => [],
    forgetHeads: async () => undefined,
    raiseHeads: async (rows) => rows.forEach(remember),
    readBase: async ([, model, id]) => base(model, id),
    readBases: async (_account, model, ids) => ids.map((id) => base(model, id)),
    async enqueue(writes) {
      return writes.map(({ row }) => {
        sequence += 1
        outbox.set(sequence, { ...row, sequence, delivery: 'waiting' })
        return sequence
      })
    },
    listOutbox: async () => [...outbox.values()],
    outboxOf: async ([, model, id]) => of(model, id),
    async settle(rows) {
      for (const {
        sequence: settled,
        queuedAt: _queuedAt,
        delivery: _delivery,
        spec: _spec,
        base: _base,
        ...head
      } of rows) {
        outbox.delete(settled)
        remember(head)
      }
    },
    async replaceWaiting(before, after) {
      for (const { sequence: replaced } of before) outbox.delete(replaced)
      for (const row of after) outbox.set(row.sequence, row)
    },
    async markRefused(row, delivery) {
      if (outbox.has(row.sequence)) outbox.set(row.sequence, { ...row, delivery })
    },
    async discard([, model, id]) {
      for (const row of of(model, id)) outbox.delete(row.sequence)
    },
    // Records are converted, files are not: there is nothing to go on with.
    readUpload: async () => undefined,
    listUploads: async () => [],
    writeUpload: async () => {},
    forgetUpload: async () => {},
    close: async () => undefined,
  }
}
