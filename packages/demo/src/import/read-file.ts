/** A chosen file to the entries in it. */
import { type BundleProblem, type BundleResult, parseBundle } from '../fhir/bundle.ts'

/** Why a file is not taken. */
export type FileProblem = BundleProblem | 'too-big' | 'unreadable'

/** What was in the file. */
export type ReadResult = Extract<BundleResult, { ok: true }> | { readonly ok: false; readonly problem: FileProblem }

/** A phone can hold a file of this size in memory a few times over. */
const MAX_BYTES = 100 * 1024 * 1024

/** Reads the file. It must be UTF-8, as FHIR says; a broken letter is a refusal, not a question mark in a diagnosis. */
export async function readHealthFile(file: File): Promise<ReadResult> {
  if (file.size > MAX_BYTES) return { ok: false, problem: 'too-big' }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
  } catch {
    return { ok: false, problem: 'unreadable' }
  }
  return parseBundle(text)
}
