import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Handler } from 'hono'

interface File {
  readonly body: Buffer<ArrayBuffer>
  readonly type: string
  readonly cache: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** The build puts a hash into these names, so that a name never gets another content. */
const HASHED = /^\/assets\//

/**
 * Serves a folder as it was when the server started, and `index.html` for the addresses of its pages. A request only ever
 * chooses among the files that were found then, by their whole name, so that no path leads out of the folder.
 */
export function staticFiles(folder: string): Handler {
  const files = new Map(listFiles(folder, '').map((path) => [path, readFile(folder, path)]))
  const index = files.get('/index.html')
  if (index === undefined) throw new Error('the folder of --static has no index.html')
  return (c) => {
    const { pathname } = new URL(c.req.url)
    const isPage = extname(pathname) === '' && !pathname.startsWith('/v1/')
    const file = files.get(decode(pathname)) ?? (isPage ? index : undefined)
    if (file === undefined) return c.notFound()
    const headers = { 'content-type': file.type, 'cache-control': file.cache, 'x-lockstitch-page': '1' }
    return new Response(c.req.method === 'HEAD' ? null : file.body, { headers })
  }
}

function listFiles(folder: string, path: string): string[] {
  return readdirSync(join(folder, path)).flatMap((name) => {
    const child = `${path}/${name}`
    const stat = lstatSync(join(folder, child))
    if (stat.isDirectory()) return listFiles(folder, child)
    return stat.isFile() ? [child] : []
  })
}

function readFile(folder: string, path: string): File {
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
  const cache = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { body: readFileSync(join(folder, path)) as Buffer<ArrayBuffer>, type, cache }
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
