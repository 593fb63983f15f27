import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHARED_FILES, type SharedFile, type SharedTexts } from './shared-files.ts'

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'vectors')

/** True where a machine decides: nothing may be missing there. */
export const isCi: boolean = !['', '0', 'false'].includes(process.env['CI'] ?? '')

/** Reads the files from where they lie. */
export function readShared(): SharedTexts {
  const names = (Object.keys(SHARED_FILES) as SharedFile[]).filter((name) => existsSync(join(FOLDER, name)))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))
}
