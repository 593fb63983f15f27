/** Gate: oxlint with types (.oxlintrc.json): the mistakes a compiler lets pass, and this project's own limits. */
import { main } from '../lib/gate.mjs'
import { root, run } from '../lib/repo.mjs'

/** @typedef {{ message: string, code: string, filename: string, labels: { span: { line: number } }[] }} Diagnostic */

/** @param {{ cwd?: string }} [options] @returns {Promise<import('../lib/gate.mjs').Finding>} */
export async function checkLint({ cwd = root } = {}) {
  const { status, stdout, output } = await run('oxlint', ['--format', 'json'], { cwd, quiet: true })
  if (!stdout.includes('{')) return { read: 0, problems: [output.trim()] }
  /** @type {{ number_of_files: number, diagnostics: Diagnostic[] }} */
  const result = JSON.parse(stdout.slice(stdout.indexOf('{')))
  const problems = result.diagnostics.map(
    ({ filename, labels, code, message }) => `${filename}:${labels[0]?.span.line ?? 1} ${code} ${message}`,
  )
  if (status !== 0 && problems.length === 0) problems.push(output.trim())
  return { read: result.number_of_files, problems }
}

if (import.meta.main) await main('lint', checkLint)
