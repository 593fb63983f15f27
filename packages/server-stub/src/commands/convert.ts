import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ConversionKeys, type ConversionMapping, type ConversionMode, convertRecords } from '@lockstitch/sdk'
import type { ModelSpec } from '@lockstitch/sdk/format'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { loadModels } from '../host/load-models.ts'
import { type Journal, openJournal, type Progress } from './journal.ts'
import { readJsonLines } from './json-lines.ts'
import { EXIT, type ExitCode, UsageError } from './outcome.ts'
import { createPassingStorage } from './passing-storage.ts'
import { readPassword } from './password.ts'
import { createProgressBar } from './progress-bar.ts'
import { readJsonFile, readKeyFile } from './read-json.ts'
import { createSessionTransport } from './session-transport.ts'
import { createTally } from './tally.ts'

/** Options of `lockstitch convert`. */
export interface ConvertCommand {
  readonly models: string
  readonly model: string
  readonly mapping: string
  readonly keys: string
  readonly in: string
  readonly out?: string
  readonly server: string
  readonly handle: string
  readonly passwordFile?: string
  readonly save?: true
  readonly dryRun?: true
  readonly json?: true
  readonly checkpoint?: string
}

const FLUSH_RECORDS = 256

/**
 * Converts a file of records. Every result is a line of the output; a run that was killed goes on with the same command, and
 * each record has one result in the end.
 */
export async function convertCommand(command: ConvertCommand): Promise<ExitCode> {
  const mode = modeOf(command)
  const model = await chooseModel(command)
  const mapping = readJsonFile(command.mapping, '--mapping') as ConversionMapping
  const keys = readKeyFile(command.keys)
  const journal = journalOf(command, mode, model, mapping)
  try {
    const vault = await unlock(command)
    return await run({ command, mode, model, mapping, keys, journal, vault })
  } finally {
    journal?.close()
  }
}

interface Run {
  readonly command: ConvertCommand
  readonly mode: ConversionMode
  readonly model: ModelSpec
  readonly mapping: ConversionMapping
  readonly keys: ConversionKeys
  readonly journal: Journal | undefined
  readonly vault: Vault
}

async function run({ command, mode, model, mapping, keys, journal, vault }: Run): Promise<ExitCode> {
  const resumed = journal?.resumed
  const start = resumed?.done ?? 0
  const tally = createTally(resumed?.totals)
  const bar = createProgressBar()
  const stopping = stopOnSignals()
  const source = readSource(command.in, resumed)
  const size = command.in === '-' ? undefined : statSync(command.in).size
  let lines: string[] = []
  let done = start
  const flush = (): void => {
    if (lines.length === 0) return
    journal?.append(lines.join(''), { done, source: source.digestAt(done), totals: tally.totals })
    lines = []
  }
  try {
    const options = { mode, start, signal: stopping.signal }
    for await (const result of convertRecords(vault, model, source.records, mapping, keys, options)) {
      if (journal !== undefined) lines.push(`${JSON.stringify(result)}\n`)
      tally.add(result)
      done += 1
      if (lines.length >= FLUSH_RECORDS) flush()
      bar.show(done, tally.count('failed'), size === undefined ? undefined : source.bytes() / size)
    }
  } finally {
    // What is finished counts, also when the run was interrupted.
    flush()
    stopping.end()
    bar.end()
  }
  source.checkReached(start)
  const report = tally.report(command.json === true)
  ;(command.out === '-' ? process.stderr : process.stdout).write(report)
  return tally.count('failed') > 0 ? EXIT.someFailed : EXIT.done
}

function modeOf({ save, dryRun, out }: ConvertCommand): ConversionMode {
  if (dryRun === true) return 'check'
  if (out === undefined) throw new UsageError('give --out, or --dry-run to write nothing')
  return save === true ? 'save' : 'seal'
}

async function chooseModel({ models, model }: ConvertCommand): Promise<ModelSpec> {
  const found = (await loadModels(resolve(models))).find(({ name }) => name === model)
  if (found === undefined) throw new UsageError('the file of --models exports no model of the name of --model')
  return found
}

function journalOf(
  { out, checkpoint, handle, server }: ConvertCommand,
  mode: ConversionMode,
  model: ModelSpec,
  mapping: ConversionMapping,
): Journal | undefined {
  if (mode === 'check' || out === undefined) return undefined
  const decides = JSON.stringify([mode, model, mapping, handle, server])
  const besides = out === '-' ? undefined : `${out}.checkpoint`
  return openJournal(out, checkpoint ?? besides, createHash('sha256').update(decides).digest('hex'))
}

async function unlock(command: ConvertCommand): Promise<Vault> {
  const vault = createVault({
    transport: createSessionTransport(command.server),
    storage: createPassingStorage(),
  })
  const password = await readPassword(command.passwordFile, command.in === '-')
  await vault.unlock({ handle: command.handle, password })
  return vault
}

interface Source {
  readonly records: AsyncIterable<object>
  /** Bytes that were read. */
  bytes(): number
  /** Digest of the first `done` records. Asked for once, and in rising order. */
  digestAt(done: number): string
  /** @throws UsageError when the source ended before the place where the run went on. */
  checkReached(start: number): void
}

function readSource(path: string, resumed: Progress | undefined): Source {
  const digests = new Map<number, string>()
  let bytes = 0
  let read = 0
  async function* records(): AsyncGenerator<object> {
    for await (const line of readJsonLines(path)) {
      bytes = line.bytes
      read = line.index + 1
      const digest = line.digest.toString('hex')
      if (read === resumed?.done && digest !== resumed.source)
        throw new UsageError('the source is not the one that the checkpoint is of')
      if (read > (resumed?.done ?? 0)) digests.set(read, digest)
      yield line.record as object
    }
  }
  return {
    records: records(),
    bytes: () => bytes,
    digestAt(done) {
      const digest = digests.get(done) as string
      for (const known of digests.keys()) {
        if (known > done) break
        digests.delete(known)
      }
      return digest
    },
    checkReached(start) {
      if (read < start) throw new UsageError('the source is shorter than the one that the checkpoint is of')
    },
  }
}

function stopOnSignals(): { readonly signal: AbortSignal; end(): void } {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  return {
    signal: stopping.signal,
    end() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
    },
  }
}
