import { type ObjectStore, objectKey } from '../objects/object-store.ts'
import { abandonedFiles, type FilePlace, forgetFile, hideFile, isShared, partsOf } from './files.ts'
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
