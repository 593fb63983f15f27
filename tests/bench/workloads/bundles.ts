/** Sizes of what a browser loads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundleDoor } from '../../../tools/gates/bundle.mjs'
import type { Case, Figures, Workload } from '../lib/workload.ts'

const DIST = dirname(fileURLToPath(import.meta.resolve('@lockstitch/sdk')))
const SOURCES = join(DIST, '..', 'src')

/** The workload. */
export const workload: Workload = {
  name: 'bundles',
  title: 'Sizes',
  about:
    "Bytes after minifying, and with gzip -9. The page bundle is what `import '@lockstitch/sdk'` loads first where the bundler " +
    'splits its code, all of its exports wanted; what talks to the worker comes with the first call that unlocks. The worker ' +
    'is one file that imports nothing. Every other file is loaded when its capability is first used.',
  unit: '',
  places: ['node'],
  rounds: 1,
  async cases() {
    const parts = readdirSync(DIST).filter((name) => name.endsWith('.js') && isBundle(name) && name !== 'worker.js')
    return {
      'page bundle': { units: 0, run: pageSize },
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

async function pageSize(): Promise<Figures> {
  const { first } = await bundleDoor(import.meta.dirname, '@lockstitch/sdk')
  const sizes = first.map(({ text }) => sizeOf(Buffer.from(text)))
  const sumOf = (figure: 'minified' | 'gzip'): number => sizes.reduce((sum, size) => sum + (size[figure] ?? 0), 0)
  return { minified: sumOf('minified'), gzip: sumOf('gzip') }
}
