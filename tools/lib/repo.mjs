/** The few things every tool needs: where the repository is, which files it has, how to run a command of the project. */
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')

/** Where the suites and gates leave what they made; git ignores it. */
export const results = join(root, 'test-results')

const binaries = join(root, 'node_modules', '.bin')

/**
 * The files under a folder that match any of the glob patterns, sorted, as paths relative to it. Installed and built
 * files never count.
 *
 * @param {string} folder
 * @param {string | string[]} patterns
 */
export function list(folder, patterns) {
  if (!existsSync(folder)) return []
  const generated = (/** @type {{ name: string }} */ entry) => entry.name === 'node_modules' || entry.name === 'dist'
  return globSync(patterns, { cwd: folder, withFileTypes: true, exclude: generated })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .sort()
}

/**
 * Runs one command with the project's tools first on the path. Its output is shown, or kept when `quiet`; a command that
 * fails is a status, not an exception.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, quiet?: boolean, timeout?: number }} [options]
 * @returns {Promise<{ status: number, stdout: string, output: string }>}
 */
export function run(command, args, { cwd = root, env = {}, quiet = false, timeout } = {}) {
  const path = binaries + delimiter + (process.env['PATH'] ?? '')
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env, PATH: path },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' }),
  })
  let stdout = ''
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => ((stdout += text), (output += text)))
  child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 127, stdout, output: `${command}: ${error.message}` }))
    child.on('close', (code) => resolve({ status: code ?? 1, stdout, output }))
  })
}
