/**
 * Builds the native parts of counterparts, which are not built on installation because they need what Debian brings. They use
 * nothing of Node but its stable interface, whose headers are a package, so one call of the compiler is all it takes.
 */
import { existsSync, mkdirSync, realpathSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { provide, run, succeeds } from './debian.ts'

const here = createRequire(import.meta.url)

/** The folder of test results, which git ignores. */
export const RESULTS: string = join(import.meta.dirname, '..', '..', '..', 'test-results')

/** Folder of an installed package, as seen from the folder of another. */
export function folderOf(name: string, from?: string): string {
  const { resolve } = from === undefined ? here : createRequire(join(from, 'package.json'))
  return dirname(realpathSync(resolve(`${name}/package.json`)))
}

export interface NativePart {
  readonly sources: readonly string[]
  readonly includes: readonly string[]
  readonly options: readonly string[]
  /** The file that it becomes. */
  readonly output: string
}

/** Compiles unless that was done before. Resolves to whether it could be: without a compiler it cannot. */
export async function compile({ sources, includes, options, output }: NativePart): Promise<boolean> {
  if (existsSync(output)) return true
  if (!(await provide(['g++'], () => succeeds('g++', ['--version'])))) return false
  const { include_dir: nodeApi } = here('node-api-headers') as { include_dir: string }
  const { include_dir: nodeAddonApi } = here('node-addon-api') as { include_dir: string }
  const folders = [...includes, nodeApi, nodeAddonApi].map((folder) => `-I${folder}`)
  mkdirSync(dirname(output), { recursive: true })
  // Another run of the tests must not find half a file.
  const unfinished = `${output}.${process.pid}`
  await run('g++', ['-shared', '-fPIC', '-std=c++17', ...folders, ...sources, ...options, '-o', unfinished])
  renameSync(unfinished, output)
  return true
}
