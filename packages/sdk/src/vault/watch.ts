/** Long work with a file: how far it is, and whether it is still wanted. */
import type { Bytes } from '../assert.ts'
import type { SourceReader } from '../files/read-source.ts'
import { throwIfAborted } from './abort.ts'
import type { LongCallOptions } from './api.ts'
import { checkTurn, type VaultContext } from './context.ts'

const PROGRESS_MS = 25

/**
 * Is told of bytes of content, and whether they are the last.
 *
 * @throws LockstitchError `ERR_ABORTED` when the call is no longer wanted, `ERR_LOCKED` when the vault was locked since it began.
 */
export type Watch = (bytes: number, isEnd: boolean) => void

/**
 * A watch of one call. It tells of the first bytes and of the last, and of those between some times in a tenth of a second: each is a
 * message.
 *
 * @param turn The turn in which the call began, before it waited for anything.
 * @throws LockstitchError `ERR_LOCKED` when the vault was locked meanwhile.
 */
export function createWatch(
  context: VaultContext,
  turn: number,
  total: number | undefined,
  { signal, onProgress }: LongCallOptions,
): Watch {
  checkTurn(context, turn)
  let done = 0
  let told = -PROGRESS_MS
  return (bytes, isEnd) => {
    throwIfAborted(signal)
    checkTurn(context, turn)
    done += bytes
    const now = performance.now()
    if (now - told < PROGRESS_MS && !isEnd) return
    told = now
    onProgress?.(total === undefined ? { done } : { done, total })
  }
}

/** The same source, watched. */
export function watchedReader(source: SourceReader, watch: Watch): SourceReader {
  return {
    async fill(buffer) {
      const bytes = await source.fill(buffer)
      watch(bytes.length, bytes.length < bytes.buffer.byteLength)
      return bytes
    },
    close: () => source.close(),
  }
}

/** The same groups, watched: one counts when it was taken. */
export async function* watchedGroups(
  groups: AsyncIterable<readonly Bytes[]>,
  watch: Watch,
): AsyncGenerator<readonly Bytes[], void, undefined> {
  for await (const group of groups) {
    watch(0, false)
    yield group
    watch(
      group.reduce((sum, { length }) => sum + length, 0),
      false,
    )
  }
  watch(0, true)
}
