import { type ObjectStore, objectKey } from '../objects/object-store.ts'
import {
  abandonedFiles,
  type FilePlace,
  filesOf,
  forgetFile,
  forgetUsage,
  hideFile,
  isShared,
  partsOf,
} from './files.ts'
import type { Scope } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** Removes a file: it is hidden, then its objects go, then its rows. False when there is none. */
export async function removeFile(scope: Scope, objects: ObjectStore, place: FilePlace): Promise<boolean> {
  if (!(await inTransaction(scope, (inside) => hideFile(inside, place)))) return false
  for (const { hash } of await partsOf(scope, place)) {
    if (!(await isShared(scope, place, hash))) await objects.remove(objectKey(scope.tenant, place.account, hash))
  }
  await inTransaction(scope, (inside) => forgetFile(inside, place))
  return true
}

/** Removes uploads that nobody went on with since `before`, and finishes removals that were broken off. */
export async function removeAbandoned(scope: Scope, objects: ObjectStore, before: number): Promise<void> {
  for (const place of await abandonedFiles(scope, before)) await removeFile(scope, objects, place)
}

/** Removes every file of an account that was deleted. */
export async function removeFilesOf(scope: Scope, objects: ObjectStore, account: string): Promise<void> {
  for (const id of await filesOf(scope, account)) await removeFile(scope, objects, { account, id })
  await forgetUsage(scope, account)
}
