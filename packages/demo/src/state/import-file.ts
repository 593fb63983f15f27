/** Takes the entries of a health record file into the account. */
import { type ErrorCode, LockstitchError } from '@lockstitch/sdk'
import { client } from '../client.ts'
import type { BundleEntry } from '../fhir/bundle.ts'
import { codeOf } from '../messages.ts'
import { Fhir, type FhirRecord } from '../models.ts'
import { newId } from './new-id.ts'
import { records } from './records.ts'

/** An entry with the id that it keeps however often it is tried. */
export interface NewEntry extends BundleEntry {
  readonly id: string
}

/** An entry that was not taken, and why. */
export interface FailedEntry {
  readonly entry: NewEntry
  readonly code: ErrorCode
}

/** What became of the entries. */
export interface ImportResult {
  readonly stored: number
  readonly queued: number
  readonly failed: readonly FailedEntry[]
  /** Not tried, because the user stopped or something ended the run. */
  readonly left: readonly NewEntry[]
  /** What ended the run early. */
  readonly stoppedBy: ErrorCode | null
}

interface RunOptions {
  readonly signal: AbortSignal
  readonly onProgress: (done: number) => void
}

/** Small enough that a slow phone line shows that it moves, and that stopping stops. */
const CHUNK = 40

/** The entries that are not among the opened records yet, so that a file that is added twice is there once. */
export function withoutKnown(entries: readonly BundleEntry[]): readonly NewEntry[] {
  const known = new Set(
    records.get().items.flatMap((item) => (item.kind === 'fhir' ? [JSON.stringify(item.entry)] : [])),
  )
  return entries.filter(({ entry }) => !known.has(JSON.stringify(entry))).map((entry) => ({ ...entry, id: newId() }))
}

/** Saves every entry as a record of its own. Never throws: what went wrong is in the result. */
export async function importEntries(
  entries: readonly NewEntry[],
  source: string,
  { signal, onProgress }: RunOptions,
): Promise<ImportResult> {
  const failed: FailedEntry[] = []
  let stored = 0
  let queued = 0
  let done = 0
  let stoppedBy: ErrorCode | null = null
  try {
    while (done < entries.length) {
      if (signal.aborted) throw new LockstitchError('ERR_ABORTED')
      const chunk = entries.slice(done, done + CHUNK).map((entry) => toRecord(entry, source))
      // Somebody watches the progress, so the records do not lock meanwhile.
      const watched = { onProgress: () => undefined }
      for await (const result of client.saveMany(Fhir, chunk, watched)) {
        const entry = entries[done]
        done += 1
        if (result.ok && result.value.state === 'stored') stored += 1
        else if (result.ok) queued += 1
        else if (entry !== undefined) failed.push({ entry, code: result.error.code })
      }
      onProgress(done)
    }
  } catch (error) {
    stoppedBy = codeOf(error)
  }
  const waiting = await idsThatWait()
  const lost = failed.filter(({ entry }) => !waiting.has(entry.id))
  return { stored, queued: queued + failed.length - lost.length, failed: lost, left: entries.slice(done), stoppedBy }
}

/** What failed on its way to the server is kept on the device all the same, and is sent later. */
async function idsThatWait(): Promise<ReadonlySet<string>> {
  try {
    const pending = await client.outbox.list()
    return new Set(pending.filter(({ state }) => state === 'waiting').map(({ id }) => id))
  } catch {
    return new Set()
  }
}

function toRecord({ id, entry, decimals }: NewEntry, source: string): FhirRecord {
  const exact = decimals.length === 0 ? {} : { decimals: decimals.map(([path, text]) => [path, text]) }
  return { id, source, entry, ...exact }
}
