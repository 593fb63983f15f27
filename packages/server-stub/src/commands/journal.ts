import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { UsageError } from './outcome.ts'

/** How far a run came. */
export interface Progress {
  /** Records of the source whose results are in the output. */
  readonly done: number
  /** Bytes of the output that hold them. */
  readonly bytes: number
  /** Digest of the source up to there, hex. */
  readonly source: string
  /** What was counted so far. */
  readonly totals: Readonly<Record<string, number>>
}

interface Checkpoint extends Progress {
  readonly checkpoint: 1
  /** Digest of everything that decides what a result is, hex. */
  readonly run: string
}

/** The output of a run that can be killed at any moment. */
export interface Journal {
  /** How far an earlier run of the same kind came. */
  readonly resumed: Progress | undefined
  /** Writes lines, and then that they are written. Lines that nobody noted are written again. */
  append(lines: string, progress: Omit<Progress, 'bytes'>): void
  close(): void
}

/**
 * Opens the output and its checkpoint. What stands in the output behind the checkpoint, a half-written line too, is cut
 * off: those records are converted again.
 *
 * @throws UsageError when the checkpoint is of another run, or the output is there without one.
 */
export function openJournal(out: string, checkpointPath: string | undefined, run: string): Journal {
  const isFile = out !== '-'
  const resumed = checkpointPath === undefined ? undefined : readCheckpoint(checkpointPath, run)
  const size = isFile && existsSync(out) ? statSync(out).size : 0
  if (resumed === undefined && size > 0)
    throw new UsageError('the file of --out exists and has no checkpoint; name another')
  if (isFile && resumed !== undefined && size < resumed.bytes)
    throw new UsageError('the file of --out is shorter than its checkpoint says')
  // Before the first line there is a checkpoint, so that a kill never leaves lines that nobody can judge.
  if (resumed === undefined && checkpointPath !== undefined)
    writeCheckpoint(checkpointPath, { checkpoint: 1, run, done: 0, bytes: 0, source: '', totals: {} })
  const file = isFile ? openSync(out, existsSync(out) ? 'r+' : 'wx', 0o600) : undefined
  let bytes = resumed?.bytes ?? 0
  if (file !== undefined) ftruncateSync(file, bytes)
  return {
    resumed,
    append(lines, progress) {
      const data = Buffer.from(lines)
      if (file === undefined) writeAll(1, data, null)
      else {
        writeAll(file, data, bytes)
        fdatasyncSync(file)
      }
      bytes += data.length
      if (checkpointPath === undefined) return
      writeCheckpoint(checkpointPath, { checkpoint: 1, run, ...progress, bytes })
    },
    close: () => void (file !== undefined && closeSync(file)),
  }
}

function writeAll(file: number, data: Buffer, position: number | null): void {
  for (let written = 0; written < data.length;) {
    try {
      written += writeSync(file, data, written, data.length - written, position === null ? null : position + written)
    } catch (error) {
      // A pipe that is full and does not wait.
      if ((error as { code?: unknown }).code !== 'EAGAIN') throw error
    }
  }
}

/** Replaces the checkpoint in one step: after a kill there is the old one or the new one. */
function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  const next = `${path}.next`
  const file = openSync(next, 'w', 0o600)
  writeAll(file, Buffer.from(`${JSON.stringify(checkpoint)}\n`), 0)
  fsyncSync(file)
  closeSync(file)
  renameSync(next, path)
}

function readCheckpoint(path: string, run: string): Checkpoint | undefined {
  if (!existsSync(path)) return undefined
  let read: Checkpoint
  try {
    read = JSON.parse(readFileSync(path, 'utf8')) as Checkpoint
  } catch {
    throw new UsageError('the file of --checkpoint is not a checkpoint')
  }
  if (read?.checkpoint !== 1) throw new UsageError('the file of --checkpoint is not a checkpoint')
  // Nothing came of it, as when the address of the server was mistyped.
  if (read.run !== run && read.bytes === 0) return undefined
  if (read.run !== run) throw new UsageError('the checkpoint is of a run with another model, mapping, mode or account')
  return read
}
