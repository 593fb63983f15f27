/** Reads the vectors that are not committed from where they lie, and leaves a copy for the browser, which cannot. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEBIAN_REASON, debianVectors, isCi } from './debian.ts'
import type { ExternalFiles } from './external-files.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** Under the folder of test results, which git ignores. */
const COPIES = join(root, 'test-results', 'vectors')

/** Wycheproof, from a folder beside the repository. */
export const wycheproofFiles: ExternalFiles = {
  required: isCi,
  reason: 'there is no ../shared/vectors/wycheproof beside the repository',
  read: async (name) => readAndCopy(join(root, '..', 'shared', 'vectors'), name),
}

/** NIST CAVP, from Debian's package. */
export const cavpFiles: ExternalFiles = {
  required: isCi,
  reason: DEBIAN_REASON,
  async read(name) {
    const folder = await debianVectors()
    return folder === undefined ? undefined : readAndCopy(folder, name)
  },
}

function readAndCopy(folder: string, name: string): string | undefined {
  const copy = join(COPIES, name)
  rmSync(copy, { force: true })
  const file = join(folder, name)
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  mkdirSync(dirname(copy), { recursive: true })
  writeFileSync(copy, text)
  return text
}
