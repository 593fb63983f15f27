import { LockstitchError } from '../errors.ts'
import type { StrengthWorker } from './strength.ts'
import type { ClientOptions } from './types.ts'

/** A worker for estimates of passwords that is not even loaded before it is asked for one. */
export function lazyStrength(options: ClientOptions): StrengthWorker {
  let loading: Promise<StrengthWorker> | undefined
  const load = async (): Promise<StrengthWorker> => {
    const { createStrengthWorker } = await import('./strength.ts').catch(() => {
      loading = undefined
      throw new LockstitchError('ERR_WORKER_START')
    })
    return createStrengthWorker(options)
  }
  return {
    check: async (...call) => (await (loading ??= load())).check(...call),
    end: () => void loading?.then((worker) => worker.end()).catch(() => undefined),
  }
}
