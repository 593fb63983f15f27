/** What a browser has written to its profile folder. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLeakScan, type Leak, type Secrets } from '../../support/leak-scan.ts'

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Looks for the secrets in every file of a folder, names of files included. */
export async function scanFolder(folder: string, secrets: Secrets): Promise<{ files: number; leaks: Leak[] }> {
  const scan = createLeakScan(secrets)
  const files = await filesOf(folder)
  const leaks: Leak[] = []
  for (const file of files) {
    const name = file.slice(folder.length + 1)
    leaks.push(...scan(`name of ${name}`, name), ...scan(name, await readFile(file)))
  }
  return { files: files.length, leaks }
}
