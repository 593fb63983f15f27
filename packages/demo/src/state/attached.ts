/** Scans and photos of a form: the record holds their references, the server their sealed bytes. */
import type { FileRef, Progress } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { Intake, type IntakeRecord } from '../models.ts'
import { type IntakeItem, showSaved } from './records.ts'

/** How a long call is followed and given up. */
interface Following {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** What is attached to a form, in the order in which it was attached. */
export function filesOf({ files }: IntakeRecord): readonly FileRef[] {
  // Sealed with the record, so nobody but this app has written it.
  return (files ?? []) as unknown as readonly FileRef[]
}

/** Whether it is a picture that a page may show: nothing in it runs. SVG and PDF are not. */
export function isPicture({ type }: FileRef): boolean {
  return /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(type)
}

/** Locks the file, stores it, and then names it in the record. */
export async function attach(item: IntakeItem, file: File, following: Following): Promise<void> {
  const ref = await client.files.upload(file, following)
  await keep(item, [...filesOf(item.record), ref])
}

/** Fetches and opens it. */
export async function openAttached(ref: FileRef, following: Following): Promise<Blob> {
  return client.files.download(ref, following)
}

/** Takes it out of the record, and then off the server. */
export async function detach(item: IntakeItem, ref: FileRef): Promise<void> {
  const left = filesOf(item.record).filter(({ id }) => id !== ref.id)
  await keep(item, left)
  await client.files.remove(ref)
}

/** Removes what was attached to a deleted record. A failure leaves sealed bytes on the server that nobody can open. */
export async function removeFiles(record: IntakeRecord): Promise<void> {
  await Promise.allSettled(filesOf(record).map((ref) => client.files.remove(ref)))
}

async function keep(item: IntakeItem, files: readonly FileRef[]): Promise<void> {
  const next: IntakeRecord = { ...item.record, files: files as unknown as NonNullable<IntakeRecord['files']> }
  await showSaved(await client.save(Intake, next), next)
}
