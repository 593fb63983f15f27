import { loadPiece } from './load-piece.ts'
import type { StrengthWorker } from './strength.ts'
import type { ClientOptions } from './types.ts'

/** A worker for estimates of passwords that is not even loaded before it is asked for one. */
export function lazyStrength(options: ClientOptions): StrengthWorker {
  let loading: Promise<StrengthWorker> | undefined
  const load = async (): Promise<StrengthWorker> => {
    const { createStrengthWorker } = await loadPiece(import('./strength.ts')).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return createStrengthWorker(options)
  }
  return {
    check: async (...call) => (await (loading ??= load())).check(...call),
    end: () => void loading?.then((worker) => worker.end()).catch(() => undefined),
  }
}
