/** The server as a process: what it prints, what it refuses to do, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { certificate, erasing } from './support/destroyed.ts'
import { enrolment } from './support/server.ts'
import { signatureHeaders } from './support/signature.ts'
import { changeOf, firstState, makeAccount, stateHash, stateText } from './support/writer.ts'

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
    // Where no account is, nothing can be proved.
    expect(await auditVerify(data)).toMatchObject({ code: 2, out: '0 logs, 0 entries, 0 of the logs not whole\n' })
    // The lock of a killed server is taken over; without its key the data is not.
    rmSync(join(data, 'master.key'))
    const keyless = await run(...args).ended
    expect(keyless.code).toBe(1)
    expect(keyless.err).toContain('the master key file is missing, but data is sealed under it')
    expect(existsSync(join(data, 'master.key'))).toBe(false)
    expect(existsSync(join(data, 'lock'))).toBe(false)
  }, 60_000)

  test('proves that the audit logs are whole, and says which are not', async () => {
    const data = temp('audit')
    const first = run('--port', '0', '--data', data, '--models', MODELS)
    const url = await first.ready
    const account = makeAccount()
    const state = firstState(account)
    const body = JSON.stringify(enrolment(account, stateText(account, state), state))
    const headers = { 'content-type': 'application/json', ...signatureHeaders(account, 'POST', '/v1/accounts', body) }
    expect((await fetch(`${url}/v1/accounts`, { method: 'POST', headers, body })).status).toBe(201)
    expect((await auditVerify(data)).code).toBe(3)
    first.child.kill('SIGTERM')
    await first.ended
    const heads = join(data, 'heads.json')
    const whole = { code: 0, out: '1 logs, 1 entries, 0 of the logs not whole\n' }
    expect(await auditVerify(data, '--heads', heads)).toEqual(whole)
    expect(await auditVerify(data, '--heads', heads, '--account', account.id)).toEqual(whole)
    const noted = JSON.parse(readFileSync(heads, 'utf8')) as Record<string, object>
    writeFileSync(heads, JSON.stringify({ [account.id]: { ...noted[account.id], seq: 2 } }))
    const { code, out } = await auditVerify(data, '--heads', heads, '--json')
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { accounts: 1, broken: [{ account: account.id, fault: 'head' }] },
    ])
  }, 60_000)

  test('proves the log of an account that was destroyed, and says that it was', async () => {
    const data = temp('audit')
    const first = run('--port', '0', '--data', data, '--models', MODELS)
    const url = await first.ready
    const account = makeAccount()
    let cookie = ''
    const send = async (method: string, path: string, content: object): Promise<void> => {
      const body = JSON.stringify(content)
      const signed = signatureHeaders(account, method, path, body)
      const headers = { 'content-type': 'application/json', cookie, ...signed }
      const response = await fetch(url + path, { method, headers, body })
      expect(response.ok).toBe(true)
      cookie = (response.headers.get('set-cookie') ?? cookie).split(';', 1)[0] as string
    }
    const state = firstState(account)
    await send('POST', '/v1/accounts', enrolment(account, stateText(account, state), state))
    const last = erasing(state, [stateHash(state)])
    await send('PUT', '/v1/account/state', changeOf(account, state, stateText(account, last)))
    await send('DELETE', '/v1/account', { certificate: certificate(account, last) })
    first.child.kill('SIGTERM')
    await first.ended
    const destroyed = `  ${account.id}: destroyed by its owner\n`
    expect(await auditVerify(data)).toEqual({
      code: 0,
      out: `1 logs, 3 entries, 0 of the logs not whole\n${destroyed}`,
    })
    const { code, out } = await auditVerify(data, '--json')
    expect([code, JSON.parse(out)]).toEqual([0, { accounts: 1, entries: 3, destroyed: [account.id], broken: [] }])
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

function auditVerify(data: string, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const { DATABASE_URL: _, ...env } = process.env
  const command = ['--conditions=@lockstitch/source', CLI, 'audit', 'verify', '--data', data, ...args]
  const child = spawn(process.execPath, command, { env })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })))
}

async function saltOf(url: string): Promise<unknown> {
  const body = JSON.stringify({ handle: 'nobody@example.org' })
  const answer = await fetch(`${url}/v1/kdf`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return ((await answer.json()) as { salt: unknown }).salt
}
