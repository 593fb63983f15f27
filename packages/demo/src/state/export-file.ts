/** All opened records as one file that other health apps can read. */
import { bundleText, readDecimals } from '../fhir/bundle.ts'
import type { IntakeRecord } from '../models.ts'
import type { Item } from './records.ts'

/** The text of the file: a FHIR bundle of the imported entries, and the forms beside it. */
export function exportText(items: readonly Item[]): string {
  const forms = items.flatMap((item) => (item.kind === 'intake' ? [plainForm(item.record)] : []))
  const entries = items.flatMap((item) =>
    item.kind === 'fhir' ? [{ entry: item.entry, decimals: readDecimals(item.record.decimals) }] : [],
  )
  return `{\n"forms": ${JSON.stringify(forms, null, 2)},\n"healthRecords": ${bundleText(entries)}\n}\n`
}

/** Gives the browser a text to save as a file. Nothing leaves the device. */
export function saveAsFile(text: string, name: string, type: string): void {
  saveBlob(new Blob([text], { type }), name)
}

/** The same for bytes. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the file after this call.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function plainForm({ birthDate, ...rest }: IntakeRecord): Record<string, unknown> {
  return { ...rest, ...(birthDate instanceof Date ? { birthDate: birthDate.toISOString().slice(0, 10) } : {}) }
}
