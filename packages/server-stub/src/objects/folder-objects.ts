import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ObjectStore } from './object-store.ts'

/** Objects as files of a folder, which is made when it is first needed. */
export function openFolderObjects(folder: string): ObjectStore {
  const root = resolve(folder)
  const pathOf = (key: string): string => join(root, ...key.split('/'))
  return {
    async put(key, bytes) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const next = join(dirname(path), `${randomUUID()}.tmp`)
      try {
        const file = await open(next, 'wx', 0o600)
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(next, path)
        for (let at = dirname(path); ; at = dirname(at)) {
          await writeOut(at)
          if (at === root) break
        }
      } catch (error) {
        await rm(next, { force: true })
        throw error
      }
    },
    async get(key, { start, end }) {
      const file = await open(pathOf(key), 'r').catch(ifMissing)
      if (file === undefined) return undefined
      try {
        const bytes = Buffer.alloc(end - start)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
        return bytes.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    close: async () => {},
  }
}

/** A name in a folder outlives a power cut only once the folder is written out; Windows opens none and needs it not. */
async function writeOut(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as { code?: unknown } | null)?.code !== 'ENOENT') throw error
}
