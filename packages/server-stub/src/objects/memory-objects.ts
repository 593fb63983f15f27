import type { ObjectStore } from './object-store.ts'

/** Objects in memory, for tests and for a server without a folder. */
export function createMemoryObjects(): ObjectStore {
  const objects = new Map<string, Uint8Array>()
  return {
    put: async (key, bytes) => void objects.set(key, Uint8Array.from(bytes)),
    get: async (key, { start, end }) => objects.get(key)?.slice(start, end),
    remove: async (key) => void objects.delete(key),
    close: async () => {},
  }
}
