/** Web Locks between the tabs of this process: as a browser does, the end of a tab frees what it held. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Life } from './gates.ts'

/** Whose code runs. */
export const lives: AsyncLocalStorage<Life> = new AsyncLocalStorage()

interface Entry {
  readonly life: Life | undefined
  begin(): void
}

/** The part of `navigator.locks` that the vault uses, and the end of a tab. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>
  /** Takes everything from those whose life is over. */
  free(): void
}

export function createLocks(): Locks {
  const queues = new Map<string, Entry[]>()
  const leave = (name: string, entry: Entry): void => {
    const queue = queues.get(name) ?? []
    const place = queue.indexOf(entry)
    if (place === -1) return
    queue.splice(place, 1)
    if (place === 0) queue[0]?.begin()
  }
  return {
    request: (name, work) =>
      new Promise((resolve, reject) => {
        const entry: Entry = {
          life: lives.getStore(),
          begin: () =>
            void Promise.resolve()
              .then(work)
              .then(resolve, reject)
              .finally(() => leave(name, entry)),
        }
        const queue = queues.get(name) ?? []
        queues.set(name, queue)
        queue.push(entry)
        if (queue.length === 1) entry.begin()
      }),
    free() {
      for (const [name, queue] of queues) {
        const over = queue.filter(({ life }) => life?.isOver === true)
        // The holder last, so that nobody who is gone comes after it.
        for (const entry of over.toReversed()) leave(name, entry)
      }
    },
  }
}
