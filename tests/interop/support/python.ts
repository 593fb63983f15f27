/** Debian's Python with its `cryptography`, the library that seeds 001, 002 and 004 are written with. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { provide, succeeds } from './debian.ts'
import { toBase64 } from './encoding.ts'

const PYTHON = '/usr/bin/python3'
const SCRIPT = join(import.meta.dirname, '..', 'fixtures', 'counterparts.py')

export interface Request {
  readonly system: 'pazpaz' | 'surgicase' | 'fernet'
  readonly verb: 'seal' | 'open' | 'key'
  readonly form?: string
  readonly key: Uint8Array
  readonly value: string
}

/** True when it is there, or could be installed. */
export async function hasPython(): Promise<boolean> {
  return provide(['python3', 'python3-cryptography'], () => succeeds(PYTHON, ['-c', 'import cryptography']))
}

/** The answers to requests, all by one process. */
export async function ask(requests: readonly Request[]): Promise<unknown[]> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(requests.map((request) => ({ ...request, key: toBase64(request.key) }))))
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown[]
}
