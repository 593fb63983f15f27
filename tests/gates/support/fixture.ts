/** A small repository in a temporary folder, made of the files a test names, gone when the test ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export function fixture(files: Readonly<Record<string, string>>, parent: string = realpathSync(tmpdir())): string {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'lockstitch-gate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}
