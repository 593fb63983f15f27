/** A server of a test's own, with everything that it stores and says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')

export interface OwnServer {
  readonly url: string
  /** Its data folder. */
  readonly data: string
  /** All that it has written to its standard output and error. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

/** Starts the reference server with the built demo on a free port. */
export async function startOwnServer(): Promise<OwnServer> {
  const data = await mkdtemp(join(tmpdir(), 'lockstitch-own-'))
  const cli = join(ROOT, 'packages/server-stub/src/cli.ts')
  const demo = join(ROOT, 'packages/demo')
  const served = ['--static', join(demo, 'dist'), '--models', join(demo, 'src/models.ts')]
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--data', data, ...served])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => (text += chunk))
  }
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended: ${text}`)))
    child.stdout.on('data', () => {
      const ready = /Lockstitch is ready on (\S+)/.exec(text)?.[1]
      if (ready !== undefined) resolve(ready)
    })
  })
  return { url, data, log: () => text, stop: () => ended(child) }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
