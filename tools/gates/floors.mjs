/**
 * Gate: in packages/sdk/src a file imports only from its own floor or a lower one, so that cryptography never depends on
 * storage, the format depends on nothing, and the page's code cannot reach a key.
 */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { main } from '../lib/gate.mjs'
import { importsOf } from '../lib/imports.mjs'
import { list, root } from '../lib/repo.mjs'

/** The first part of a path under src decides its floor. `server` stands beside the tower, on top of floor 4. */
const FLOORS = new Map(
  Object.entries({
    'errors.ts': 0,
    'error-messages.ts': 0,
    'assert.ts': 0,
    bytes: 0,
    format: 1,
    crypto: 2,
    keys: 3,
    interop: 3,
    schema: 4,
    records: 4,
    files: 4,
    storage: 4,
    vault: 5,
    server: 5,
    worker: 6,
    client: 7,
    'index.ts': 7,
  }),
)

/**
 * What runs in the page, and what of the higher floors it may load there; types may come from anywhere below. The guard
 * is among them because the page, too, lets the other side of the port call something: its transport.
 */
const PAGE = new Set(['client', 'index.ts'])
const PAGE_MAY_LOAD = new Set(['client', 'schema', 'worker/api.ts', 'worker/errors.ts', 'worker/guard.ts'])
const LOWEST_WITH_PACKAGES = 3
/** It loads the code of conversion from an address that only the page knows: a bundler gives files new names. */
const MAY_COMPUTE = 'worker/load-part.ts'

/** @param {string} path */
const partOf = (path) => path.split('/')[0] ?? path

/** @param {string} path */
const floorOf = (path) => FLOORS.get(partOf(path))

/** @param {string} file @param {string} specifier @returns {string | undefined} what is wrong with importing a package */
function packageProblem(file, specifier) {
  if (specifier === '<computed>') return file === MAY_COMPUTE ? undefined : 'imports something computed'
  if (specifier.startsWith('node:'))
    return partOf(file) === 'server' ? undefined : 'imports a Node module outside server/'
  const floor = floorOf(file) ?? 0
  return floor < LOWEST_WITH_PACKAGES ? `is on floor ${floor}, which has no dependencies` : undefined
}

/** @param {string} file @param {string} target @param {boolean} typeOnly @returns {string | undefined} */
function moduleProblem(file, target, typeOnly) {
  const [from, to] = [floorOf(file), floorOf(target)]
  if (from === undefined) return undefined
  if (to === undefined) return 'imports from outside every floor'
  const [fromPart, toPart] = [partOf(file), partOf(target)]
  if (toPart === 'server' && fromPart !== 'server') return 'imports from server/, which only server/ may'
  if (fromPart === 'server' && toPart !== 'server' && to > 4)
    return `imports from floor ${to}; server/ may reach floor 4`
  if (to > from) return `is on floor ${from} and imports from floor ${to}`
  const loadable = to <= 1 || PAGE_MAY_LOAD.has(toPart) || PAGE_MAY_LOAD.has(target)
  if (PAGE.has(fromPart) && !typeOnly && !loadable) return 'runs in the page and loads code of the worker'
  return undefined
}

/** @param {{ src?: string }} [options] @returns {import('../lib/gate.mjs').Finding} */
export function checkFloors({ src = join(root, 'packages', 'sdk', 'src') } = {}) {
  const files = list(src, '**/*.{ts,tsx,mts,js,mjs}')
  const problems = files.flatMap((file) => {
    const homeless = floorOf(file) === undefined ? [`${file}: is on no floor`] : []
    const wrong = importsOf(file, readFileSync(join(src, file), 'utf8')).flatMap(({ specifier, line, typeOnly }) => {
      const problem = specifier.startsWith('.')
        ? moduleProblem(file, posix.join(posix.dirname(file), specifier), typeOnly)
        : packageProblem(file, specifier)
      return problem === undefined ? [] : [`${file}:${line} ${problem} (${specifier})`]
    })
    return [...homeless, ...wrong]
  })
  return { read: files.length, problems }
}

if (import.meta.main) await main('floors', checkFloors)
