/** The processes of a run: the backend, a fresh Node for each workload, Chromium with a page that nothing else shares. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { build } from 'esbuild'
import { chromiumArgs, provideBrowser } from '../../../tools/lib/browser.mjs'
import type { Order } from './browser-entry.ts'
import type { Measured } from './measure.ts'
import { createRendererMemory } from './renderer-memory.ts'

const here = import.meta.dirname
const sdkDist = dirname(createRequire(import.meta.url).resolve('@lockstitch/sdk/worker'))
const NODE_FLAGS = ['--disable-warning=ExperimentalWarning', '--expose-gc']

/** The reference server in a process of its own. */
export async function startBackend(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [...NODE_FLAGS, join(here, 'backend-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${port.toString().trim()}`, stop: () => void child.kill() }
}

/** Measures a workload in a fresh Node. */
export async function measureInNode(name: string, order: Order): Promise<Measured> {
  const child: ChildProcess = fork(join(here, 'node-child.ts'), { execArgv: NODE_FLAGS })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended in Node with ${String(code)} and without figures`)
  })
  child.send({ name, order })
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [Measured]
  ended.catch(() => undefined)
  return measured
}

/** A browser for all workloads. */
export async function startChromium(): Promise<Browser> {
  const found = await provideBrowser()
  if (!('path' in found)) throw new Error(found.missing)
  return chromium.launch({
    executablePath: found.path,
    args: [...chromiumArgs, '--js-flags=--expose-gc', '--enable-precise-memory-info'],
  })
}

/** Measures a workload in a page of its own, and in a worker of that page. */
export async function measureInChromium(browser: Browser, name: string, order: Order): Promise<Measured> {
  const server = await servePage(await bundle(name))
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', (error) => reject(error))
      page.on('crash', () => reject(new Error(`the page of ${name} crashed`)))
    })
    failed.catch(() => undefined)
    await page.goto(addressOf(server))
    const measured = page.evaluate(
      (given) => (globalThis as unknown as { bench(given: Order): Promise<Measured> }).bench(given),
      order,
    )
    return await Promise.race([measured, failed])
  } finally {
    await context.close()
    server.close()
  }
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { serveWorkload } from '../lib/browser-entry.ts'\nimport { workload } from './${name}.ts'\nserveWorkload(workload)`,
      resolveDir: join(here, '..', 'workloads'),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    minify: true,
    write: false,
    logLevel: 'error',
    // Some peers ask for Node's module before they look for the platform's.
    alias: { crypto: join(here, 'empty.ts') },
  })
  return outputFiles[0]?.text ?? ''
}

const HTML = '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/bundle.js"></script>'

async function servePage(script: string): Promise<Server> {
  const memory = createRendererMemory()
  const server = createServer(({ url }, response) => {
    if (url === '/memory/start') return void response.end(String(memory.start()))
    if (url === '/memory/stop') return void response.end(String(memory.stop()))
    const file = /^\/([\w-]+\.js)$/.exec(url ?? '')?.[1]
    if (url === '/') return void response.setHeader('content-type', 'text/html').end(HTML)
    response.setHeader('content-type', 'text/javascript')
    if (url === '/bundle.js') return void response.end(script)
    if (file === undefined || !existsSync(join(sdkDist, file))) return void response.writeHead(404).end()
    response.end(readFileSync(join(sdkDist, file)))
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  return server
}

function addressOf(server: Server): string {
  const address = server.address()
  return `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`
}
