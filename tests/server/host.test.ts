/** The server on the network and in its folder: its certificate, its files, its lock. */
import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGE_POLICY, type RunningServer, startServer } from '@lockstitch/server-stub'
import { lockFolder } from '../../packages/server-stub/src/host/folder-lock.ts'
import { Leaflet } from './support/models.ts'

const temp = (name: string) => mkdtempSync(join(tmpdir(), `lockstitch-${name}-`))

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

/** Sends a path exactly as it is written, which `fetch` does not. */
function raw(
  port: number,
  path: string,
  options: { ca?: string; method?: string; body?: Buffer } = {},
): Promise<Answer> {
  const { ca, method = 'GET', body } = options
  return new Promise((resolve, reject) => {
    const send = ca === undefined ? httpRequest : httpsRequest
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const request = send({ host: 'localhost', port, path, method, ca, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

describe('the server on a network', () => {
  const data = temp('data')
  const site = temp('site')
  let server: RunningServer
  let ca: string
  beforeAll(async () => {
    mkdirSync(join(site, 'assets'))
    writeFileSync(join(site, 'index.html'), '<!doctype html><title>Demo</title>')
    writeFileSync(join(site, 'assets', 'worker-1a2b.js'), 'postMessage(1)')
    writeFileSync(join(site, '..', `${site.split('/').at(-1)}-secret.txt`), 'secret')
    symlinkSync('/etc/passwd', join(site, 'passwd.txt'))
    server = await startServer({ data, models: [Leaflet], host: 'localhost', port: 0, https: true, staticFolder: site })
    ca = readFileSync(join(data, 'tls-cert.pem'), 'utf8')
  }, 30_000)
  afterAll(() => server.stop())
  const get = (path: string) => raw(server.port, path, { ca })

  test('has a certificate for this machine, and the key for nobody else', () => {
    const certificate = new X509Certificate(ca)
    expect(certificate.checkHost('localhost')).toBe('localhost')
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate.checkIP('::1')).toBeDefined()
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    for (const name of ['tls-key.pem', 'master.key', 'lock']) expect(statSync(join(data, name)).mode & 0o077).toBe(0)
  })

  test('speaks TLS 1.3 and nothing older', async () => {
    const negotiate = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const socket = connect(
          { host: 'localhost', port: server.port, ca, servername: 'localhost', maxVersion },
          () => {
            resolve(socket.getProtocol())
            socket.destroy()
          },
        )
        socket.on('error', () => resolve(null))
      })
    expect(await negotiate('TLSv1.3')).toBe('TLSv1.3')
    expect(await negotiate('TLSv1.2')).toBeNull()
  })

  test('serves the built app with its policy, and its pages for every address of a page', async () => {
    for (const path of ['/', '/records/17', '/index.html']) {
      const page = await get(path)
      expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>Demo</title>' })
      expect(page.headers['content-security-policy']).toBe(PAGE_POLICY)
      expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
      expect(page.headers['strict-transport-security']).toMatch(/^max-age=/)
      expect(page.headers['x-lockstitch-page']).toBeUndefined()
    }
    const worker = await get('/assets/worker-1a2b.js')
    expect(worker.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(worker.headers['content-security-policy']).toBe(PAGE_POLICY)
    expect(worker.headers['cache-control']).toContain('immutable')
    expect((await get('/assets/missing.js')).status).toBe(404)
    expect((await get('/v1/missing')).status).toBe(404)
  })

  test('serves nothing outside the folder, whatever the path says', async () => {
    const name = site.split('/').at(-1)
    const up = [
      `/../${name}-secret.txt`,
      `/%2e%2e/${name}-secret.txt`,
      `/..%2f${name}-secret.txt`,
      `/assets/../../${name}-secret.txt`,
      `/..%5c${name}-secret.txt`,
    ]
    for (const path of [
      ...up,
      '//etc/passwd',
      '/passwd.txt',
      '/%00',
      '/%',
      '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd',
    ]) {
      const { text } = await get(path)
      expect(text).not.toMatch(/secret$|root:/)
    }
  })

  test('stops reading a body that has no length and does not end', async () => {
    const body = Buffer.alloc(600 * 1024, 0x20)
    expect(await raw(server.port, '/v1/kdf', { ca, method: 'POST', body })).toMatchObject({ status: 413 })
    expect((await get('/healthz')).status).toBe(200)
  })

  test('keeps its certificate, and renews it before it ends', async () => {
    const { selfSignedOf } = await import('../../packages/server-stub/src/host/tls-files.ts')
    expect(selfSignedOf(data, Date.now()).cert).toBe(ca)
    expect(selfSignedOf(data, Date.now() + 359 * 86_400_000).cert).not.toBe(ca)
    chmodSync(join(data, 'tls-key.pem'), 0o644)
    expect(() => selfSignedOf(data, Date.now())).toThrow('open to others')
  })
})

describe('a data folder', () => {
  test('has one server at a time', () => {
    const folder = temp('lock')
    const first = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow('another process')
    first.release()
    lockFolder(folder).release()
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  test('is taken over from a server that died, also when its number is in use again', () => {
    const folder = temp('lock')
    const own = JSON.parse(readLock(folder)) as { pid: number; started: string; host: string; id: string }
    const held = (changes: object) =>
      writeFileSync(join(folder, 'lock'), JSON.stringify({ ...own, id: 'x', ...changes }))
    for (const dead of [{ pid: 2 ** 22 + 1 }, { started: '1' }, { pid: 0 }]) {
      held(dead)
      lockFolder(folder).release()
    }
    writeFileSync(join(folder, 'lock'), '')
    lockFolder(folder).release()
    held({})
    expect(() => lockFolder(folder)).toThrow('another process')
  })

  test('is taken over from another machine only once that one is silent', () => {
    const folder = temp('lock')
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 1, started: '1', host: 'elsewhere', id: 'x' }))
    expect(() => lockFolder(folder)).toThrow('another process')
    const long = new Date(Date.now() - 61_000)
    utimesSync(join(folder, 'lock'), long, long)
    lockFolder(folder).release()
  })
})

function readLock(folder: string): string {
  const lock = lockFolder(folder)
  const text = readFileSync(join(folder, 'lock'), 'utf8')
  lock.release()
  return text
}
