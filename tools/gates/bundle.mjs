/**
 * Gate: what must not be in a bundle is not in it. The format's door carries no cryptography and no storage, the page
 * carries no cryptography, and the worker is one file that imports nothing. What every page loads stays below its limit.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { buildSdk } from '../build-sdk.mjs'
import { main } from '../lib/gate.mjs'
import { importsOf } from '../lib/imports.mjs'
import { root } from '../lib/repo.mjs'

/** What each door, bundled for a page, must not contain. */
const FORBIDDEN = new Map([
  ['@lockstitch/sdk/format', /AES-GCM|PBKDF2|subtle|indexedDB|comlink/g],
  ['@lockstitch/sdk', /subtle\.|AES-GCM|PBKDF2/g],
])

/** What the worker loads when it is used, each in a file of its own. */
const PARTS = [
  'convert',
  'convert-pgcrypto',
  'manage',
  'files',
  'words',
  'strength',
  'memory-storage',
  'second',
  'second-entry',
]

/**
 * What every page loads may not grow, in bytes with gzip: the worker, and what `import '@lockstitch/sdk'` loads first where
 * the bundler splits its code. The wanted 24 and 8 kB are in docs/benchmarks.md.
 */
const LIMITS = { worker: 28_400, page: 8000 }

/** @typedef {{ readonly name: string, readonly text: string }} Piece */

/**
 * Everything a door exports, minified: the pieces that its import loads first, and those that are loaded when they are used.
 *
 * @param {string} app where it is resolved from
 * @param {string} door
 * @returns {Promise<{ readonly first: readonly Piece[], readonly later: readonly Piece[] }>}
 */
export async function bundleDoor(app, door) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from '${door}'`, resolveDir: app, loader: 'js', sourcefile: 'door.js' },
    bundle: true,
    splitting: true,
    metafile: true,
    outdir: app,
    absWorkingDir: app,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  })
  const pieces = outputFiles.map(({ path, text }) => ({ name: basename(path), text }))
  /** @type {Set<string>} */
  const loaded = new Set()
  /** @param {string} name */
  const load = (name) => {
    if (loaded.has(name)) return
    loaded.add(name)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) if (kind === 'import-statement') load(path)
  }
  for (const [name, { entryPoint }] of Object.entries(metafile.outputs)) if (entryPoint === 'door.js') load(name)
  return {
    first: pieces.filter(({ name }) => loaded.has(name)),
    later: pieces.filter(({ name }) => !loaded.has(name)),
  }
}

/** Files are compressed one by one. @param {readonly Piece[]} pieces */
const gzipBytes = (pieces) => pieces.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0)

/** @param {string} name @param {readonly Piece[]} pieces @param {number} limit @returns {string[]} */
function growthOf(name, pieces, limit) {
  const bytes = gzipBytes(pieces)
  return bytes > limit ? [`${name}: ${bytes} bytes with gzip, and the limit is ${limit}`] : []
}

/** @param {string} name @param {string} text @param {RegExp} forbidden @returns {string[]} */
function forbiddenIn(name, text, forbidden) {
  const words = [...new Set([...text.matchAll(forbidden)].map(([word]) => word))]
  return words.map((word) => `the bundle of ${name} contains ${word}`)
}

/** @param {string} name @param {string} text @returns {string[]} */
function importsIn(name, text) {
  const found = importsOf(name, text).map(({ specifier }) => specifier)
  // The worker loads its parts, from the addresses that the page gave it.
  const loaded = name === 'dist/worker.js' ? found.indexOf('<computed>') : -1
  return found.filter((_, index) => index !== loaded).map((specifier) => `${name} imports ${specifier}`)
}

/** @param {string} name @param {readonly Piece[]} pieces */
const sizeOf = (name, pieces) =>
  `${name}: ${pieces.reduce((sum, { text }) => sum + text.length, 0)} bytes minified, ${gzipBytes(pieces)} with gzip`

/**
 * @param {{ app?: string, build?: () => Promise<unknown> }} [options] `app` is a folder where `@lockstitch/sdk` resolves
 * @returns {Promise<import('../lib/gate.mjs').Finding>}
 */
export async function checkBundles({ app = root, build: buildFirst = buildSdk } = {}) {
  await buildFirst()
  const worker = readFileSync(join(app, 'node_modules', '@lockstitch', 'sdk', 'dist', 'worker.js'), 'utf8')
  const problems = [
    ...(worker.trim() === '' ? ['dist/worker.js is empty'] : []),
    ...importsIn('dist/worker.js', worker),
    ...growthOf('dist/worker.js', [{ name: 'worker.js', text: worker }], LIMITS.worker),
  ]
  const notes = [sizeOf('dist/worker.js', [{ name: 'worker.js', text: worker }])]
  for (const part of PARTS) {
    const name = `dist/${part}.js`
    const text = readFileSync(join(app, 'node_modules', '@lockstitch', 'sdk', name), 'utf8')
    problems.push(...importsIn(name, text))
    notes.push(sizeOf(name, [{ name, text }]))
  }
  for (const [door, forbidden] of FORBIDDEN) {
    const { first, later } = await bundleDoor(app, door)
    const text = [...first, ...later].map((piece) => piece.text).join('')
    if (text.trim() === '') problems.push(`the bundle of ${door} is empty`)
    problems.push(...forbiddenIn(door, text, forbidden))
    if (door === '@lockstitch/sdk') problems.push(...growthOf(`the first load of ${door}`, first, LIMITS.page))
    notes.push(sizeOf(`${door}, loaded first`, first))
    for (const piece of later) notes.push(sizeOf(`${door}, loaded when it is used: ${piece.name}`, [piece]))
  }
  return { read: FORBIDDEN.size + 1 + PARTS.length, problems, notes }
}

if (import.meta.main) await main('bundle', checkBundles)
