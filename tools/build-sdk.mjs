/**
 * Builds packages/sdk/dist: one file per module by tsc, and beside them one worker file that imports nothing, because no
 * bundler and no Content-Security-Policy handles a worker of many files everywhere. The result replaces the old one only
 * when all of it was built.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as bundle } from 'esbuild'
import { list, root, run } from './lib/repo.mjs'
import { buildOnce } from './lib/stamp.mjs'

const sdk = join(root, 'packages', 'sdk')
const dist = join(sdk, 'dist')
const next = join(sdk, '.dist-next')

async function compileModules() {
  const args = ['-p', sdk, '--outDir', next, '--inlineSources', '--declarationMap', 'false', '--pretty', 'false']
  const { status, output } = await run('tsc', args, { quiet: true })
  if (status !== 0) throw new Error(`tsc could not build the SDK:\n${output}`)
}

/** @typedef {import('esbuild').Plugin} Plugin */

/** Puts a text in the place of the modules that a pattern finds. @param {RegExp} filter @param {string} contents @returns {Plugin} */
const without = (filter, contents) => ({
  name: 'without',
  setup(build) {
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'without' }))
    build.onLoad({ filter, namespace: 'without' }, () => ({ contents }))
  },
})

/** The worker loads its parts from files of their own, so its bundle leaves out what would import them. */
const withoutParts = without(/[\\/]parts\.ts$/, 'export const loadPart = undefined')
/** Five times as large as all the rest, so it is in the file for the one format that needs it. */
const withoutOpenpgp = without(/^#openpgp$/, 'throw new Error("this file has no OpenPGP")')

/** What HPKE asks for where there is no WebCrypto, which is nowhere that the SDK runs. */
const withoutNodeCrypto = without(/^crypto$/, 'export {}')

/**
 * No file of the worker has the messages of errors: an error leaves the worker as its code, and gets its message in the page.
 *
 * @type {Plugin}
 */
const withoutMessages = {
  name: 'without-messages',
  setup(build) {
    build.onLoad({ filter: /[\\/]error-messages\.ts$/ }, async ({ path }) => {
      const { ERRORS } = await import(pathToFileURL(path).href)
      const codes = Object.fromEntries(Object.keys(ERRORS).map((code) => [code, '']))
      return { contents: `export const ERRORS = ${JSON.stringify(codes)}` }
    })
  },
}

/** One file that imports nothing. @param {string} entry @param {string} name @param {Plugin[]} plugins */
async function bundleFile(entry, name, plugins) {
  await bundle({
    entryPoints: [join(sdk, 'src', entry)],
    outfile: join(next, name),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [withoutMessages, ...plugins],
  })
}

/** Builds the SDK when its sources changed. Resolves to whether anything was built. */
export function buildSdk() {
  const inputs = list(sdk, ['src/**/*.ts', 'package.json', 'tsconfig.json']).map((file) => join(sdk, file))
  const shared = ['tsconfig.base.json', 'pnpm-lock.yaml', 'tools/build-sdk.mjs'].map((file) => join(root, file))
  return buildOnce({
    name: 'sdk',
    inputs: [...inputs, ...shared],
    output: join(dist, 'worker.js'),
    build: async () => {
      rmSync(next, { recursive: true, force: true })
      try {
        await compileModules()
        await bundleFile('worker/entry.ts', 'worker.js', [withoutParts])
        await bundleFile('vault/convert.ts', 'convert.js', [withoutOpenpgp])
        await bundleFile('vault/convert.ts', 'convert-pgcrypto.js', [])
        await bundleFile('vault/manage.ts', 'manage.js', [withoutNodeCrypto])
        await bundleFile('vault/files.ts', 'files.js', [])
        await bundleFile('keys/recovery-words.ts', 'words.js', [])
        await bundleFile('vault/strength.ts', 'strength.js', [])
        await bundleFile('vault/second.ts', 'second.js', [])
        await bundleFile('worker/second-entry.ts', 'second-entry.js', [])
        await bundleFile('storage/memory-storage.ts', 'memory-storage.js', [])
        if (existsSync(dist)) rmSync(dist, { recursive: true })
        renameSync(next, dist)
      } finally {
        rmSync(next, { recursive: true, force: true })
      }
    },
  })
}

if (import.meta.main) {
  console.log((await buildSdk()) ? 'packages/sdk/dist is built' : 'packages/sdk/dist is up to date')
}
