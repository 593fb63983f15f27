/** What the server keeps for a record: its row, as it lies in the database. */
import type { ErrorCode } from '@lockstitch/sdk'
import type { Kind } from './route.ts'

/** The row, or why it could not be fetched. */
export type StoredRow = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly code: ErrorCode }

/** Asks the server for the row. This is the plain web request that anyone at the server could make: nothing is opened. */
export async function fetchStoredRow(kind: Kind, id: string, signal: AbortSignal): Promise<StoredRow> {
  let response: Response
  try {
    response = await fetch(`/v1/stored/${kind}/${encodeURIComponent(id)}`, { signal, cache: 'no-store' })
  } catch {
    return { ok: false, code: 'ERR_OFFLINE' }
  }
  if (response.ok) return { ok: true, text: await response.text() }
  if (response.status === 401) return { ok: false, code: 'ERR_SESSION' }
  return { ok: false, code: response.status === 404 ? 'ERR_RECORD_NOT_FOUND' : 'ERR_SERVER' }
}

/** With line breaks, so that a person can see its parts. JSON that stands as text inside the row is laid out with it. */
export function layOut(text: string): string {
  try {
    return JSON.stringify(
      JSON.parse(text, (_, value: unknown) => unfold(value)),
      null,
      2,
    )
  } catch {
    return text
  }
}

function unfold(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
