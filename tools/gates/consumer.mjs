/**
 * Gate: an application that has only the packed SDK compiles against every door, with and without a bundler's resolution
 * and with the library's own declarations checked too, and Node can load every door that is not the worker itself.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { main } from '../lib/gate.mjs'
import { packSdk } from '../lib/pack.mjs'
import { results, root, run } from '../lib/repo.mjs'

const NAME = '@lockstitch/sdk'
/** These two run when they are loaded and expect a worker's scope around them. */
const WORKER_DOORS = ['./worker', './worker-entry']

const RESOLUTIONS = [
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
]

/** Unpacks the package into an empty application, with the dependencies that its package.json asks for. @param {string} app */
async function installInto(app) {
  const { tarball } = await packSdk('consumer')
  const target = join(app, 'node_modules', NAME)
  mkdirSync(target, { recursive: true })
  const { status, output } = await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], { quiet: true })
  if (status !== 0) throw new Error(`the package could not be unpacked:\n${output}`)
  const installed = join(root, 'packages', 'sdk', 'node_modules')
  for (const name of Object.keys(JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')).dependencies ?? {})) {
    mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true })
    symlinkSync(join(installed, name), join(app, 'node_modules', name))
  }
}

/** Compiles `app.ts` with one way of resolving modules. @param {string} app @param {typeof RESOLUTIONS[number]} resolution */
async function compile(app, resolution) {
  const compilerOptions = {
    ...resolution,
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  }
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
  const { status, output } = await run('tsc', ['-p', app, '--pretty', 'false'], { quiet: true })
  return status === 0 ? [] : [`with ${resolution.moduleResolution} resolution:\n${output.trim()}`]
}

/** @param {string} app @param {string} door */
async function load(app, door) {
  const command = ['--input-type=module', '-e', `await import('${door}')`]
  const { status, output } = await run('node', command, { cwd: app, quiet: true })
  return status === 0 ? [] : [`Node cannot load ${door}:\n${output.trim()}`]
}

/**
 * Checks the SDK that is installed in an application's folder.
 *
 * @param {string} app
 * @returns {Promise<import('../lib/gate.mjs').Finding>}
 */
export async function checkInstalled(app) {
  const { exports } = JSON.parse(readFileSync(join(app, 'node_modules', NAME, 'package.json'), 'utf8'))
  const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json')
  const doors = subpaths.map((subpath) => posix.join(NAME, subpath))
  const source = doors.map((door, index) => `import * as door${index} from '${door}'\nvoid door${index}\n`).join('')
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }')
  writeFileSync(join(app, 'app.ts'), source)
  const problems = []
  for (const resolution of RESOLUTIONS) problems.push(...(await compile(app, resolution)))
  for (const subpath of subpaths.filter((name) => !WORKER_DOORS.includes(name))) {
    problems.push(...(await load(app, posix.join(NAME, subpath))))
  }
  return { read: doors.length, problems }
}

export async function checkConsumer() {
  const app = join(results, 'consumer', 'app')
  await installInto(app)
  return checkInstalled(app)
}

if (import.meta.main) await main('consumer', checkConsumer)
