/** Our vectors, read by a second implementation in Python that shares no code with the SDK. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test, type TestContext } from 'vitest'
import { DEBIAN_REASON, debianPython, INSTALL_TIMEOUT, isCi } from './support/debian.ts'

const exec = promisify(execFile)
const READER = fileURLToPath(new URL('./support/reference_reader.py', import.meta.url))
const VECTORS = fileURLToPath(new URL('./own/ls1', import.meta.url))

interface Report {
  readonly cases: number
  readonly checked: number
  readonly problems: readonly string[]
}

describe('a second implementation agrees', { timeout: INSTALL_TIMEOUT }, () => {
  test('with every case of our vectors', async (context) => {
    const report = await read(VECTORS, context)
    const names = readdirSync(VECTORS).map((file) => file.replace('.json', ''))
    expect(Object.keys(report).sort()).toEqual(names.sort())
    expect(Object.values(report).flatMap(({ problems }) => problems)).toEqual([])
    expect(Object.values(report).reduce((sum, { cases }) => sum + cases, 0)).toBe(97)
    expect(Object.values(report).every(({ cases, checked }) => checked >= cases)).toBe(true)
  })

  test('and sees a vector that is changed in one place', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstitch-vectors-'))
    try {
      for (const file of readdirSync(VECTORS)) writeFileSync(join(folder, file), changed(readFileSync(join(VECTORS, file), 'utf8')))
      const report = await read(folder, context)
      expect(Object.entries(report).filter(([, { problems }]) => problems.length === 0)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

async function read(folder: string, { skip }: Pick<TestContext, 'skip'>): Promise<Record<string, Report>> {
  const python = await debianPython()
  if (python === undefined) {
    if (isCi) throw new Error(`the second implementation must run under CI: ${DEBIAN_REASON}`)
    return skip(`no Python with cryptography: ${DEBIAN_REASON}`)
  }
  const { stdout } = await exec(python, [READER, folder])
  return JSON.parse(stdout) as Record<string, Report>
}

/** The file with one thing of its last case changed: its first expected hex digit, or a character of its text. */
function changed(text: string): string {
  const file = JSON.parse(text) as { cases: { out: Record<string, unknown> }[] }
  const last = file.cases.at(-1)
  if (last === undefined) throw new Error('a file of vectors has no cases')
  const [name, value] = Object.entries(last.out).find(([, member]) => typeof member === 'string') ?? []
  if (name === undefined) throw new Error('a vector has no text to change')
  last.out[name] = String(value).replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (end) => (end === '0' ? '1' : '0'))
  return JSON.stringify(file)
}
