/** The one renewal of keys that runs in this page: it goes on while the user looks at other screens, and can be paused. */
import type { RotationReport } from '@lockstitch/sdk'
import { client } from '../client.ts'
import { codeOf } from '../messages.ts'
import { MODELS } from '../models.ts'
import { createStore, type Store } from './store.ts'

/** What can be renewed: the classifications that the models of this app use. */
export type Renewable = 'phi' | 'pii'

interface Renewal {
  readonly of: Renewable | null
  readonly state: 'none' | 'running' | 'pausing' | 'paused' | 'failed' | 'done'
  readonly done: number
  readonly total: number | undefined
  /** Why it stopped. */
  readonly problem: ReturnType<typeof codeOf> | null
  /** Of one that came to its end. */
  readonly report: RotationReport | null
}

export const renewal: Store<Renewal> = createStore<Renewal>({
  of: null,
  state: 'none',
  done: 0,
  total: undefined,
  problem: null,
  report: null,
})

let controller = new AbortController()

/** Begins or goes on; with `rollback` undoes what was begun. */
export async function renew(of: Renewable, call: 'rotate' | 'rollback' = 'rotate'): Promise<void> {
  if (isRenewing()) return
  const own = (controller = new AbortController())
  renewal.set({ of, state: 'running', done: 0, total: undefined, problem: null, report: null })
  const isOwn = (): boolean => controller === own && renewal.get().of === of
  try {
    const report = await client.keys[call](
      { classification: of, models: MODELS },
      {
        signal: own.signal,
        onProgress: ({ done, total }) => isOwn() && renewal.set({ done, total }),
      },
    )
    if (isOwn()) renewal.set({ state: 'done', report })
  } catch (error) {
    const code = codeOf(error)
    if (isOwn()) renewal.set(code === 'ERR_ABORTED' ? { state: 'paused' } : { state: 'failed', problem: code })
  }
}

/** Stops after the step that is under way. What was done stays done. */
export function pause(): void {
  renewal.set({ state: 'pausing' })
  controller.abort()
}

/** True while one runs. */
export function isRenewing(): boolean {
  return ['running', 'pausing'].includes(renewal.get().state)
}

/** Forgets it, when the records are locked. */
export function forgetRenewal(): void {
  controller.abort()
  renewal.reset()
}
