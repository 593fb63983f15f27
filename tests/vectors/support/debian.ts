/** Debian's packages of test vectors and of a second implementation, installed where the tests may do that. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const PACKAGES = ['python3-cryptography', 'python3-cryptography-vectors']
const PYTHON = '/usr/bin/python3'
const VECTORS = '/usr/lib/python3/dist-packages/cryptography_vectors'

/** Why the packages are not there, for the name of a skip. */
export const DEBIAN_REASON = `it comes with Debian's packages ${PACKAGES.join(' and ')}, which only root installs by itself`

/** Where a machine decides, nothing may be missing. */
export const isCi: boolean = !['', '0', 'false'].includes(process.env['CI'] ?? '')

/** Time that an installation may take. */
export const INSTALL_TIMEOUT = 300_000

/** The folder of Debian's copies of NIST's CAVP files, or undefined. */
export async function debianVectors(): Promise<string | undefined> {
  if (!existsSync(VECTORS)) await install()
  return existsSync(VECTORS) ? VECTORS : undefined
}

/** A Python whose `cryptography` can be imported, or undefined. */
export async function debianPython(): Promise<string | undefined> {
  if (!(await canImport())) await install()
  return (await canImport()) ? PYTHON : undefined
}

async function canImport(): Promise<boolean> {
  return succeeds(PYTHON, ['-c', 'import cryptography.hazmat.primitives.ciphers.aead'])
}

/** Test files run beside one another: whoever finds the package manager taken waits for it and looks again. */
async function install(): Promise<void> {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return
  const options = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=240', '--no-install-recommends']
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await succeeds('apt-get', ['install', ...options, ...PACKAGES])) return
    if (!(await succeeds('apt-get', ['update', '-qq']))) await new Promise((resolve) => setTimeout(resolve, 3000))
  }
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await exec(command, args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: INSTALL_TIMEOUT })
    return true
  } catch {
    return false
  }
}
