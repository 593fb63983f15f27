/** The opened records. They are in memory only, and only while the account is open. */
import type { ErrorCode, PendingWrite, SaveResult } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { type JsonObject, isObject } from '../fhir/json.ts'
import { type Summary, summarize } from '../fhir/summarize.ts'
import { codeOf } from '../messages.ts'
import { Fhir, type FhirRecord, Intake, type IntakeRecord } from '../models.ts'
import { onDrained, refreshOutbox } from './outbox.ts'
import type { Kind } from './route.ts'
import { createStore, type Store } from './store.ts'

/** An opened form. */
export interface IntakeItem {
  readonly kind: 'intake'
  readonly id: string
  readonly record: IntakeRecord
  readonly pending?: PendingWrite['state']
}

/** An opened entry of a health record file. */
export interface FhirItem {
  readonly kind: 'fhir'
  readonly id: string
  readonly record: FhirRecord
  readonly entry: JsonObject
  readonly summary: Summary
  readonly pending?: PendingWrite['state']
}

/** One that could not be opened. It is shown, and hides no other. */
export interface DamagedItem {
  readonly kind: 'damaged'
  readonly of: Kind
  readonly id: string | undefined
  readonly code: ErrorCode
}

/** One line of the list. */
export type Item = IntakeItem | FhirItem | DamagedItem

interface Records {
  readonly items: readonly Item[]
  readonly loading: boolean
  /** `device`: the server could not be reached, and these are what this device saw last. */
  readonly from: 'server' | 'device'
  readonly problem: ErrorCode | null
}

const SHOW_EVERY = 100

export const records: Store<Records> = createStore<Records>({
  items: [],
  loading: false,
  from: 'server',
  problem: null,
})

let current = new AbortController()

/** Opens all records again: from the server, or from this device when the server cannot be reached. */
export async function loadRecords(): Promise<void> {
  current.abort()
  current = new AbortController()
  const { signal } = current
  records.set({ loading: true, problem: null })
  for (const from of ['server', 'device'] as const) {
    const problem = await readAll(from, signal)
    if (signal.aborted) return
    records.set({ from, problem: problem === 'ERR_OFFLINE' && from === 'device' ? null : problem })
    if (problem !== 'ERR_OFFLINE') break
  }
  records.set({ loading: false })
}

/** Empties the memory. */
export function forgetRecords(): void {
  current.abort()
  records.reset()
}

/** Puts a saved form into the list without asking for all of it again. */
export async function showSaved(saved: SaveResult, record: IntakeRecord): Promise<void> {
  const item: IntakeItem = {
    kind: 'intake',
    id: saved.id,
    record: { ...record, id: saved.id, $revision: saved.$revision },
    ...pendingIf(saved),
  }
  records.set({ items: [item, ...records.get().items.filter(({ id }) => id !== saved.id)] })
  await refreshOutbox()
}

/** Takes a deleted record out of the list. */
export async function hideRemoved(removed: string): Promise<void> {
  records.set({ items: records.get().items.filter(({ id }) => id !== removed) })
  await refreshOutbox()
}

/** A record as an item of the list. */
export function fhirItem(id: string, record: FhirRecord): FhirItem {
  const entry = isObject(record.entry) ? record.entry : {}
  return { kind: 'fhir', id, record, entry, summary: summarize(entry) }
}

function pendingIf({ state }: SaveResult): { pending?: 'waiting' } {
  return state === 'queued' ? { pending: 'waiting' } : {}
}

async function readAll(from: Records['from'], signal: AbortSignal): Promise<ErrorCode | null> {
  const items: Item[] = []
  const show = (): void => {
    if (!signal.aborted) records.set({ items: [...items] })
  }
  const isFirst = records.get().items.length === 0
  try {
    for await (const item of listAll(from, signal)) {
      items.push(item)
      // Only at first: later the old list stays until the new one is whole, so that nothing jumps.
      if (isFirst && items.length % SHOW_EVERY === 0) show()
    }
    for (const item of await listPending(items)) items.unshift(item)
    show()
    return null
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'ERR_OFFLINE') show()
    return code
  }
}

async function* listAll(from: Records['from'], signal: AbortSignal): AsyncGenerator<Item> {
  for await (const result of client.list(Intake, { from, signal })) {
    if (result.ok) yield { kind: 'intake', id: result.value.id ?? '', record: result.value }
    else yield { kind: 'damaged', of: 'intake', id: result.id, code: result.error.code }
  }
  for await (const result of client.list(Fhir, { from, signal })) {
    if (result.ok) yield fhirItem(result.value.id ?? '', result.value)
    else yield { kind: 'damaged', of: 'fhir', id: result.id, code: result.error.code }
  }
}

/** What waits to be sent is newer than what the server has: it takes that one's place in the list. */
async function listPending(items: Item[]): Promise<Item[]> {
  const found: Item[] = []
  for (const { model, id, state } of await client.outbox.list()) {
    const item = await openPending(model, id)
    if (item === null) continue
    const known = items.findIndex((other) => other.id === id)
    if (known >= 0) items.splice(known, 1)
    found.push({ ...item, pending: state })
  }
  return found
}

async function openPending(model: string, id: string): Promise<IntakeItem | FhirItem | null> {
  try {
    if (model === Intake.name) return { kind: 'intake', id, record: await client.outbox.open(Intake, id) }
    return fhirItem(id, await client.outbox.open(Fhir, id))
  } catch {
    // A deletion that waits has nothing to open; the page "Waiting" lists it.
    return null
  }
}

onDrained(() => void loadRecords())
