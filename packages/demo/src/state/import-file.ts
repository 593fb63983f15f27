/** Takes the entries of a health record file into the account. */
import type { ErrorCode } from '@lockstitch/sdk'
import { client } from '../client.ts'
import type { BundleEntry } from '../fhir/bundle.ts'
import { codeOf } from '../messages.ts'
import { Fhir, type FhirRecord } from '../models.ts'
import { records } from './records.ts'

/** An entry that was not taken, and why. */
export interface FailedEntry {
  readonly entry: BundleEntry
  readonly code: ErrorCode
}

/** What became of the entries. */
export interface ImportResult {
  readonly stored: number
  readonly queued: number
  readonly failed: readonly FailedEntry[]
  /** Not tried, because the user stopped or something ended the run. */
  readonly left: readonly BundleEntry[]
  /** What ended the run early. */
  readonly stoppedBy: ErrorCode | null
}

/** The entries that are not among the opened records yet, so that a file that is added twice is there once. */
export function withoutKnown(entries: readonly BundleEntry[]): readonly BundleEntry[] {
  const known = new Set(
    records.get().items.flatMap((item) => (item.kind === 'fhir' ? [JSON.stringify(item.entry)] : [])),
  )
  return entries.filter(({ entry }) => !known.has(JSON.stringify(entry)))
}

/** Saves every entry as a record of its own. Never throws: what went wrong is in the result. */
export async function importEntries(
  entries: readonly BundleEntry[],
  source: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<ImportResult> {
  const failed: FailedEntry[] = []
  let stored = 0
  let queued = 0
  let done = 0
  let stoppedBy: ErrorCode | null = null
  try {
    for await (const result of client.saveMany(
      Fhir,
      entries.map((entry) => toRecord(entry, source)),
      options,
    )) {
      const entry = entries[done]
      done += 1
      if (result.ok) {
        if (result.value.state === 'stored') stored += 1
        else queued += 1
      } else if (entry !== undefined) failed.push({ entry, code: result.error.code })
    }
  } catch (error) {
    stoppedBy = codeOf(error)
  }
  return { stored, queued, failed, left: entries.slice(done), stoppedBy }
}

function toRecord({ entry, decimals }: BundleEntry, source: string): FhirRecord {
  return { source, entry, ...(decimals.length === 0 ? {} : { decimals: decimals.map(([path, text]) => [path, text]) }) }
}
