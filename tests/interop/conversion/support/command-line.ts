/** A server with one account, a folder of files, and the commands as processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createVault, type Vault } from '@lockstitch/sdk/vault'
import { createPassingStorage } from '../../../../packages/server-stub/src/commands/passing-storage.ts'
import { createSessionTransport } from '../../../../packages/server-stub/src/commands/session-transport.ts'
import { startServer } from '../../../../packages/server-stub/src/host/start-server.ts'
import { KEY_FILE, MAPPING, Patient, sample } from './sources.ts'

const CLI = fileURLToPath(new URL('../../../../packages/server-stub/src/cli.ts', import.meta.url))
const MODELS = fileURLToPath(new URL('sources.ts', import.meta.url))
const UNLIMITED = { count: 1_000_000, ms: 60_000 }

export const PASSWORD = 'correct horse battery staple'
export const HANDLE = 'archive@example.org'

/** A command that ran. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Where the commands run. */
export interface Desk {
  readonly url: string
  readonly folder: string
  file(name: string): string
  /** Writes the source of the first `count` samples. */
  writeSource(name: string, count: number): Promise<string>
  /** Writes many records: the samples over and over, each with an id of its own. */
  writeLargeSource(name: string, count: number): Promise<string>
  /** A device of the account. */
  sit(): Promise<Vault>
  convert(source: string, out: string, ...more: string[]): Running
  close(): Promise<void>
}

/** Starts a command. */
export function start(...args: string[]): Running {
  const child = spawn(process.execPath, ['--conditions=@lockstitch/source', CLI, ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) }
}

/** Sets the desk. */
export async function setDesk(): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstitch-convert-'))
  const file = (name: string): string => join(folder, name)
  const limits = {
    loginsByName: UNLIMITED,
    loginsByAddress: UNLIMITED,
    enrolments: UNLIMITED,
    sessionRequests: UNLIMITED,
  }
  const server = await startServer({ data: file('data'), models: [Patient], port: 0, limits, loginCost: 4 })
  const vaultOf = (): Vault =>
    createVault({ transport: createSessionTransport(server.url), storage: createPassingStorage() })
  const vault = vaultOf()
  const { recoveryKit } = await vault.enrol({ handle: HANDLE, password: PASSWORD })
  await vault.confirmRecovery(recoveryKit.recoveryCode)
  writeFileSync(file('password'), `${PASSWORD}\n`)
  writeFileSync(file('keys.json'), JSON.stringify(KEY_FILE))
  writeFileSync(file('mapping.json'), JSON.stringify(MAPPING))
  const same = [
    '--models',
    MODELS,
    '--model',
    'patient',
    '--mapping',
    file('mapping.json'),
    '--keys',
    file('keys.json'),
  ]
  const account = ['--server', server.url, '--handle', HANDLE, '--password-file', file('password')]
  return {
    url: server.url,
    folder,
    file,
    async writeSource(name, count) {
      const stream = createWriteStream(file(name))
      for (let number = 0; number < count; number++) {
        const { source } = await sample(number)
        if (!stream.write(`${JSON.stringify(source)}\n`)) await once(stream, 'drain')
      }
      stream.end()
      await once(stream, 'finish')
      return file(name)
    },
    async writeLargeSource(name, count) {
      const made = await Promise.all(Array.from({ length: 500 }, (_, number) => sample(number)))
      const stream = createWriteStream(file(name))
      for (let number = 0; number < count; number++) {
        const line = JSON.stringify({ ...made[number % made.length]?.source, id: `p-${number}` })
        if (!stream.write(`${line}\n`)) await once(stream, 'drain')
      }
      stream.end()
      await once(stream, 'finish')
      return file(name)
    },
    async sit() {
      const one = vaultOf()
      await one.unlock({ handle: HANDLE, password: PASSWORD })
      return one
    },
    convert: (source, out, ...more) => start('convert', ...same, ...account, '--in', source, '--out', out, ...more),
    close: () => server.stop(),
  }
}

/** A line of an output. */
export interface Line {
  readonly index: number
  readonly id?: string
  readonly outcome: string
  readonly sealed?: object
  readonly saved?: { readonly revision: number }
}

/** The lines of an output, each of which must be whole. */
export function linesOf(path: string): Line[] {
  const text = readFileSync(path, 'utf8')
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line is half-written')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}
