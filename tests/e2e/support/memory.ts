/** Bytes in the memory of the browser's pages, read as the root of the machine can read it. Linux only. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'

const CHUNK_BYTES = 16 * 1_048_576

/** Ids of the renderer processes below this one. */
function renderers(): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (id: number): boolean => {
    const parent = parents.get(id)
    return parent !== undefined && (parent === process.pid || isBelow(parent))
  }
  return [...parents.keys()].filter(
    (id) => isBelow(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('--type=renderer'),
  )
}

/** How often each of the byte strings stands in the writable memory of the renderers, and how much was read. */
export function countInMemory(needles: readonly Uint8Array[]): { counts: number[]; readBytes: number } {
  const counts = needles.map(() => 0)
  let readBytes = 0
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1
  for (const id of renderers()) {
    const memory = openSync(`/proc/${id}/mem`, 'r')
    for (const line of readFileSync(`/proc/${id}/maps`, 'utf8').split('\n')) {
      const map = /^([\da-f]+)-([\da-f]+) rw/.exec(line)
      if (map === null) continue
      const [from, to] = [BigInt(`0x${map[1]}`), BigInt(`0x${map[2]}`)]
      for (let at = from; at < to; at += BigInt(CHUNK_BYTES - overlap)) {
        const chunk = readAt(memory, at, Math.min(CHUNK_BYTES, Number(to - at)))
        if (chunk === undefined) break
        readBytes += chunk.length
        for (const [index, needle] of needles.entries()) counts[index] = (counts[index] ?? 0) + countIn(chunk, needle)
      }
    }
    closeSync(memory)
  }
  return { counts, readBytes }
}

function readAt(memory: number, position: bigint, length: number): Buffer | undefined {
  const chunk = Buffer.alloc(length)
  try {
    return chunk.subarray(0, readSync(memory, chunk, 0, length, position))
  } catch {
    // A map that cannot be read, such as that of a device.
    return undefined
  }
}

function countIn(chunk: Buffer, needle: Uint8Array): number {
  let count = 0
  for (let at = chunk.indexOf(needle); at !== -1; at = chunk.indexOf(needle, at + 1)) count += 1
  return count
}
