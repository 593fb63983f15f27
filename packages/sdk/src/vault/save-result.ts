import type { RecordHead } from '../records/keys.ts'
import { revisionText } from '../records/revision-member.ts'
import type { SaveResult } from './api.ts'

/** What became of a write, by the head that it is. */
export function saveResult(id: string, head: RecordHead, state: SaveResult['state']): SaveResult {
  return { id, revision: head.revision, $revision: revisionText(head), state }
}
