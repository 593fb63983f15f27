import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provide, run, succeeds } from './debian.ts'

export interface Gpg {
  /** What gpg writes for an input under a passphrase. */
  encrypt(options: readonly string[], passphrase: string, input: Uint8Array): Promise<Buffer>
  decrypt(passphrase: string, message: Uint8Array): Promise<Buffer>
  /** Ends the agent that gpg started, and removes its folder. */
  close(): Promise<void>
}

/** gpg with a folder of its own, or undefined where it is not there. */
export async function startGpg(): Promise<Gpg | undefined> {
  if (!(await provide(['gnupg'], () => succeeds('gpg', ['--version'])))) return undefined
  // Not below the temporary folder of a test runner: the agent's socket may have at most 108 characters.
  const home = mkdtempSync(join(tmpdir(), 'ls-gpg-'))
  const common = ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--no-symkey-cache']
  const call = async (options: readonly string[], passphrase: string, input: Uint8Array): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const args = [...common, '--passphrase', passphrase, ...options]
      const child = execFile('gpg', args, { encoding: 'buffer', maxBuffer: 1_048_576 }, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      )
      child.stdin?.end(input)
    })
  return {
    // Without a count gpg stretches for as long as it takes, a quarter of a second each time.
    encrypt: (options, passphrase, input) =>
      call(['--s2k-count', '65536', ...options, '--symmetric', '--output', '-'], passphrase, input),
    decrypt: (passphrase, message) => call(['--decrypt'], passphrase, message),
    async close() {
      await run('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => undefined)
      rmSync(home, { recursive: true, force: true })
    },
  }
}
