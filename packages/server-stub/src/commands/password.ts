import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UsageError } from './outcome.ts'

/**
 * The password: the file without its last line break, or what is typed at a terminal, unseen.
 *
 * @throws UsageError when there is neither.
 */
export async function readPassword(file: string | undefined, isInputTaken: boolean): Promise<string> {
  if (file !== undefined) return readFile(file)
  if (isInputTaken || !process.stdin.isTTY) throw new UsageError('give --password-file; there is no terminal to ask at')
  process.stderr.write('Password: ')
  const unseen = new Writable({ write: (_chunk, _encoding, next) => next() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new UsageError('the file of --password-file cannot be read')
  }
}
