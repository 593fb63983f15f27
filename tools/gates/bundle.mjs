/**
 * Gate: what must not be in a bundle is not in it. The format's door carries no cryptography and no storage, the page
 * carries no cryptography, and the worker is one file that imports nothing. Sizes are printed, not limited.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
const PARTS = ['convert', 'convert-pgcrypto', 'manage', 'files', 'words', 'strength']

/** One minified file with everything a door exports. @param {string} app where it is resolved from @param {string} door */
async function bundleDoor(app, door) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${door}'`, resolveDir: app, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
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

/** @param {string} name @param {string} text */
const sizeOf = (name, text) =>
  `${name}: ${text.length} bytes minified, ${gzipSync(text, { level: 9 }).length} with gzip`

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
  ]
  const notes = [sizeOf('dist/worker.js', worker)]
  for (const part of PARTS) {
    const name = `dist/${part}.js`
    const text = readFileSync(join(app, 'node_modules', '@lockstitch', 'sdk', name), 'utf8')
    problems.push(...importsIn(name, text))
    notes.push(sizeOf(name, text))
  }
  for (const [door, forbidden] of FORBIDDEN) {
    const text = await bundleDoor(app, door)
    if (text.trim() === '') problems.push(`the bundle of ${door} is empty`)
    problems.push(...forbiddenIn(door, text, forbidden))
    notes.push(sizeOf(door, text))
  }
  return { read: FORBIDDEN.size + 1 + PARTS.length, problems, notes }
}

if (import.meta.main) await main('bundle', checkBundles)
