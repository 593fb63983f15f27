/** A value that changes and that React can watch. */
import { useSyncExternalStore } from 'react'

/** Where one part of the app's state lives. */
export interface Store<T extends object> {
  readonly get: () => T
  /** Replaces the members that are given. */
  readonly set: (change: Partial<T>) => void
  /** Goes back to how it began. */
  readonly reset: () => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Makes a store with these members. */
export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial
  const listeners = new Set<() => void>()
  const change = (next: T): void => {
    state = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => state,
    set: (part) => change({ ...state, ...part }),
    reset: () => change(initial),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The state of a store; the component renders again whenever it changes. */
export function useStore<T extends object>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}
