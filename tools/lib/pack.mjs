/** The SDK as a user gets it: built and packed by the pinned pnpm, once per run of a gate. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSdk } from '../build-sdk.mjs'
import { results, root, run } from './repo.mjs'

/** @typedef {{ tarball: string, files: string[] }} Packed */

/** Builds and packs packages/sdk into a folder of the test results. @param {string} name @returns {Promise<Packed>} */
export async function packSdk(name) {
  await buildSdk()
  const folder = join(results, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devEngines.packageManager
  const command = ['--yes', `pnpm@${version}`, 'pack', '--pack-destination', folder, '--json']
  const { status, stdout, output } = await run('npx', command, { cwd: join(root, 'packages', 'sdk'), quiet: true })
  if (status !== 0) throw new Error(`pnpm could not pack the SDK:\n${output}`)
  /** @type {{ filename: string, files: { path: string }[] }} */
  const { filename, files } = JSON.parse(stdout.slice(stdout.indexOf('{')))
  return { tarball: filename, files: files.map(({ path }) => path) }
}
