/** The memory of the browser's pages and workers, as the machine counts it: what is resident of the renderer processes. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

const PAGE_BYTES = 4096
const EVERY_MS = 5
const MIB = 2 ** 20

/** One measurement at a time. */
export interface RendererMemory {
  /** Begins to look, some times in a hundredth of a second. */
  start(): void
  /** Ends it: the most that there was above the start, in MiB. */
  stop(): number
}

export function createRendererMemory(): RendererMemory {
  let timer: NodeJS.Timeout | undefined
  let before = 0
  let peak = 0
  const look = (ids: readonly number[]): void => {
    peak = Math.max(peak, residentBytes(ids))
  }
  return {
    start() {
      clearInterval(timer)
      const ids = renderers()
      before = residentBytes(ids)
      peak = before
      timer = setInterval(() => look(ids), EVERY_MS)
    },
    stop() {
      clearInterval(timer)
      look(renderers())
      return (peak - before) / MIB
    },
  }
}

/** The renderer processes below this one. */
function renderers(): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`)
    if (stat !== '') parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const isBelow = (id: number): boolean => {
    const parent = parents.get(id)
    return parent !== undefined && (parent === process.pid || isBelow(parent))
  }
  const found = [...parents.keys()].filter(
    (id) => isBelow(id) && read(`/proc/${id}/cmdline`).includes('--type=renderer'),
  )
  if (found.length === 0) throw new Error('no renderer process is below this one')
  return found
}

function residentBytes(ids: readonly number[]): number {
  return ids.reduce((sum, id) => sum + Number(read(`/proc/${id}/statm`).split(' ')[1] ?? 0) * PAGE_BYTES, 0)
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
