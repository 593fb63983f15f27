/**
 * Gate: every TypeScript example in the documents and in the SDK's docstrings compiles against the built SDK, and the ones
 * that can run under Node do run and print what the comments behind their `console.log` say. See lib/fences.mjs for the words.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSdk } from '../build-sdk.mjs'
import { fencesOf, promisedOutput } from '../lib/fences.mjs'
import { main } from '../lib/gate.mjs'
import { list, results, root, run } from '../lib/repo.mjs'

const DOCUMENTS = ['README.md', 'docs/**/*.md', 'packages/sdk/README.md']
const DOCSTRINGS = ['packages/sdk/src/**/*.ts']
const TIMEOUT_MS = 60_000
const AT_ONCE = 4

/** @typedef {import('../lib/fences.mjs').Fence & { name: string }} Example */

/** Type-checks all examples at once. @param {string} folder @param {Example[]} examples @returns {Promise<string[]>} */
async function compile(folder, examples) {
  const compilerOptions = {
    noEmit: true,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    moduleDetection: 'force',
    skipLibCheck: true,
    types: ['node'],
  }
  const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files: examples.map(({ name }) => name) }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { status, output } = await run('tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], {
    cwd: folder,
    quiet: true,
  })
  if (status === 0) return []
  const places = new Map(examples.map(({ name, file }) => [name, file]))
  const lines = output.split('\n').filter((line) => line.includes('error TS'))
  const placed = lines.map((line) =>
    line.replace(/^([^(]+)\((\d+),\d+\)/, (_, name, number) => `${places.get(name) ?? name}:${number}`),
  )
  return [...new Set(placed)]
}

/** @param {string} folder @param {Example} example @returns {Promise<string[]>} */
async function execute(folder, { name, file, line, code }) {
  const { status, stdout, output } = await run('node', [name], { cwd: folder, quiet: true, timeout: TIMEOUT_MS })
  if (status !== 0) return [`${file}:${line} does not run:\n${output.trim()}`]
  const printed = stdout.split('\n').map((text) => text.trim())
  const missing = promisedOutput(code).filter((promised) => {
    const at = printed.indexOf(promised)
    if (at >= 0) printed.splice(0, at + 1)
    return at < 0
  })
  return missing.map((promised) => `${file}:${line} promises to print "${promised}" and printed:\n${stdout.trim()}`)
}

/**
 * @param {{ cwd?: string, folder?: string, build?: () => Promise<unknown> }} [options] `folder` receives the examples; it
 * lies where `@lockstitch/sdk` can be resolved
 * @returns {Promise<import('../lib/gate.mjs').Finding>}
 */
export async function checkDocs({ cwd = root, folder = join(results, 'fences'), build = buildSdk } = {}) {
  const files = list(cwd, [...DOCUMENTS, ...DOCSTRINGS])
  const fences = files.flatMap((file) => fencesOf(file, readFileSync(join(cwd, file), 'utf8')))
  const examples = fences.map((fence) => ({ ...fence, name: `${fence.file.replaceAll('/', '-')}-${fence.line}.ts` }))
  const problems = fences.flatMap(({ file, line, problem }) =>
    problem === undefined ? [] : [`${file}:${line} ${problem}`],
  )
  if (examples.length === 0) return { read: 0, problems }
  await build()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { name, code } of examples) writeFileSync(join(folder, name), code)
  problems.push(...(await compile(folder, examples)))
  const runnable = examples.filter(({ runs }) => runs)
  for (let first = 0; first < runnable.length; first += AT_ONCE) {
    const group = runnable.slice(first, first + AT_ONCE)
    problems.push(...(await Promise.all(group.map((example) => execute(folder, example)))).flat())
  }
  return {
    read: examples.length,
    problems,
    notes: [`${examples.length} examples compiled, ${runnable.length} of them run`],
  }
}

if (import.meta.main) await main('docs', checkDocs)
