import type { RecordKeys } from '../records/keys.ts'
import type { VaultContext } from './context.ts'
import type { Done, Job, Work } from './second-api.ts'

/** Records under way at once where two threads share them: what a page sends at once. */
export const SHARED_WINDOW = 256

/**
 * Does one record here, or in the second thread where there is one and the session still has these keys: `second.run` says
 * what `here` and `there` are. The second signs nothing.
 */
export async function share<J extends Job, T>(
  { second, session }: VaultContext,
  keys: RecordKeys,
  { model, job }: Omit<Work<J>, 'session'>,
  here: () => Promise<T>,
  there: (done: Done<J>) => T | Promise<T>,
): Promise<T> {
  const isShared = session?.recordKeys === keys && !(model.signed && job.verb === 'seal')
  return second !== undefined && isShared ? second.run({ session, model, job }, here, there) : here()
}
