/** Counterparts from Debian, installed where a test may do that, which is as root. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** Time that an installation, or a native build, may take. */
export const INSTALL_TIMEOUT = 300_000

/** Why a counterpart is not there, for the name of a skip. */
export const missing = (packages: string): string =>
  `it comes with Debian's ${packages}, which only root installs by itself`

/** What a command says; rejects when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { env: { ...process.env, ...env }, timeout: INSTALL_TIMEOUT, maxBuffer: 64 * 1_048_576 }
  return (await exec(command, args, options)).stdout
}

/** True when a command ends well. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  )
}

/** Installs the packages unless what they bring is there. Resolves to whether it is there in the end. */
export async function provide(packages: readonly string[], isThere: () => Promise<boolean>): Promise<boolean> {
  if (await isThere()) return true
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return false
  const options = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=240', '--no-install-recommends']
  // Test files run beside one another: whoever finds the package manager taken tries again.
  for (let attempt = 0; attempt < 10 && !(await isThere()); attempt++) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const installed = await run('apt-get', ['install', ...options, ...packages], env).catch(() => undefined)
    if (installed !== undefined || (await succeeds('apt-get', ['update', '-qq']))) continue
    await new Promise((resolve) => setTimeout(resolve, 3000))
  }
  return isThere()
}

/** True when a file is there. */
export async function isFile(path: string): Promise<boolean> {
  return existsSync(path)
}
