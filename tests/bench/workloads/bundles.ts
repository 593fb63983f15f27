/** Sizes of what a browser loads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Case, Figures, Workload } from '../lib/workload.ts'

const DIST = dirname(fileURLToPath(import.meta.resolve('@lockstitch/sdk')))
const SOURCES = join(DIST, '..', 'src')

/** The workload. */
export const workload: Workload = {
  name: 'bundles',
  title: 'Sizes',
  about:
    'Bytes after minifying, and with gzip -9. The page bundle is everything that @lockstitch/sdk exports, with what it needs; the ' +
    'worker is one file that imports nothing. Every other file is loaded when its capability is first used.',
  unit: '',
  places: ['node'],
  rounds: 1,
  async cases() {
    const parts = readdirSync(DIST).filter((name) => name.endsWith('.js') && isBundle(name) && name !== 'worker.js')
    return {
      'page bundle': { units: 0, run: async () => sizeOf(await pageBundle()) },
      'worker.js': size('worker.js'),
      ...Object.fromEntries(parts.map((name) => [`${name}, loaded when it is used`, size(name)])),
      '1 kB': { units: 0, run: () => ({ minified: 1000, gzip: 1000 }) },
    }
  },
  ratios: {
    'page bundle with gzip / 1 kB': { of: 'node/page bundle', to: ['node/1 kB'], figure: 'gzip', atMost: 8 },
    'worker.js with gzip / 1 kB': { of: 'node/worker.js', to: ['node/1 kB'], figure: 'gzip', atMost: 24 },
  },
}

/** Modules have a source of their name; bundles of several do not. */
function isBundle(name: string): boolean {
  return !existsSync(join(SOURCES, name.replace(/\.js$/, '.ts')))
}

const size = (name: string): Case => ({ units: 0, run: () => sizeOf(readFileSync(join(DIST, name))) })

function sizeOf(bytes: Uint8Array): Figures {
  return { minified: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length }
}

async function pageBundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@lockstitch/sdk'`, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]?.contents ?? new Uint8Array(0)
}
