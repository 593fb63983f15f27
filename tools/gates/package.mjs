/**
 * Gate: the packed SDK holds what its package.json promises (publint, attw, and every export's target), and the documents
 * name no subpath that it lacks.
 */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { main } from '../lib/gate.mjs'
import { packSdk } from '../lib/pack.mjs'
import { list, root, run } from '../lib/repo.mjs'

const NAME = '@lockstitch/sdk'
/** Only this workspace sets this condition; it points at sources, which are not shipped. */
const WORKSPACE_ONLY = '@lockstitch/source'

/** @param {unknown} entry an export's value @returns {string[]} the files it leads to */
function targetsOf(entry) {
  if (typeof entry === 'string') return [posix.normalize(entry)]
  const conditions = Object.entries(/** @type {Record<string, unknown>} */ (entry))
  return conditions.filter(([condition]) => condition !== WORKSPACE_ONLY).flatMap(([, value]) => targetsOf(value))
}

/**
 * Every target of `exports` is among the packed files.
 *
 * @param {{ exports: Record<string, unknown> }} manifest
 * @param {string[]} files
 * @returns {import('../lib/gate.mjs').Finding}
 */
export function checkTargets(manifest, files) {
  const wanted = Object.entries(manifest.exports).flatMap(([subpath, entry]) =>
    targetsOf(entry).map((target) => ({ subpath, target })),
  )
  const missing = wanted.filter(({ target }) => !files.includes(target))
  const problems = missing.map(({ subpath, target }) => `export "${subpath}" leads to ${target}, which is not packed`)
  return { read: wanted.length, problems }
}

/**
 * Every subpath that a document names exists.
 *
 * @param {{ exports: Record<string, unknown> }} manifest
 * @param {{ file: string, text: string }[]} documents
 * @returns {import('../lib/gate.mjs').Finding}
 */
export function checkSubpaths(manifest, documents) {
  const named = documents.flatMap(({ file, text }) =>
    [...text.matchAll(/@lockstitch\/sdk((?:\/[\w.-]+)*\w)?/g)].map(([, subpath = '']) => ({
      file,
      subpath: `.${subpath}`,
    })),
  )
  const unknown = named.filter(({ subpath }) => !Object.hasOwn(manifest.exports, subpath))
  const problems = unknown.map(({ file, subpath }) => `${file} names ${posix.join(NAME, subpath)}, which is no export`)
  return { read: named.length, problems: [...new Set(problems)] }
}

/** @param {string} command @param {string[]} args @returns {Promise<string[]>} */
async function problemsOfTool(command, args) {
  const { status, output } = await run(command, args, { quiet: true })
  return status === 0 ? [] : [`${command} ${args.join(' ')}:\n${output.trim()}`]
}

/** What publint and attw say of a packed package. @param {string} tarball @returns {Promise<string[]>} */
export async function problemsOfTarball(tarball) {
  const publint = await problemsOfTool('publint', ['run', tarball, '--strict'])
  const attw = await problemsOfTool('attw', [tarball, '--profile', 'esm-only', '--no-color'])
  return [...publint, ...attw]
}

/** @returns {Promise<import('../lib/gate.mjs').Finding>} */
export async function checkPackage() {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', 'sdk', 'package.json'), 'utf8'))
  const documents = list(root, ['README.md', 'docs/**/*.md', 'packages/sdk/README.md']).map((file) => ({
    file,
    text: readFileSync(join(root, file), 'utf8'),
  }))
  const { tarball, files } = await packSdk('pack')
  const targets = checkTargets(manifest, files)
  const subpaths = checkSubpaths(manifest, documents)
  const unnamed = subpaths.read === 0 ? [`no document names a subpath of ${NAME}`] : []
  return {
    read: targets.read + subpaths.read,
    problems: [...targets.problems, ...subpaths.problems, ...unnamed, ...(await problemsOfTarball(tarball))],
    notes: [`${files.length} files in the package`],
  }
}

if (import.meta.main) await main('package', checkPackage)
