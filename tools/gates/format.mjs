/** Gate: every file has the one format (oxfmt, .oxfmtrc.json), so that a diff shows what changed and nothing else. */
import { stripVTControlCharacters } from 'node:util'
import { main } from '../lib/gate.mjs'
import { root, run } from '../lib/repo.mjs'

/** @param {{ cwd?: string }} [options] @returns {Promise<import('../lib/gate.mjs').Finding>} */
export async function checkFormat({ cwd = root } = {}) {
  const checked = await run('oxfmt', ['--check'], { cwd, quiet: true })
  // Under CI oxfmt colours its output although no terminal shows it.
  const { status, output } = { ...checked, output: stripVTControlCharacters(checked.output) }
  const read = Number(/on (\d+) files?/.exec(output)?.[1] ?? 0)
  if (status === 0) return { read, problems: [] }
  const files = [...output.matchAll(/^(\S+\.\w+) \([\d.]+\s?\S?s\)$/gm)].map(([, file]) => `${file} is not formatted`)
  return { read, problems: files.length > 0 ? [...files, 'run "npm run format"'] : [output.trim()] }
}

if (import.meta.main) await main('format', checkFormat)
