/** The server as a process: what it prints, what it refuses to do, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const CLI = fileURLToPath(new URL('../../packages/server-stub/src/cli.ts', import.meta.url))
const MODELS = fileURLToPath(new URL('support/models-file.ts', import.meta.url))
const temp = (name: string) => mkdtempSync(join(tmpdir(), `lockstitch-${name}-`))

describe('the command line', () => {
  interface Run {
    readonly child: ChildProcess
    readonly out: () => string
    readonly ready: Promise<string>
    readonly ended: Promise<{ code: number | null; err: string }>
  }
  const run = (...args: string[]): Run => {
    const { DATABASE_URL: _, ...env } = process.env
    const child = spawn(process.execPath, ['--conditions=@lockstitch/source', CLI, 'serve', ...args], { env })
    let [out, err] = ['', '']
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, err })),
    )
    const ready = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
        if (out.includes('\n')) resolve(out.trim().replace('Lockstitch is ready on ', ''))
      })
      void ended.then((end) => reject(new Error(end.err)))
    })
    ready.catch(() => {})
    return { child, out: () => out, ready, ended }
  }

  test('serves, refuses a second server on its folder, stops when asked, and goes on where it was', async () => {
    const data = join(temp('cli'), 'new')
    const args = ['--port', '0', '--data', data, '--models', MODELS]
    const first = run(...args)
    const url = await first.ready
    expect(first.out()).toMatch(/^Lockstitch is ready on http:\/\/127\.0\.0\.1:\d+\n$/)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const salt = await saltOf(url)
    const second = await run(...args).ended
    expect(second).toMatchObject({ code: 1, err: 'lockstitch: another process of the server uses this data folder\n' })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    first.child.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)

    const again = run(...args)
    expect(await saltOf(await again.ready)).toBe(salt)
    again.child.kill('SIGKILL')
    await again.ended
    // The lock of a killed server is taken over; without its key the data is not.
    rmSync(join(data, 'master.key'))
    const keyless = await run(...args).ended
    expect(keyless.code).toBe(1)
    expect(keyless.err).toContain('the master key file is missing, but data is sealed under it')
    expect(existsSync(join(data, 'master.key'))).toBe(false)
    expect(existsSync(join(data, 'lock'))).toBe(false)
  }, 60_000)

  test('says what is wrong with its options', async () => {
    const base = ['--models', MODELS, '--data', temp('cli')]
    const wrong: [string[], string][] = [
      [['--host', '0.0.0.0', ...base], 'plain HTTP is served on the local machine only'],
      [['--models', fileURLToPath(import.meta.resolve('./support/dump.ts'))], 'exports no model'],
      [['--port', '65536', ...base], 'a port is a number of 0 to 65535'],
      [['--tls-key', 'x', ...base], '--tls-key and --tls-cert go together'],
      [[], 'required option'],
    ]
    const ends = await Promise.all(wrong.map(([args]) => run(...args).ended))
    for (const [index, [, message]] of wrong.entries()) {
      expect(ends[index]?.code).toBe(1)
      expect(ends[index]?.err).toContain(message)
    }
  }, 60_000)
})

async function saltOf(url: string): Promise<unknown> {
  const body = JSON.stringify({ handle: 'nobody@example.org' })
  const answer = await fetch(`${url}/v1/kdf`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return ((await answer.json()) as { salt: unknown }).salt
}
