import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'

/** Holds a data folder for this process. */
export interface FolderLock {
  readonly release: () => void
}

interface Holder {
  readonly pid: number
  /** What the system says about when the process started; a later process with the same number has another. */
  readonly started: string
  readonly host: string
  readonly id: string
}

const NAME = 'lock'
const BEAT_MS = 10_000
/** A holder on another machine (a shared disk, another container) is gone when it has not touched the file for so long. */
const STALE_MS = 60_000
const ATTEMPTS = 5

/**
 * Takes a data folder for this process alone: the embedded database has one writer, and a second one would destroy it.
 * The lock of a process that died is taken over.
 *
 * @throws Error when another process holds the folder.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, NAME)
  const own: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname(), id: randomUUID() }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (create(path, own)) return hold(path, own)
    const held = read(path)
    if (held !== undefined && isAlive(path, held))
      throw new Error('another process of the server uses this data folder')
    if (held !== undefined) remove(path, held)
  }
  throw new Error('the lock of the data folder cannot be taken; remove the file "lock" if no server runs')
}

/** Makes the lock with its content in one step, so that nobody ever reads half of it; false when there is one. */
function create(path: string, own: Holder): boolean {
  const draft = `${path}.${own.id}`
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

function hold(path: string, own: Holder): FolderLock {
  const beat = setInterval(() => touch(path), BEAT_MS)
  beat.unref()
  return {
    release() {
      clearInterval(beat)
      if (read(path)?.id === own.id) rmSync(path)
    },
  }
}

function touch(path: string): void {
  const now = new Date()
  try {
    utimesSync(path, now, now)
  } catch {
    // The folder was removed below us; the database will say so.
  }
}

function read(path: string): Holder | undefined {
  try {
    const { pid, started, host, id } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return { pid: Number(pid), started: String(started), host: String(host), id: String(id) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return { pid: 0, started: '', host: hostname(), id: '' }
  }
}

function isAlive(path: string, { pid, started, host }: Holder): boolean {
  if (host !== hostname()) return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < STALE_MS
  return pid > 0 && exists(pid) && startOf(pid) === started
}

/** Removes a dead holder's lock, and only that: another process may have taken it over in the meantime. */
function remove(path: string, dead: Holder): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (read(aside)?.id !== dead.id) linkSync(aside, path)
  rmSync(aside)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Start time of a process in ticks since the machine booted; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it may hold spaces and parentheses: fields are counted from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
