/** Builds the native parts of counterparts, which are not built on installation because they need what Debian brings. */
import { cpSync, existsSync, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { run } from './debian.ts'

const require = createRequire(import.meta.url)
const root = join(import.meta.dirname, '..', '..', '..')
/** Under the folder of test results, which git ignores. */
const BUILDS = join(root, 'test-results', 'native')

/** Folder of an installed package, as seen from a file. */
export function folderOf(name: string, from: string = import.meta.url): string {
  return dirname(realpathSync(createRequire(from).resolve(`${name}/package.json`)))
}

/**
 * Builds a package where it is installed.
 *
 * @param folder of the package
 * @param output what the build makes, below it
 */
export async function buildInPlace(
  folder: string,
  output: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const built = join(folder, output)
  if (!existsSync(built)) {
    const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js')
    await run(process.execPath, [gyp, 'rebuild', '--directory', folder, ...headers()], env)
  }
  return built
}

/** Builds a copy of a package, whose own dependencies are then those of the repository. */
export async function buildCopy(name: string, output: string, env: Readonly<Record<string, string>>): Promise<string> {
  const copy = join(BUILDS, name)
  if (!existsSync(join(copy, output))) {
    rmSync(copy, { recursive: true, force: true })
    cpSync(folderOf(name), copy, {
      recursive: true,
      filter: (path) => !path.startsWith(join(folderOf(name), 'node_modules')),
    })
  }
  return buildInPlace(copy, output, env)
}

/** The headers that come with the Node of the lockfile, so that none are downloaded. */
function headers(): readonly string[] {
  const nodedir = join(dirname(process.execPath), '..')
  const candidates = [nodedir, join(nodedir, 'node_modules', `node-${process.platform}-${process.arch}`)]
  const found = candidates.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
  return found === undefined ? [] : ['--nodedir', found]
}
